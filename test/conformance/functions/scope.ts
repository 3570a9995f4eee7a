/** What the generator knows while it makes a function: where it may write, what flags it may read, what all this costs. */

import { Flag } from "../../../source/kernel/x86/machine.js";
import { DATA, MEMORY_END } from "../machine-case.js";
import type { Random } from "../random.js";
import { CONDITION_READS, flagMask } from "../undefined-flags.js";
import { type Assembler, EAX, EBP, ECX, EDX, ESP, type Label, type MemoryOperand, type Operand } from "./assembler.js";
import { COUNTERS, LOCAL_BYTES, localsAt, type Signature } from "./frames.js";

/** Jump tables and counters: never written at random. Each program of a batch has a part of its own. */
export const TABLES = DATA;
export const TABLE_BYTES = 256;
export const STACK_TOP = DATA + 0x2000;
/** What programs read and write. */
export const ARENA = DATA + 0x2000;
export const ARENA_BYTES = MEMORY_END - ARENA;

export const { CARRY, AUXILIARY, OVERFLOW } = Flag;

/** A function that can be called. */
export interface Callee extends Signature {
  /** Instructions it retires, about. */
  readonly cost: number;
  /** Flags undefined when it has returned. */
  readonly undefinedFlags: number;
}

export interface Table {
  readonly address: number;
  /** Each of them is as good in any of its places. */
  readonly labels: readonly Label[];
  /** Whether programs may write others of them there. */
  readonly changes: boolean;
}

/** What the functions of a program have in common. */
export interface Common {
  /** Functions that are made: calls of them end. */
  readonly callees: readonly Callee[];
  /** Makes a table of labels in memory; answers its address, undefined when there is no room. */
  table(labels: readonly Label[], changes?: boolean): number | undefined;
  readonly tables: readonly Table[];
  /** A word in memory that counts down how often functions may be called that are not made yet, or call themselves. */
  readonly recursionCounter: number;
  /** Two words in memory: ESP and EIP of a place that may be jumped to. */
  readonly jumpBuffer: number;
  /** Whether that is done much. */
  readonly jumpsOut: boolean;
  /** A function that answers the address it returns to in a register. */
  thunk(register: number): Label;
  /** Where functions take their frames away and return: others may jump there. */
  readonly tails: { readonly label: Label; readonly signature: Signature }[];
  /** Makes code that is put behind all functions. */
  readonly cold: (() => void)[];
}

export class Scope {
  /** Registers that may be written now. */
  readonly writable = new Set([EAX, ECX, EDX]);
  /** Bytes on the stack above the locals. */
  pushed = 0;
  /** Locals that are loop counters now. */
  counters = 0;
  /** How often what is made now is executed, and what the function costs so far. */
  times = 1;
  cost = 0;
  /** Nested statements. */
  depth = 0;
  /** Whether there is a frame, with locals, yet. */
  framed = false;
  /** What a return would have to put back besides the frame: there can be none. */
  held = 0;
  /** Flags undefined at one of the returns so far. */
  returnedUndefined = 0;
  /** Makes code that is put behind the function. */
  readonly behind: (() => void)[] = [];

  constructor(
    readonly random: Random,
    readonly assembler: Assembler,
    readonly common: Common,
    readonly signature: Signature,
    /** Functions that it may call while the counter of recursions lasts: itself, and those made after it. */
    readonly again: readonly Signature[],
  ) {}

  /** Whether nothing can be pushed: it calls nobody. */
  get leaf(): boolean {
    return this.signature.frame.extra > 0;
  }

  charge(instructions = 1): void {
    this.cost += instructions * this.times;
  }

  /** A register to read. */
  anyRegister(): number {
    return this.random.below(8);
  }

  /** A register to write. @param among of these, where one may be written */
  destination(among?: readonly number[]): number {
    const possible = [...this.writable].filter((register) => among?.includes(register) ?? true);
    return this.random.pick(possible.length > 0 ? possible : [...this.writable]);
  }

  /** A register operand to write: of 8 bits one of the four lower registers' halves. */
  destinationOf(size: number): number {
    if (size !== 8) return this.destination();
    const register = this.destination([0, 1, 2, 3]);
    return this.random.chance(30) ? register + 4 : register;
  }

  canWrite(...registers: number[]): boolean {
    return registers.every((register) => this.writable.has(register));
  }

  /** Memory in the arena or a local; where an index is needed, code that bounds it comes first. */
  memory(): MemoryOperand {
    const { random } = this;
    const at = ARENA + random.below(ARENA_BYTES - 64);
    switch (random.below(6)) {
      case 0:
      case 1:
        return this.local();
      case 2: {
        // MOVZX index, low byte: changes no flags.
        const index = this.destination([0, 1, 2, 3]);
        if (index > 3) return { displacement: at };
        this.assembler.modRm([0x0f, 0xb6], index, random.below(4));
        this.charge();
        const displacement = ARENA + random.below(1024);
        if (random.chance(30)) return { base: index, displacement };
        return { index, scale: random.below(4), displacement };
      }
      case 3:
        return random.chance(8) ? this.edge() : { displacement: at };
      default:
        return { displacement: at };
    }
  }

  /** Memory at its end, or where none is. */
  edge(): MemoryOperand {
    const { random } = this;
    const end = random.pick([MEMORY_END - 1, MEMORY_END - 2, MEMORY_END - 4, MEMORY_END - 8, MEMORY_END - 16]);
    const address = random.chance(90)
      ? end
      : random.pick([MEMORY_END, MEMORY_END + 4000, -1, -4, 0x7fff_ffff, -0x8000_0000]);
    if (random.chance(50)) return { displacement: address };
    const base = this.destination();
    const displacement = random.below(200) - 100;
    this.assembler.emit(0xb8 + base, ...[0, 8, 16, 24].map((shift) => ((address - displacement) >> shift) & 0xff));
    this.charge();
    return { base, displacement };
  }

  /** Some memory that is always there. */
  #anywhere(): MemoryOperand {
    return { displacement: ARENA + this.random.below(ARENA_BYTES - 64) };
  }

  /** A local that is no loop counter, with room for a double: what is behind the locals says where the function returns to. */
  local(): MemoryOperand {
    if (!this.framed) return this.#anywhere();
    const offset = 4 * COUNTERS + this.random.below(LOCAL_BYTES - 4 * COUNTERS - 7);
    return this.localAt(offset);
  }

  localAt(offset: number): MemoryOperand {
    const displacement = localsAt(this.signature) + offset;
    if (this.signature.frame.pointer) return { base: EBP, displacement };
    return { base: ESP, displacement: displacement + this.pushed };
  }

  /** Register or memory, to read. */
  source(): Operand {
    return this.random.chance(55) ? this.anyRegister() : this.memory();
  }

  /** Register or memory, to write. */
  target(size: number): Operand {
    return this.random.chance(60) ? this.destinationOf(size) : this.memory();
  }

  flagsDefined(mask: number): boolean {
    return (this.assembler.undefinedFlags & mask) === 0;
  }

  /** A condition that reads defined flags alone; undefined where there is none. */
  condition(): number | undefined {
    const possible = CONDITION_READS.flatMap((reads, i) => (this.flagsDefined(flagMask(reads)) ? [i] : []));
    return possible.length === 0 ? undefined : this.random.pick(possible);
  }
}
