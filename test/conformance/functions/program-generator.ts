/** Makes whole programs of random functions, with the memory they start from. */

import { Flag, Register } from "../../../source/kernel/x86/machine.js";
import { DATA, type MachineCase, MEMORY_END, pooledWords, TEXT } from "../machine-case.js";
import { Random } from "../random.js";
import { Assembler, ESP, type Label } from "./assembler.js";
import { ALL_FLAGS, enterFrame, randomSignature, type Signature } from "./frames.js";
import { jumpOut } from "./nonlocal-jumps.js";
import { flagReader } from "./operations.js";
import { fallThrough, leaveFunction, returnUnframed } from "./returns.js";
import { ARENA_BYTES, type Callee, type Common, Scope, STACK_TOP, TABLE_BYTES, TABLES, type Table } from "./scope.js";
import { statements } from "./statements.js";

/** Programs whose text and tables have places of their own. */
export const PROGRAMS = 16;
const PROGRAM_BYTES = 4096;

const FIXED_FLAGS = 0x202;
const STATUS = Flag.CARRY | Flag.PARITY | Flag.AUXILIARY | Flag.ZERO | Flag.SIGN | Flag.OVERFLOW;
/** How often, all together, functions of a program may call themselves. */
const MOST_RECURSIONS = 6;
const MOST_FUNCTIONS = 7;

export interface FunctionProgram extends MachineCase {
  /** Addresses of all functions. */
  readonly functions: readonly number[];
  /** Words of its tables, by address. */
  readonly tables: ReadonlyMap<number, number>;
}

/** @param index says which place in text and which part of the tables is the program's */
export function makeProgram(seed: number, index: number): FunctionProgram {
  const slot = index % PROGRAMS;
  for (let attempt = 0; ; attempt++) {
    const random = new Random(seed ^ Math.imul(attempt, 0x5bd1_e995), index);
    const maker = new ProgramMaker(random, TEXT + slot * PROGRAM_BYTES, TABLES + slot * TABLE_BYTES);
    const program = maker.make();
    if (program.code.length <= PROGRAM_BYTES - 256) return program;
  }
}

class ProgramMaker {
  readonly #random: Random;
  readonly #assembler: Assembler;
  readonly #callees: Callee[] = [];
  readonly #tables: Table[] = [];
  readonly #tableStart: number;
  #tableEnd: number;
  readonly #common: Common;
  /** Functions that are made up to the last one, which does not fall through to the next. */
  readonly #fallingThrough: Callee[] = [];
  readonly #thunks = new Map<number, Label>();

  constructor(random: Random, codeAddress: number, tables: number) {
    this.#random = random;
    this.#assembler = new Assembler(codeAddress);
    this.#tableStart = tables;
    // The first word is the counter of recursions.
    this.#tableEnd = tables + 12;
    this.#common = {
      callees: this.#callees,
      table: this.#table,
      tables: this.#tables,
      recursionCounter: tables,
      jumpBuffer: tables + 4,
      jumpsOut: random.chance(10),
      thunk: this.#thunk,
      tails: [],
      cold: [],
    };
  }

  make(): FunctionProgram {
    const random = this.#random;
    const assembler = this.#assembler;
    const count = 1 + random.below(MOST_FUNCTIONS);
    const signatures: Signature[] = [];
    for (let i = 0; i < count; i++) {
      const like = random.chance(15) ? signatures.at(-1) : undefined;
      signatures.push({ ...(like ?? randomSignature(random)), label: assembler.label() });
    }
    signatures.forEach((signature, i) => {
      this.#addFunction(signature, signatures.slice(i + 1));
    });
    for (const make of this.#common.cold) make();
    const main = this.#callees.find(({ label }) => label === signatures[count - 1].label) as Callee;
    const code = assembler.finish();
    const end = assembler.origin + code.length;
    const entry = assembler.origin + main.label.offset;
    const tables = this.#tableWords();
    const endFlags = main.undefinedFlags;
    return {
      registers: this.#registers(),
      eflags: (random.word() & STATUS) | FIXED_FLAGS,
      xmm: this.#vectors(),
      codeAddress: assembler.origin,
      entry,
      code,
      memory: this.#memory(tables, end, main.argumentBytes),
      undefinedAt: (eip) => assembler.undefinedAt(eip) ?? endFlags,
      functions: this.#callees.map(({ label }) => assembler.origin + label.offset),
      tables,
    };
  }

  #registers(): Int32Array {
    const registers = Int32Array.from({ length: 8 }, () => this.#random.operand());
    registers[Register.ESP] = STACK_TOP - 64;
    return registers;
  }

  #vectors(): Int32Array {
    const words = pooledWords(32);
    for (let i = 0; i < 32; i += 4) words.set(this.#random.vector(), i);
    return words;
  }

  #memory(tables: ReadonlyMap<number, number>, end: number, argumentBytes: number): Uint8Array {
    const memory = Buffer.alloc(MEMORY_END - DATA);
    const random = this.#random;
    const pool = Array.from({ length: 16 }, () => random.operand());
    for (let at = memory.length - ARENA_BYTES; at < memory.length; at += 4) {
      memory.writeInt32LE(pool[(at >> 2) % 16] ^ (at & 0x300 ? 0 : at), at);
    }
    for (const [address, word] of tables) memory.writeUInt32LE(word, address - DATA);
    memory.writeInt32LE(random.below(MOST_RECURSIONS), this.#tableStart - DATA);
    // Where the outermost function returns to: behind the code, where the case ends. Its arguments are behind that.
    memory.writeUInt32LE(end, STACK_TOP - 64 - DATA);
    for (let i = 4; i <= argumentBytes; i += 4) memory.writeInt32LE(random.operand() | 0, STACK_TOP - 64 + i - DATA);
    return memory;
  }

  #tableWords(): Map<number, number> {
    const words = new Map<number, number>();
    for (const { address, labels } of this.#tables) {
      labels.forEach((label, i) => {
        words.set(address + 4 * i, this.#assembler.origin + label.offset);
      });
    }
    return words;
  }

  readonly #table = (labels: readonly Label[], changes = true): number | undefined => {
    const address = this.#tableEnd;
    if (address + 4 * labels.length > this.#tableStart + TABLE_BYTES) return undefined;
    this.#tableEnd += 4 * labels.length;
    this.#tables.push({ address, labels, changes });
    return address;
  };

  readonly #thunk = (register: number): Label => {
    const known = this.#thunks.get(register);
    if (known) return known;
    const assembler = this.#assembler;
    const label = assembler.label();
    this.#thunks.set(register, label);
    this.#common.cold.push(() => {
      assembler.bind(label);
      assembler.modRm([0x8b], register, { base: ESP, displacement: 0 });
      assembler.emit(0xc3);
    });
    return label;
  };

  /** @param later those that are made after it */
  #addFunction(signature: Signature, later: readonly Signature[]): void {
    const random = this.#random;
    const assembler = this.#assembler;
    const recurses = random.chance(25);
    const again = [...(recurses ? [signature] : []), ...(random.chance(25) ? later : [])];
    const scope = new Scope(random, assembler, this.#common, signature, again);
    assembler.bind(signature.label);
    assembler.undefinedFlags = ALL_FLAGS & ~signature.reads;
    if (signature.reads !== 0 && random.chance(50)) flagReader(scope);
    if (random.chance(signature.reads === 0 ? 8 : 80)) returnUnframed(scope);
    enterFrame(assembler, random, signature);
    scope.framed = true;
    for (const register of signature.used) scope.writable.add(register);
    statements(scope, 1 + random.below(4));
    if (this.#common.jumpsOut && random.chance(40)) jumpOut(scope);
    const falls = later.length > 0 && random.chance(10) && fallThrough(scope, later[0]);
    if (falls) this.#common.cold.push(...scope.behind);
    else {
      leaveFunction(scope, 15);
      for (const make of scope.behind) make();
    }
    this.#fallingThrough.push({
      ...signature,
      cost: (scope.cost + 12) * (recurses ? MOST_RECURSIONS + 1 : 1),
      undefinedFlags: scope.returnedUndefined,
    });
    if (!falls) this.#finishCallees();
  }

  /** Functions that go on in those behind them cost as much as both, and can be called when those can. */
  #finishCallees(): void {
    let cost = 0;
    let undefinedFlags = 0;
    for (const callee of this.#fallingThrough.reverse()) {
      cost += callee.cost;
      undefinedFlags |= callee.undefinedFlags;
      this.#callees.push({ ...callee, cost, undefinedFlags });
    }
    this.#fallingThrough.length = 0;
  }
}
