/**
 * Builds the body of one function. Blocks are opened and closed in pairs, and branches name the block they leave, not a
 * depth:
 *
 *     const loop = f.loop();
 *     f.localGet(n); f.op(Op.i32_eqz); f.brIf(done);
 *     ...
 *     f.br(loop);
 *     f.end(loop);
 *
 * What is wrong with the structure (an unknown local, a branch out of a closed block, blocks left open) is thrown here as
 * an {@link EncodingError} that names the function; whether operands have the right types, the host's validation says.
 */

import { ByteWriter } from "./byte-writer.js";
import { EMPTY_BLOCK, Op, ValueType } from "./opcodes.js";

/** Something is being encoded that cannot be a module. */
export class EncodingError extends Error {}

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** What the code section holds of a function, behind its size. */
export interface FunctionBody {
  readonly locals: ByteWriter;
  readonly code: ByteWriter;
}

/** An open block, loop or if. */
export interface Label {
  /** How many blocks were open around it. */
  readonly depth: number;
  open: boolean;
}

const NATURAL_ALIGNMENTS: ReadonlyMap<number, number> = new Map([
  ...[Op.i32_load8_s, Op.i32_load8_u, Op.i32_store8].map((op) => [op, 0] as const),
  ...[Op.i32_load16_s, Op.i32_load16_u, Op.i32_store16].map((op) => [op, 1] as const),
  ...[Op.i64_load, Op.f64_load, Op.i64_store, Op.f64_store, Op.v128_load64_zero].map((op) => [op, 3] as const),
  ...[Op.v128_load, Op.v128_store].map((op) => [op, 4] as const),
]);
const WORD_ALIGNMENT = 2;

/** Power of two that the access of a load or store is. */
export const naturalAlignment = (opcode: number): number => NATURAL_ALIGNMENTS.get(opcode) ?? WORD_ALIGNMENT;

export class FunctionBuilder {
  readonly code = new ByteWriter();
  readonly #locals: ValueType[] = [];
  /** By index, of parameters too; sparse. */
  readonly #names: (string | undefined)[] = [];
  readonly #labels: Label[] = [];
  #finished = false;
  #longestTable = 0;
  /** Parameters and locals. */
  #count = 0;

  /** The index of each local by the number that users of this class know it by; empty where the two are the same. */
  readonly #indices: number[] = [];

  /**
   * @param index of the function in its module, imports included
   * @param blockType answers the number of a block type with several results or parameters
   * @param numbers by which parameters are known, in their order; the other numbers below the highest are locals of type
   *   i32. Absent: parameters are numbered from 0.
   */
  constructor(
    readonly name: string,
    readonly type: FunctionType,
    readonly index: number,
    private readonly blockType: (type: FunctionType) => number,
    /** The block type of a number. */
    readonly blockTypeAt: (number: number) => FunctionType,
    numbers: readonly number[] = [],
  ) {
    this.#count = type.parameters.length;
    for (const [parameter, number] of numbers.entries()) this.#indices[number] = parameter;
    for (let number = 0; number < this.#indices.length; number++) {
      if (this.#indices[number] === undefined) this.#indices[number] = this.#addLocal(ValueType.I32);
    }
  }

  /** Adds a local; answers its number. @param name for listings */
  local(type: ValueType, name?: string): number {
    const index = this.#addLocal(type);
    if (name !== undefined) this.#names[index] = name;
    return this.#indices.length === 0 ? index : this.#indices.push(index) - 1;
  }

  #addLocal(type: ValueType): number {
    this.#locals.push(type);
    return this.#count++;
  }

  /** Gives the first local numbers names, for listings. */
  nameLocals(names: readonly string[]): void {
    names.forEach((name, number) => {
      this.#names[this.#indices[number] ?? number] = name;
    });
  }

  /** Types of the locals, parameters aside. */
  get locals(): readonly ValueType[] {
    return this.#locals;
  }

  /** Labels of the longest jump by a number, the one for all other numbers aside. */
  get longestTable(): number {
    return this.#longestTable;
  }

  /** Names of parameters and locals, by index, no two alike. */
  get localNames(): readonly string[] {
    const count = this.type.parameters.length + this.#locals.length;
    const seen = new Set<string>();
    return Array.from({ length: count }, (_, index) => {
      const name = this.#names[index] ?? `local${index}`;
      const unique = seen.has(name) ? `${name}.${index}` : name;
      seen.add(unique);
      return unique;
    });
  }

  /** An instruction without immediates. */
  op(opcode: number): void {
    if (opcode > 0xff) {
      this.code.byte(opcode >> 8);
      this.code.unsigned(opcode & 0xff);
    } else this.code.byte(opcode);
  }

  i32Const(value: number): void {
    // Of one byte, as signed numbers are when they are small.
    if (value >= 0 && value < 0x40) {
      this.code.pair(Op.i32_const, value);
      return;
    }
    this.code.byte(Op.i32_const);
    this.code.signed(value);
  }

  i64Const(value: bigint): void {
    this.code.byte(Op.i64_const);
    this.code.signed64(value);
  }

  f64Const(value: number): void {
    this.code.byte(Op.f64_const);
    this.code.double(value);
  }

  localGet(local: number): void {
    this.code.pair(Op.local_get, this.#indexOf(local));
  }

  localSet(local: number): void {
    this.code.pair(Op.local_set, this.#indexOf(local));
  }

  localTee(local: number): void {
    this.code.pair(Op.local_tee, this.#indexOf(local));
  }

  globalGet(index: number): void {
    this.code.pair(Op.global_get, index);
  }

  globalSet(index: number): void {
    this.code.pair(Op.global_set, index);
  }

  /** A load or store at the address on the stack plus `offset`; any alignment is allowed. */
  memory(opcode: number, offset: number): void {
    this.op(opcode);
    this.code.pair(naturalAlignment(opcode), offset);
  }

  /** An instruction on one part of a vector. */
  lane(opcode: number, lane: number): void {
    this.op(opcode);
    this.code.byte(lane);
  }

  /** A vector whose two halves are this. */
  v128Const(half: bigint): void {
    this.op(Op.v128_const);
    for (let part = 0; part < 2; part++) {
      for (let shift = 0n; shift < 64n; shift += 8n) this.code.byte(Number((half >> shift) & 0xffn));
    }
  }

  /** Pages of 64 KiB that memory has. */
  memorySize(): void {
    this.op(Op.memory_size);
    this.code.byte(0);
  }

  memoryCopy(): void {
    this.op(Op.memory_copy);
    this.code.byte(0);
    this.code.byte(0);
  }

  memoryFill(): void {
    this.op(Op.memory_fill);
    this.code.byte(0);
  }

  /** @param results types the block leaves on the stack */
  block(results: readonly ValueType[] = []): Label {
    return this.#open(Op.block, results);
  }

  loop(results: readonly ValueType[] = []): Label {
    return this.#open(Op.loop, results);
  }

  if(results: readonly ValueType[] = []): Label {
    return this.#open(Op.if, results);
  }

  else(label: Label): void {
    if (this.#labels.at(-1) !== label) throw this.#error("else does not belong to the innermost if");
    this.code.byte(Op.else);
  }

  /** Closes the innermost block, which must be this one. */
  end(label: Label): void {
    if (this.#labels.at(-1) !== label) throw this.#error("a block is closed that is not the innermost");
    this.#labels.pop();
    label.open = false;
    this.code.byte(Op.end);
  }

  /** Leaves a block, or goes on with a loop. */
  br(label: Label): void {
    this.code.pair(Op.br, this.#distance(label));
  }

  brIf(label: Label): void {
    this.code.pair(Op.br_if, this.#distance(label));
  }

  /** Branches to the label whose number is on the stack, to `otherwise` when there is none of that number. */
  brTable(labels: readonly Label[], otherwise: Label): void {
    this.#longestTable = Math.max(this.#longestTable, labels.length);
    this.code.pair(Op.br_table, labels.length);
    for (const label of labels) this.code.unsigned(this.#distance(label));
    this.code.unsigned(this.#distance(otherwise));
  }

  call(functionIndex: number): void {
    this.code.pair(Op.call, functionIndex);
  }

  /** Calls the table's element whose number is on the stack. @param typeIndex from the module's `typeIndex` */
  callIndirect(typeIndex: number, table: number): void {
    this.code.pair(Op.call_indirect, typeIndex);
    this.code.unsigned(table);
  }

  /** The body, complete. @throws EncodingError when blocks are still open */
  finish(): FunctionBody {
    if (this.#labels.length > 0) throw this.#error(`${this.#labels.length} blocks are not closed`);
    if (this.#finished) throw this.#error("finished twice");
    this.#finished = true;
    this.code.byte(Op.end);
    const locals = new ByteWriter();
    const runs = runLengths(this.#locals);
    locals.unsigned(runs.length);
    for (const [count, type] of runs) {
      locals.unsigned(count);
      locals.byte(type);
    }
    return { locals, code: this.code };
  }

  #open(opcode: number, results: readonly ValueType[]): Label {
    this.code.byte(opcode);
    if (results.length === 0) this.code.byte(EMPTY_BLOCK);
    else if (results.length === 1) this.code.byte(results[0]);
    else this.code.signed(this.blockType({ parameters: [], results }));
    const label = { depth: this.#labels.length, open: true };
    this.#labels.push(label);
    return label;
  }

  #indexOf(local: number): number {
    const index = this.#indices.length === 0 ? local : (this.#indices[local] ?? -1);
    if (index < 0 || index >= this.#count) throw this.#error(`no local ${local}`);
    return index;
  }

  #distance(label: Label): number {
    if (!label.open || this.#labels[label.depth] !== label)
      throw this.#error("a branch to a block that is not open here");
    return this.#labels.length - 1 - label.depth;
  }

  #error(what: string): EncodingError {
    return new EncodingError(`function ${this.name}: ${what}`);
  }
}

/** `[i32, i32, f64]` as `[[2, i32], [1, f64]]`. */
function runLengths(types: readonly ValueType[]): [number, ValueType][] {
  const runs: [number, ValueType][] = [];
  for (const type of types) {
    const last = runs.at(-1);
    if (last?.[1] === type) last[0]++;
    else runs.push([1, type]);
  }
  return runs;
}
