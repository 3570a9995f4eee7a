/**
 * Builds a WebAssembly module (core specification 2.0, chapter 5): declare imports first, then functions, tables, globals
 * and exports in any order, and take the bytes. The encoder knows nothing of what the functions are for.
 */

import { ByteWriter, sizeOfUnsigned } from "./byte-writer.js";
import { EncodingError, type FunctionBody, FunctionBuilder, type FunctionType } from "./function-builder.js";
import type { ModuleNames } from "./lister.js";
import { Op, ValueType } from "./opcodes.js";

const Section = {
  CUSTOM: 0,
  TYPE: 1,
  IMPORT: 2,
  FUNCTION: 3,
  TABLE: 4,
  GLOBAL: 6,
  EXPORT: 7,
  ELEMENT: 9,
  CODE: 10,
} as const;

const Kind = { FUNCTION: 0, TABLE: 1, MEMORY: 2, GLOBAL: 3 } as const;
const FUNCTION_TYPE = 0x60;
const FUNCTION_REFERENCE = 0x70;
const SHARED_WITH_MAXIMUM = 3;
/** Bytes taken at first for everything in a module but its code; more is taken where that is too little. */
const SPACE_BESIDE_CODE = 16 * 1024;
const MAGIC_AND_VERSION = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

interface Import {
  readonly from: string;
  readonly name: string;
  readonly write: (writer: ByteWriter) => void;
}

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

export class ModuleBuilder {
  readonly #types: FunctionType[] = [];
  readonly #typeNumbers = new Map<string, number>();
  readonly #imports: Import[] = [];
  readonly #importedFunctionNames: string[] = [];
  #importedGlobals = 0;
  readonly #functions: FunctionBuilder[] = [];
  readonly #globals: { type: ValueType; initial: number; name: string | undefined }[] = [];
  readonly #tables: { size: number; elements: readonly (number | undefined)[] }[] = [];
  readonly #exports: Export[] = [];

  /** The number of a function type, made on first use. */
  typeIndex(type: FunctionType): number {
    const key = `${type.parameters}>${type.results}`;
    const known = this.#typeNumbers.get(key);
    if (known !== undefined) return known;
    this.#types.push(type);
    this.#typeNumbers.set(key, this.#types.length - 1);
    return this.#types.length - 1;
  }

  /** Imports a shared memory. @param maximumPages of 64 KiB */
  importSharedMemory(from: string, name: string, initialPages: number, maximumPages: number): void {
    this.#imports.push({
      from,
      name,
      write: (writer) => {
        writer.byte(Kind.MEMORY);
        writer.byte(SHARED_WITH_MAXIMUM);
        writer.unsigned(initialPages);
        writer.unsigned(maximumPages);
      },
    });
  }

  /** Imports a function; answers its index. */
  importFunction(from: string, name: string, type: FunctionType): number {
    if (this.#functions.length > 0) throw new EncodingError(`import ${name} comes after a function`);
    const typeIndex = this.typeIndex(type);
    this.#imports.push({
      from,
      name,
      write: (writer) => {
        writer.byte(Kind.FUNCTION);
        writer.unsigned(typeIndex);
      },
    });
    return this.#importedFunctionNames.push(name) - 1;
  }

  /** Imports a mutable global; answers its index. */
  importGlobal(from: string, name: string, type: ValueType): number {
    if (this.#globals.length > 0) throw new EncodingError(`import ${name} comes after a global`);
    this.#imports.push({
      from,
      name,
      write: (writer) => {
        writer.byte(Kind.GLOBAL);
        writer.byte(type);
        writer.byte(1);
      },
    });
    return this.#importedGlobals++;
  }

  /** Adds a mutable global; answers its index. @param initial 0 for one that is no integer @param name for listings */
  global(type: ValueType, initial: number, name?: string): number {
    this.#globals.push({ type, initial, name });
    return this.#importedGlobals + this.#globals.length - 1;
  }

  /**
   * Adds a function whose body is then built; functions may call ones that are added later.
   * @param numbers see {@link FunctionBuilder}
   */
  function(name: string, type: FunctionType, numbers?: readonly number[]): FunctionBuilder {
    const builder = this.#builderOf(name, type, this.#importedFunctionNames.length + this.#functions.length, numbers);
    this.#functions.push(builder);
    return builder;
  }

  /** Has a function built anew, from nothing. */
  again({ name, type, index }: FunctionBuilder, numbers?: readonly number[]): FunctionBuilder {
    const builder = this.#builderOf(name, type, index, numbers);
    this.#functions[index - this.#importedFunctionNames.length] = builder;
    return builder;
  }

  #builderOf(name: string, type: FunctionType, index: number, numbers?: readonly number[]): FunctionBuilder {
    return new FunctionBuilder(
      name,
      type,
      index,
      (blockType) => this.typeIndex(blockType),
      (number) => this.#types[number],
      numbers,
    );
  }

  /** Adds a table of functions; undefined leaves an element empty. Answers the table's index. */
  table(elements: readonly (number | undefined)[]): number {
    this.#tables.push({ size: elements.length, elements });
    return this.#tables.length - 1;
  }

  exportFunction(name: string, builder: FunctionBuilder): void {
    this.#exports.push({ name, kind: Kind.FUNCTION, index: builder.index });
  }

  exportGlobal(name: string, index: number): void {
    this.#exports.push({ name, kind: Kind.GLOBAL, index });
  }

  /** Names of what was added up to now, for listings. */
  get names(): ModuleNames {
    const imported = this.#importedFunctionNames;
    return {
      function: (index) => imported[index] ?? this.#functions[index - imported.length]?.name,
      global: (index) => this.#globals[index - this.#importedGlobals]?.name,
    };
  }

  /** The whole module; see {@link encode}. */
  toBytes(): Uint8Array {
    return this.encode().bytes;
  }

  /**
   * The whole module, with a name section so that the host's errors and stack traces name the functions.
   * @returns the bytes, and where in them each function's code begins, behind its locals
   */
  encode(): { bytes: Uint8Array; bodies: ReadonlyMap<FunctionBuilder, number> } {
    // Bodies first: finishing them may add types.
    const bodies = this.#functions.map((each) => each.finish());
    const functionTypes = this.#functions.map((each) => this.typeIndex(each.type));
    const codeSize = bodies.reduce((sum, each) => sum + sizedBody(each), sizeOfUnsigned(bodies.length));
    const out = new ByteWriter(codeSize + SPACE_BESIDE_CODE);
    out.bytes(MAGIC_AND_VERSION);
    vector(out, Section.TYPE, this.#types, writeType);
    vector(out, Section.IMPORT, this.#imports, (writer, each) => {
      writer.name(each.from);
      writer.name(each.name);
      each.write(writer);
    });
    vector(out, Section.FUNCTION, functionTypes, (writer, each) => writer.unsigned(each));
    vector(out, Section.TABLE, this.#tables, writeTable);
    vector(out, Section.GLOBAL, this.#globals, writeGlobal);
    vector(out, Section.EXPORT, this.#exports, writeExport);
    vector(out, Section.ELEMENT, this.#segments(), writeSegment);
    const starts = this.#writeCode(out, bodies, codeSize);
    this.#writeNames(out);
    return { bytes: out.written, bodies: starts };
  }

  /** Writes the code section in place, it being nearly all of a module; answers where the code of each function begins. */
  #writeCode(out: ByteWriter, bodies: readonly FunctionBody[], size: number): Map<FunctionBuilder, number> {
    const starts = new Map<FunctionBuilder, number>();
    if (bodies.length === 0) return starts;
    out.byte(Section.CODE);
    out.unsigned(size);
    out.unsigned(bodies.length);
    bodies.forEach((body, index) => {
      out.unsigned(body.locals.length + body.code.length);
      out.bytes(body.locals.written);
      starts.set(this.#functions[index], out.length);
      out.bytes(body.code.written);
    });
    return starts;
  }

  /** Runs of table elements that are not empty. */
  #segments(): { table: number; offset: number; functions: number[] }[] {
    const segments: { table: number; offset: number; functions: number[] }[] = [];
    this.#tables.forEach(({ elements }, table) => {
      let open: { table: number; offset: number; functions: number[] } | undefined;
      elements.forEach((element, offset) => {
        if (element === undefined) open = undefined;
        else if (open) open.functions.push(element);
        else {
          open = { table, offset, functions: [element] };
          segments.push(open);
        }
      });
    });
    return segments;
  }

  #writeNames(out: ByteWriter): void {
    const names = new ByteWriter();
    names.unsigned(this.#functions.length);
    for (const each of this.#functions) {
      names.unsigned(each.index);
      names.name(each.name);
    }
    const section = new ByteWriter();
    section.name("name");
    section.byte(1);
    section.sized(names);
    out.byte(Section.CUSTOM);
    out.sized(section);
  }
}

/** Bytes of a body behind its size. */
function sizedBody({ locals, code }: FunctionBody): number {
  const size = locals.length + code.length;
  return sizeOfUnsigned(size) + size;
}

function vector<T>(
  out: ByteWriter,
  section: number,
  items: readonly T[],
  write: (writer: ByteWriter, item: T) => void,
): void {
  if (items.length === 0) return;
  const content = new ByteWriter();
  content.unsigned(items.length);
  for (const item of items) write(content, item);
  out.byte(section);
  out.sized(content);
}

function writeType(writer: ByteWriter, type: FunctionType): void {
  writer.byte(FUNCTION_TYPE);
  for (const types of [type.parameters, type.results]) {
    writer.unsigned(types.length);
    for (const each of types) writer.byte(each);
  }
}

function writeTable(writer: ByteWriter, table: { size: number }): void {
  writer.byte(FUNCTION_REFERENCE);
  writer.byte(1);
  writer.unsigned(table.size);
  writer.unsigned(table.size);
}

function writeGlobal(writer: ByteWriter, global: { type: ValueType; initial: number }): void {
  writer.byte(global.type);
  writer.byte(1);
  if (global.type === ValueType.F64) {
    writer.byte(Op.f64_const);
    writer.double(0);
  } else {
    writer.byte(global.type === ValueType.I64 ? Op.i64_const : Op.i32_const);
    writer.signed(global.initial);
  }
  writer.byte(Op.end);
}

function writeExport(writer: ByteWriter, each: Export): void {
  writer.name(each.name);
  writer.byte(each.kind);
  writer.unsigned(each.index);
}

/** Kind 2: an active segment of function numbers for a given table. */
function writeSegment(
  writer: ByteWriter,
  segment: { table: number; offset: number; functions: readonly number[] },
): void {
  writer.byte(2);
  writer.unsigned(segment.table);
  writer.byte(Op.i32_const);
  writer.signed(segment.offset);
  writer.byte(Op.end);
  writer.byte(0);
  writer.unsigned(segment.functions.length);
  for (const each of segment.functions) writer.unsigned(each);
}
