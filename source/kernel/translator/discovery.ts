/**
 * Finds the functions of a program without running it: from the entry point, symbols and addresses taken in code and data,
 * through direct calls, jumps and jump tables. Each instruction is looked at once. What is missed here is interpreted.
 */

import { MOST_INSTRUCTIONS_FOUND } from "../params.js";
import type { TextSegment } from "../x86/machine.js";
import type { Operation } from "../x86/operation.js";
import type { Program } from "../x86/program.js";
import type { InstructionReader } from "./instruction-reader.js";

export interface Discovered {
  /** Addresses that functions start at. */
  readonly functions: ReadonlySet<number>;
  /** Addresses of functions that something holds a pointer to: those that an indirect call may reach. */
  readonly addressTaken: ReadonlySet<number>;
  /** Addresses of the instructions found. */
  readonly seen: ReadonlySet<number>;
  /** Whether there is no more that could be found. */
  readonly isWhole: boolean;
}

/**
 * @param roots addresses that functions are known to start at
 * @param dataWords words of the image's initial data
 * @param most instructions that are found
 */
export function discoverFunctions(
  program: Program,
  reader: InstructionReader,
  roots: Iterable<number>,
  dataWords: Iterable<number>,
  most = MOST_INSTRUCTIONS_FOUND,
): Discovered {
  const discovery = new Discovery(program, reader, most);
  discovery.follow(roots);
  // Jump tables point into functions that are known by now; what else in data points into text is a function's address.
  discovery.follow(discovery.likelyFunctions(dataWords));
  for (let taken = discovery.likelyFunctions(discovery.immediates); taken.length > 0; ) {
    discovery.immediates.clear();
    discovery.follow(taken);
    taken = discovery.likelyFunctions(discovery.immediates);
  }
  discovery.dropMistaken();
  return discovery;
}

/** Functions mostly start at multiples of this; other addresses are believed only behind something that ends a function. */
const ALIGNMENT = 16;
/** Bytes of the longest instruction, less one (Intel SDM vol. 2A, section 2.3.11). */
const LONGEST_BEFORE = 14;
/** RET, NOP, INT3 and the zeros that fill up text. */
const PADDING: ReadonlySet<number> = new Set([0xc3, 0x90, 0xcc, 0x00]);

class Discovery implements Discovered {
  readonly functions = new Set<number>();
  readonly addressTaken = new Set<number>();
  readonly seen = new Set<number>();
  isWhole = true;
  /** Numbers that code seen so far uses and that are addresses of text. */
  readonly immediates = new Set<number>();
  readonly #program: Program;
  readonly #reader: InstructionReader;
  readonly #most: number;
  readonly #queue: number[] = [];
  /** Functions that nothing but a number which may be their address speaks for. */
  readonly #likely = new Set<number>();

  constructor(program: Program, reader: InstructionReader, most: number) {
    this.#program = program;
    this.#reader = reader;
    this.#most = most;
  }

  /** Follows the code from functions; every function found then is in {@link functions}. */
  follow(roots: Iterable<number>): void {
    for (const root of roots) this.#addFunction(root);
    for (let at = this.#queue.pop(); at !== undefined; at = this.#queue.pop()) this.#followRun(at);
  }

  /** Those of the addresses at which a function seems to start that is not part of another. */
  likelyFunctions(addresses: Iterable<number>): number[] {
    const found: number[] = [];
    for (const address of addresses) {
      // Most words are no addresses of text at all.
      const segment = this.#program.segmentAt(address);
      if (!segment) continue;
      if (this.functions.has(address)) this.addressTaken.add(address);
      if (this.seen.has(address) || !this.#looksLikeFunction(address, segment)) continue;
      this.addressTaken.add(address);
      this.#likely.add(address);
      found.push(address);
    }
    return found;
  }

  /** Forgets likely functions that lie within an instruction which was found later: their address was another number. */
  dropMistaken(): void {
    for (const address of this.#likely) {
      if (!this.#isWithinInstruction(address)) continue;
      this.functions.delete(address);
      this.addressTaken.delete(address);
    }
  }

  #looksLikeFunction(address: number, segment: TextSegment): boolean {
    const offset = address - segment.address;
    if (address % ALIGNMENT !== 0 && !(offset > 0 && PADDING.has(segment.bytes[offset - 1]))) return false;
    return !this.#isWithinInstruction(address) && this.#reader.at(address) !== undefined;
  }

  #isWithinInstruction(address: number): boolean {
    for (let start = address - LONGEST_BEFORE; start < address; start++) {
      if (this.seen.has(start) && (this.#reader.at(start)?.next.address ?? start) > address) return true;
    }
    return false;
  }

  #addFunction(address: number): void {
    if (this.functions.has(address) || this.#program.segmentAt(address) === undefined) return;
    this.functions.add(address);
    this.#queue.push(address);
  }

  /** Follows straight code to its end, or to where it has been followed before. */
  #followRun(start: number): void {
    for (let at = start; !this.seen.has(at); ) {
      if (this.seen.size >= this.#most) {
        this.isWhole = false;
        return;
      }
      const operation = this.#reader.at(at);
      if (!operation) return;
      this.seen.add(at);
      this.#noteImmediates(operation);
      switch (operation.entry?.semantics) {
        case "jmp":
          this.#queue.push(operation.target.address);
          return;
        case "jmp indirect":
          this.#queue.push(...(this.#reader.jumpTable(operation)?.targets ?? []));
          return;
        case "ret":
        case "trap":
          return;
        case "call":
          this.#likely.delete(operation.target.address);
          this.#addFunction(operation.target.address);
          break;
        default:
          if (operation.entry?.forms[0] === "rel") this.#queue.push(operation.target.address);
      }
      at = operation.next.address;
    }
  }

  #noteImmediates(operation: Operation): void {
    if (operation.entry?.forms[0] === "rel") return;
    this.#noteNumber(operation.immediate >>> 0);
    this.#noteNumber(operation.displacement >>> 0);
  }

  #noteNumber(value: number): void {
    if (value !== 0 && this.#program.segmentAt(value) !== undefined) this.immediates.add(value);
  }
}
