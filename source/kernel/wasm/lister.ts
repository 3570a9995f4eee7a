/**
 * Lists what was built of a function in the WebAssembly text format (core specification 2.0, chapter 6), for people: each
 * instruction with its place in the code and how deep it is nested, locals by their names, branches by the block they leave.
 *
 *     for (const { depth, text } of listCode(f)) console.log("  ".repeat(depth) + text);
 *
 * What is listed is decoded from the bytes, so it is what the host is given; an assembler makes the same bytes of it.
 */

import { ByteReader } from "./byte-reader.js";
import { EncodingError, type FunctionBuilder, type FunctionType, naturalAlignment } from "./function-builder.js";
import { EMPTY_BLOCK, type Immediate, INSTRUCTIONS, Op, textName, ValueType } from "./opcodes.js";

export interface ListedInstruction {
  /** Bytes from the start of the code, which is behind the locals. */
  readonly offset: number;
  /** Blocks around it, the function's own included. */
  readonly depth: number;
  readonly text: string;
}

/** What the indices in a function's code stand for; a number stands for itself where nobody says. */
export interface ModuleNames {
  global?(index: number): string | undefined;
  function?(index: number): string | undefined;
}

interface Row {
  readonly text: string;
  readonly immediate: Immediate;
}

const ROWS: ReadonlyMap<number, Row> = new Map(
  Object.entries(INSTRUCTIONS).map(([name, [opcode, immediate]]) => [opcode, { text: textName(name), immediate }]),
);

const TYPE_NAMES = new Map<number, string>(
  Object.entries(ValueType).map(([name, type]) => [type, name.toLowerCase()] as const),
);

/** First bytes of opcodes of two bytes; the second is a number in LEB128. */
const PREFIXES = new Set([0xfc, 0xfd]);

/** The function's head in the text format: its name, parameters, results and locals, each line of locals one type. */
export function listHead(f: FunctionBuilder): string[] {
  const names = f.localNames;
  const parameters = f.type.parameters.map((type, index) => `(param $${names[index]} ${typeName(type)})`);
  const results = f.type.results.length > 0 ? [resultText(f.type.results)] : [];
  const locals = f.locals.map((type, index) => `(local $${names[parameters.length + index]} ${typeName(type)})`);
  return [`func $${f.name}`, ...wrapped(parameters), ...results, ...wrapped(locals)];
}

/** Everything emitted up to now, the function's closing `end` left out. @throws EncodingError where it is no code */
export function listCode(f: FunctionBuilder, names: ModuleNames = {}): ListedInstruction[] {
  const lister = new Lister(f, names);
  const listed: ListedInstruction[] = [];
  for (let next = lister.next(); next; next = lister.next()) listed.push(next);
  return listed;
}

class Lister {
  readonly #f: FunctionBuilder;
  readonly #names: ModuleNames;
  readonly #locals: readonly string[];
  readonly #code: ByteReader;
  /** Names of the blocks that are open; the function's own first. */
  readonly #open = ["function"];
  #blocks = 0;

  constructor(f: FunctionBuilder, names: ModuleNames) {
    this.#f = f;
    this.#names = names;
    this.#locals = f.localNames;
    this.#code = new ByteReader(f.code.written);
  }

  next(): ListedInstruction | undefined {
    const code = this.#code;
    if (code.atEnd) return undefined;
    const offset = code.position;
    const opcode = this.#opcode();
    const row = ROWS.get(opcode);
    if (!row) throw new EncodingError(`function ${this.#f.name}: no opcode 0x${opcode.toString(16)} at ${offset}`);
    if (opcode === Op.end) this.#open.pop();
    if (this.#open.length === 0) return undefined;
    const depth = this.#open.length - (opcode === Op.else ? 1 : 0);
    const operands = this.#immediate(row.immediate, opcode);
    return { offset, depth, text: [row.text, ...operands].join(" ") };
  }

  #opcode(): number {
    const first = this.#code.byte();
    return PREFIXES.has(first) ? (first << 8) | this.#code.unsigned() : first;
  }

  #immediate(kind: Immediate, opcode: number): readonly string[] {
    const code = this.#code;
    switch (kind) {
      case "none":
        return [];
      case "block type":
        return this.#block();
      case "label":
        return [this.#label(code.unsigned())];
      case "label table":
        return Array.from({ length: code.unsigned() + 1 }, () => this.#label(code.unsigned()));
      case "index":
        return this.#index(opcode, code.unsigned());
      case "two indices":
        return this.#twoIndices(opcode, code.unsigned(), code.unsigned());
      case "memory argument":
        return memoryArgument(opcode, code.unsigned(), code.unsigned());
      case "i32":
        return [String(code.signed())];
      case "i64":
        return [String(code.signed64())];
      case "f64":
        return [doubleText(code.bytes(8))];
      case "lane":
        return [String(code.byte())];
      case "v128":
        return ["i64x2", vectorHalf(code.bytes(8)), vectorHalf(code.bytes(8))];
    }
  }

  #block(): string[] {
    this.#blocks++;
    this.#open.push(`$${this.#blocks}`);
    const type = this.#code.signed();
    const label = `$${this.#blocks}`;
    if (type >= 0) return [label, signature(this.#f.blockTypeAt(type))];
    const byte = type & 0x7f;
    return byte === EMPTY_BLOCK ? [label] : [label, resultText([byte as ValueType])];
  }

  #label(distance: number): string {
    return distance === this.#open.length - 1 ? String(distance) : (this.#open.at(-1 - distance) ?? String(distance));
  }

  #index(opcode: number, index: number): string[] {
    switch (opcode) {
      case Op.local_get:
      case Op.local_set:
      case Op.local_tee:
        return [`$${this.#locals[index]}`];
      case Op.global_get:
      case Op.global_set:
        return [named(this.#names.global?.(index), index)];
      case Op.call:
      case Op.return_call:
        return [named(this.#names.function?.(index), index)];
      default:
        return opcode === Op.memory_fill || opcode === Op.memory_size ? [] : [String(index)];
    }
  }

  /** A call's type and table, or the two memories of a copy, which are one. */
  #twoIndices(opcode: number, first: number, second: number): string[] {
    if (opcode === Op.memory_copy) return [];
    return [String(second), `(type ${first})`];
  }
}

function memoryArgument(opcode: number, alignment: number, offset: number): string[] {
  const parts = offset === 0 ? [] : [`offset=${offset}`];
  if (alignment !== naturalAlignment(opcode)) parts.push(`align=${2 ** alignment}`);
  return parts;
}

/** A double as the shortest decimal that reads back as it, or with its payload where it is no number. */
function doubleText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const value = view.getFloat64(0, true);
  const sign = view.getInt8(7) < 0 ? "-" : "";
  if (Number.isNaN(value)) return `${sign}nan:0x${(view.getBigUint64(0, true) & PAYLOAD).toString(16)}`;
  return Number.isFinite(value) ? `${sign}${Math.abs(value)}` : `${sign}inf`;
}

function vectorHalf(bytes: Uint8Array): string {
  return String(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigInt64(0, true));
}

const PAYLOAD = (1n << 52n) - 1n;

function signature({ parameters, results }: FunctionType): string {
  const taken = parameters.length > 0 ? `(param ${parameters.map(typeName).join(" ")}) ` : "";
  return taken + resultText(results);
}

function resultText(types: readonly ValueType[]): string {
  return `(result ${types.map(typeName).join(" ")})`;
}

function typeName(type: ValueType): string {
  return TYPE_NAMES.get(type) as string;
}

function named(name: string | undefined, index: number): string {
  return name === undefined ? String(index) : `$${name}`;
}

/** Cells a line of a function's head may take. */
const HEAD_WIDTH = 100;

/** Texts joined into lines. */
function wrapped(texts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + text.length > HEAD_WIDTH) lines.push(text);
    else lines[lines.length - 1] = `${last} ${text}`;
  }
  return lines;
}
