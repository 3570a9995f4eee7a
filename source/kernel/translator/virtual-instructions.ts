/** Which virtual instruction stands at an address where translated code was left: most often that is why it left. */

import { MOST_PLACES_NOTED } from "../params.js";
import { INT_LENGTH, INT_OPCODE } from "../x86/machine.js";
import type { Program } from "../x86/program.js";

export const NO_VIRTUAL_INSTRUCTION = -1;

export class VirtualInstructions {
  readonly #program: Program;
  readonly #known = new Map<number, number>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** N of the `int N` at an address, {@link NO_VIRTUAL_INSTRUCTION} for any other instruction. */
  at(address: number): number {
    return this.#known.get(address) ?? this.#lookAt(address);
  }

  /** Addresses looked at that are remembered. */
  get size(): number {
    return this.#known.size;
  }

  #lookAt(address: number): number {
    const text = this.#program.bytesAt(address);
    const found = text.length >= INT_LENGTH && text[0] === INT_OPCODE ? text[1] : NO_VIRTUAL_INSTRUCTION;
    if (this.#known.size >= MOST_PLACES_NOTED) this.#known.clear();
    this.#known.set(address, found);
    return found;
  }
}
