/** Reads a program's instructions and jump tables, each decoded once, for whoever looks at the program without running it. */

import { findEntry } from "../x86/instruction-table.js";
import { type Operation, Repeat } from "../x86/operation.js";
import type { Program } from "../x86/program.js";
import { changed } from "./facts.js";
import { type JumpTable, type JumpTableReader, JumpTables } from "./jump-tables.js";

export class InstructionReader {
  readonly #program: Program;
  readonly #jumpTables: JumpTables;
  readonly #tables = new Map<number, JumpTable | undefined>();
  readonly #pushes = new Map<number, Operation>();
  readonly #backward = new Map<number, Operation>();

  /** @param readTable reads the image's initial data */
  constructor(program: Program, readTable: JumpTableReader) {
    this.#program = program;
    this.#jumpTables = new JumpTables(program, readTable);
  }

  /** The operation at an address, undefined where there is none that could be executed. */
  at(address: number): Operation | undefined {
    const operation = this.#decoded(address);
    if (operation === undefined) return undefined;
    if (callsNext(operation)) return this.#pushOf(operation);
    if (operation.entry?.semantics === "std") return this.#backwardMove(operation) ?? operation;
    return operation;
  }

  #decoded(address: number): Operation | undefined {
    const operation = this.#program.decodedAt(address);
    return operation?.entry === undefined ? undefined : operation;
  }

  /** The table of an indirect jump, undefined when the jump does not look like one. */
  jumpTable(jump: Operation): JumpTable | undefined {
    const { address } = jump;
    if (!this.#tables.has(address)) this.#tables.set(address, this.#jumpTables.of(jump));
    return this.#tables.get(address);
  }

  /** STD, REP MOVS and CLD as one: what libraries have in `memmove`, for ranges that overlap. */
  #backwardMove(std: Operation): Operation | undefined {
    const { address } = std;
    const known = this.#backward.get(address);
    if (known) return known;
    const move = this.#decoded(std.next.address);
    if (move?.entry?.semantics !== "movs" || move.repeat !== Repeat.WHILE_EQUAL) return undefined;
    const cld = this.#decoded(move.next.address);
    if (cld?.entry?.semantics !== "cld") return undefined;
    const { next } = cld;
    const all = changed(move, { address, length: next.address - address, next, repeat: Repeat.BACKWARD });
    this.#backward.set(address, all);
    return all;
  }

  /** A call of the next instruction as what it does. */
  #pushOf(call: Operation): Operation {
    const { address } = call;
    let push = this.#pushes.get(address);
    if (!push) {
      push = changed(call, { immediate: call.next.address, entry: findEntry("push", "imm", call.size) });
      this.#pushes.set(address, push);
    }
    return push;
  }
}

/** Code that does not know where it is loaded learns it so: `call` of what comes next, which pops the return address. */
export function callsNext({ entry, target, next }: Operation): boolean {
  return entry?.semantics === "call" && target === next;
}
