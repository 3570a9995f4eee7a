/**
 * Reads ELF32 i386 static executables (System V ABI, Intel386 supplement, chapters 4 and 5). A file is checked whole before
 * anything of it is used; one that is not right is refused with a `UserError` that says what is wrong.
 */

import { IMAGE_NOTE_MEMORY, IMAGE_NOTE_NAME, LOWEST_LOAD_ADDRESS } from "../abi.js";
import { UserError } from "../errors.js";
import { MAXIMUM_FUNCTIONS, MAXIMUM_SYMBOL_NAME, MAXIMUM_VM_MEMORY } from "../params.js";

/** A loadable segment. */
export interface ElfSegment {
  /** Guest-physical address. */
  readonly address: number;
  /** What the file holds of it; the rest up to `memorySize` is zero. */
  readonly bytes: Uint8Array;
  /** Bytes it takes in memory. */
  readonly memorySize: number;
  readonly executable: boolean;
}

/** A function's name and extent. */
export interface ElfSymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

export interface ElfFile {
  readonly entry: number;
  /** In order of address, not overlapping. */
  readonly segments: readonly ElfSegment[];
  /** Functions in order of address; empty when the file was stripped. */
  readonly functions: readonly ElfSymbol[];
  /** Bytes of memory the file asks for in its Denali note, 0 when it does not. */
  readonly memoryWish: number;
}

const HEADER_SIZE = 52;
const PROGRAM_HEADER_SIZE = 32;
const SECTION_HEADER_SIZE = 40;
const SYMBOL_SIZE = 16;
const MAXIMUM_PROGRAM_HEADERS = 64;

const ELF_MAGIC = 0x464c457f;
const CLASS_32 = 1;
const LITTLE_ENDIAN = 1;
const TYPE_EXECUTABLE = 2;
const MACHINE_I386 = 3;
const SEGMENT_LOAD = 1;
const SEGMENT_DYNAMIC = 2;
const SEGMENT_INTERPRETER = 3;
const SEGMENT_NOTE = 4;
const FLAG_EXECUTABLE = 1;
const SECTION_SYMBOLS = 2;
const SYMBOL_TYPE_FUNCTION = 2;

interface ProgramHeader {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly flags: number;
}

/**
 * @param file the whole file; segments of the result are views of it
 * @param name how errors call it
 */
export function parseElf(file: Uint8Array, name: string): ElfFile {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  checkHeader(view, name);
  const headers = programHeaders(view, name);
  if (headers.some((header) => header.type === SEGMENT_DYNAMIC || header.type === SEGMENT_INTERPRETER)) {
    throw new UserError(`${name} is dynamically linked; link it with -static and without -pie`);
  }
  const segments = headers
    .filter((header) => header.type === SEGMENT_LOAD && header.memorySize > 0)
    .map((header) => loadSegment(file, header, name))
    .sort((a, b) => a.address - b.address);
  checkOverlap(segments, name);
  const entry = view.getUint32(24, true);
  const entrySegment = segments.find((each) => entry >= each.address && entry < each.address + each.bytes.length);
  if (!entrySegment?.executable) {
    throw new UserError(`${name} starts at ${hex(entry)}, which is in none of its executable segments`);
  }
  return { entry, segments, functions: functionSymbols(file, view), memoryWish: memoryWish(view, headers) };
}

function checkHeader(view: DataView, name: string): void {
  if (view.byteLength < HEADER_SIZE || view.getUint32(0, true) !== ELF_MAGIC) {
    throw new UserError(`${name} is not an ELF file; a guest is an ELF32 i386 static executable`);
  }
  const suits =
    view.getUint8(4) === CLASS_32 &&
    view.getUint8(5) === LITTLE_ENDIAN &&
    view.getUint16(16, true) === TYPE_EXECUTABLE &&
    view.getUint16(18, true) === MACHINE_I386;
  if (!suits)
    throw new UserError(`${name} is not an ELF32 i386 static executable; compile it with -m32 -static -no-pie`);
}

function programHeaders(view: DataView, name: string): ProgramHeader[] {
  const offset = view.getUint32(28, true);
  const size = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (size !== PROGRAM_HEADER_SIZE || count === 0 || count > MAXIMUM_PROGRAM_HEADERS) {
    throw new UserError(
      `${name} has ${count} program headers of ${size} bytes; expected 1 to ${MAXIMUM_PROGRAM_HEADERS} of 32`,
    );
  }
  if (offset + size * count > view.byteLength) throw truncated(name);
  return Array.from({ length: count }, (_, index) => {
    const at = offset + index * size;
    return {
      type: view.getUint32(at, true),
      offset: view.getUint32(at + 4, true),
      address: view.getUint32(at + 8, true),
      fileSize: view.getUint32(at + 16, true),
      memorySize: view.getUint32(at + 20, true),
      flags: view.getUint32(at + 24, true),
    };
  });
}

function loadSegment(file: Uint8Array, header: ProgramHeader, name: string): ElfSegment {
  const { address, offset, fileSize, memorySize } = header;
  if (fileSize > memorySize)
    throw new UserError(`${name} has a segment at ${hex(address)} larger in the file than in memory`);
  if (offset + fileSize > file.length) throw truncated(name);
  if (address < LOWEST_LOAD_ADDRESS) {
    throw new UserError(
      `${name} loads at ${hex(address)}; the first ${LOWEST_LOAD_ADDRESS} bytes hold the virtual registers`,
    );
  }
  if (address + memorySize > MAXIMUM_VM_MEMORY) {
    throw new UserError(
      `${name} needs memory up to ${hex(address + memorySize)}; a VM has at most ${hex(MAXIMUM_VM_MEMORY)}`,
    );
  }
  const bytes = file.subarray(offset, offset + fileSize);
  return { address, bytes, memorySize, executable: (header.flags & FLAG_EXECUTABLE) !== 0 };
}

function checkOverlap(segments: readonly ElfSegment[], name: string): void {
  if (segments.length === 0) throw new UserError(`${name} has nothing to load`);
  for (let i = 1; i < segments.length; i++) {
    const previous = segments[i - 1];
    if (previous.address + previous.memorySize > segments[i].address) {
      throw new UserError(`${name} has segments that overlap at ${hex(segments[i].address)}`);
    }
  }
}

/** Reads the first note that asks for memory; a damaged note is a note that was not written. */
function memoryWish(view: DataView, headers: readonly ProgramHeader[]): number {
  for (const header of headers) {
    if (header.type !== SEGMENT_NOTE) continue;
    const end = Math.min(header.offset + header.fileSize, view.byteLength);
    let at = header.offset;
    while (at + 12 <= end) {
      const nameSize = view.getUint32(at, true);
      const descriptionSize = view.getUint32(at + 4, true);
      const type = view.getUint32(at + 8, true);
      const description = at + 12 + align(nameSize);
      const next = description + align(descriptionSize);
      if (next > end) break;
      const longEnough = Math.min(nameSize, IMAGE_NOTE_NAME.length + 1);
      if (type === IMAGE_NOTE_MEMORY && descriptionSize === 4 && text(view, at + 12, longEnough) === IMAGE_NOTE_NAME) {
        return view.getUint32(description, true);
      }
      at = next;
    }
  }
  return 0;
}

/** A function whose name is read when it is asked for: symbols may share one long string, which would be copied for each. */
class FunctionSymbol implements ElfSymbol {
  readonly #file: DataView;
  readonly #nameAt: number;

  constructor(
    file: DataView,
    nameAt: number,
    readonly address: number,
    readonly size: number,
  ) {
    this.#file = file;
    this.#nameAt = nameAt;
  }

  get name(): string {
    return text(this.#file, this.#nameAt, MAXIMUM_SYMBOL_NAME);
  }
}

/** Function symbols for people to read; a symbol table that is not right is treated as missing. */
function functionSymbols(file: Uint8Array, view: DataView): ElfSymbol[] {
  const sections = view.getUint32(32, true);
  const count = view.getUint16(48, true);
  if (view.getUint16(46, true) !== SECTION_HEADER_SIZE || sections + count * SECTION_HEADER_SIZE > file.length)
    return [];
  for (let index = 0; index < count; index++) {
    const section = sections + index * SECTION_HEADER_SIZE;
    if (view.getUint32(section + 4, true) !== SECTION_SYMBOLS) continue;
    const link = view.getUint32(section + 24, true);
    if (link >= count) return [];
    const strings = view.getUint32(sections + link * SECTION_HEADER_SIZE + 16, true);
    const first = view.getUint32(section + 16, true);
    const end = first + view.getUint32(section + 20, true);
    return end > file.length ? [] : readFunctions(view, first, end, strings);
  }
  return [];
}

function readFunctions(view: DataView, first: number, end: number, strings: number): ElfSymbol[] {
  const functions: ElfSymbol[] = [];
  for (let at = first; at + SYMBOL_SIZE <= end && functions.length < MAXIMUM_FUNCTIONS; at += SYMBOL_SIZE) {
    if ((view.getUint8(at + 12) & 0xf) !== SYMBOL_TYPE_FUNCTION) continue;
    const name = strings + view.getUint32(at, true);
    if (name >= view.byteLength) continue;
    functions.push(new FunctionSymbol(view, name, view.getUint32(at + 4, true), view.getUint32(at + 8, true)));
  }
  return functions.sort((a, b) => a.address - b.address);
}

/** A NUL-terminated string in a field of `size` bytes. */
function text(view: DataView, at: number, size: number): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset + at, Math.max(0, Math.min(size, view.byteLength - at)));
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}

function align(size: number): number {
  return Math.ceil(size / 4) * 4; // Not by masks: those make a size from 2 GB on negative.
}

function truncated(name: string): UserError {
  return new UserError(`${name} is truncated: it ends before its segments do; build or copy it again`);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
