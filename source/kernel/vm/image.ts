/**
 * An image: a checked executable, ready to be put into any number of VMs. Its text is decoded once, here, for all of them,
 * and never changes: what a guest writes over its text in memory is data.
 */

import { createHash } from "node:crypto";
import type { ImageSummary } from "../commands.js";
import { UserError } from "../errors.js";
import { DEFAULT_VM_MEMORY, MAXIMUM_VM_MEMORY } from "../params.js";
import { translateImage } from "../translator/image-translator.js";
import { type EmittedRegion, listRegion } from "../translator/listing.js";
import type { Translation } from "../translator/translation.js";
import { Interpreter } from "../x86/interpreter.js";
import { Program, uncopied } from "../x86/program.js";
import { type ElfFile, type ElfSymbol, parseElf } from "./elf.js";
import { ImageEngines, type TranslationSource } from "./image-engines.js";
import { roundMemorySize } from "./memory.js";

/** Bytes that must be left between the end of the image and the end of memory: a small stack. */
const SMALLEST_STACK = 4096;

export class Image {
  readonly elf: ElfFile;
  readonly program: Program;
  readonly interpreter: Interpreter;
  /** What executes its VMs. */
  readonly engines: ImageEngines;
  /** Nanoseconds of the kernel's clock that making or loading it took; set by whoever asked for it first. */
  translationTime: number | undefined;
  readonly sha256: string;
  /** Bytes of memory a VM gets when its creator does not say. */
  readonly memorySize: number;

  /**
   * @param file the whole ELF file; the image keeps it and nobody may change it afterwards
   * @param translations where its translations come from
   * @throws UserError when the file is not right, or no VM has as much memory as it needs or asks for
   */
  constructor(
    readonly name: string,
    readonly description: string,
    readonly file: Uint8Array,
    translations: TranslationSource = {},
  ) {
    this.elf = parseElf(file, name);
    this.sha256 = createHash("sha256").update(file).digest("hex");
    this.program = new Program(uncopied(this.elf.segments.filter((segment) => segment.executable)));
    this.interpreter = new Interpreter(this.program);
    this.engines = new ImageEngines(this, translations);
    this.memorySize = roundMemorySize(Math.max(this.elf.memoryWish || DEFAULT_VM_MEMORY, this.smallestMemory));
    if (this.memorySize > MAXIMUM_VM_MEMORY) {
      throw new UserError(
        `${name} wants ${this.memorySize} bytes of memory and a VM has at most ${MAXIMUM_VM_MEMORY}; build it for less`,
      );
    }
  }

  /** Bytes below which the image cannot start. */
  get smallestMemory(): number {
    const last = this.elf.segments[this.elf.segments.length - 1];
    return roundMemorySize(last.address + last.memorySize + SMALLEST_STACK);
  }

  /** The memory size for a VM whose creator asked for `wanted` bytes (undefined: no wish). */
  memoryFor(wanted: number | undefined): number {
    if (wanted === undefined) return this.memorySize;
    if (!Number.isInteger(wanted) || wanted < this.smallestMemory || wanted > MAXIMUM_VM_MEMORY) {
      throw new UserError(
        `${this.name} cannot run in ${wanted} bytes of memory; give it ${this.smallestMemory} to ${MAXIMUM_VM_MEMORY}`,
      );
    }
    return roundMemorySize(wanted);
  }

  /** Copies the segments into a VM's memory, which must be zero. */
  load(memory: Uint8Array): void {
    for (const segment of this.elf.segments) memory.set(segment.bytes, segment.address);
  }

  /** The function that an address is in, undefined where the image has no symbols for it. */
  functionAt(address: number): ElfSymbol | undefined {
    const { functions } = this.elf;
    let low = 0;
    let high = functions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (functions[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    return functions[low - 1];
  }

  /** What the translator makes of the function or loop that starts at an address, as text; undefined where it makes nothing. */
  listTranslation(address: number): string[] | undefined {
    let lines: string[] | undefined;
    this.translate([], (region) => {
      if (region.start === address) lines = listRegion(region, this.program);
    });
    return lines;
  }

  /**
   * Translates the whole image.
   * @param missed addresses to be entered at, besides those that are found
   * @param observe shown each region when it has been emitted
   */
  translate(missed: readonly number[] = [], observe?: (region: EmittedRegion) => void): Translation {
    const roots = [this.elf.entry, ...this.elf.functions.filter(isWhole).map((each) => each.address)];
    const data = { read: (address: number) => this.#initialWord(address), words: this.#initialWords(), missed };
    return translateImage(this.program, roots, data, observe);
  }

  /** The aligned words that the image loads outside its text. */
  *#initialWords(): Iterable<number> {
    for (const { executable, bytes } of this.elf.segments) {
      if (executable) continue;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let offset = 0; offset + 4 <= bytes.length; offset += 4) yield view.getUint32(offset, true);
    }
  }

  /** The u32 that the image loads at an address outside its text; undefined where it loads none. */
  #initialWord(address: number): number | undefined {
    const segment = this.elf.segments.find(
      (each) => !each.executable && address >= each.address && address + 4 <= each.address + each.bytes.length,
    );
    if (!segment) return undefined;
    const { buffer, byteOffset, byteLength } = segment.bytes;
    return new DataView(buffer, byteOffset, byteLength).getUint32(address - segment.address, true);
  }

  /** Bytes of its code. */
  get textSize(): number {
    return this.#size(true);
  }

  #size(executable: boolean): number {
    return this.elf.segments
      .filter((segment) => segment.executable === executable)
      .reduce((sum, segment) => sum + segment.memorySize, 0);
  }

  get summary(): ImageSummary {
    return {
      name: this.name,
      description: this.description,
      textSize: this.textSize,
      dataSize: this.#size(false),
      memorySize: this.memorySize,
      sha256: this.sha256,
    };
  }
}

/** Not the part that gcc puts elsewhere because it is seldom executed: jumped to from within a function, and no function. */
function isWhole({ name }: ElfSymbol): boolean {
  return !/\.cold(\.\d+)?$/.test(name);
}
