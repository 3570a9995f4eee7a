/**
 * The contract between guest code and whoever runs it: how a machine's architectural state is laid out, what memory it
 * may touch, and how an engine reports that it stopped. The interpreter implements it; so does every other engine.
 *
 * Nothing here knows virtual machines, devices or time.
 */

/** General registers, numbered as the CPU encodes them (Intel SDM vol. 2, table 2-2). */
export const Register = { EAX: 0, ECX: 1, EDX: 2, EBX: 3, ESP: 4, EBP: 5, ESI: 6, EDI: 7 } as const;

/**
 * Word offsets in a {@link MachineState}. The general registers are words 0 to 7; XMM0 to XMM7 follow from word 12, four
 * words each, lowest first, so that each is 16-byte aligned.
 */
export const StateWord = { EIP: 8, EFLAGS: 9, XMM: 12 } as const;

/** Words in a {@link MachineState}. */
export const STATE_WORDS = 44;

/**
 * Exact architectural state of a machine that is not running: {@link STATE_WORDS} words, see {@link StateWord}. Belongs
 * to the engine while it runs the machine and to the kernel at all other times.
 */
export type MachineState = Int32Array;

/** Bits of EFLAGS that guests can change (Intel SDM vol. 1, section 3.4.3). */
export const Flag = {
  CARRY: 1 << 0,
  PARITY: 1 << 2,
  AUXILIARY: 1 << 4,
  ZERO: 1 << 6,
  SIGN: 1 << 7,
  DIRECTION: 1 << 10,
  OVERFLOW: 1 << 11,
} as const;

/** EFLAGS of a machine that has not run: only the bit that always reads as one. */
export const INITIAL_EFLAGS = 0x0002;

/** `int N`, whose second byte is N (Intel SDM vol. 2, INT n): opcode, and length in bytes. */
export const INT_OPCODE = 0xcd;
export const INT_LENGTH = 2;

/** Makes the state of a machine about to execute its first instruction. */
export function createState(entry: number, stackPointer: number): MachineState {
  const state = new Int32Array(STATE_WORDS);
  initialiseState(state, entry, stackPointer);
  return state;
}

/** Makes a state that is all zero that of a machine about to execute its first instruction. */
export function initialiseState(state: MachineState, entry: number, stackPointer: number): void {
  state[StateWord.EIP] = entry;
  state[StateWord.EFLAGS] = INITIAL_EFLAGS;
  state[Register.ESP] = stackPointer;
}

/**
 * A guest's memory: flat, from address 0. The two views cover the same bytes. An access that is not wholly inside
 * throws a RangeError from the view itself: the host's bounds check is the isolation.
 */
export interface GuestMemory {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  /** The memory itself, for engines that hand it to translated code. */
  readonly wasm?: WebAssembly.Memory;
  /** What an engine keeps with the memory for as long as it lives; another engine's is worth nothing to it. */
  instance?: unknown;
}

/** A run of executable bytes; immutable once a program was made of it. */
export interface TextSegment {
  /** Guest-physical address of the first byte. */
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Why an engine returned. */
export const Exit = {
  /** It retired as many instructions as it was given fuel. EIP is the next instruction. */
  FUEL: 0,
  /** It retired an `int N`: N is in {@link Engine.vector}. EIP is behind the instruction. */
  VIRTUAL_INSTRUCTION: 1,
  /** An instruction could not be executed: see {@link Engine.fault}. The state is that of before the instruction. */
  FAULT: 2,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** What kind of fault ended a guest. */
export type FaultCause =
  | "divide error"
  | "illegal instruction"
  | "memory fault"
  | "bad virtual instruction"
  | "machine check"
  /** Of an engine that checks another: guests cannot bring it about. */
  | "engines differ";

/** A fault, complete: nothing needs to be looked up in the guest to explain it. */
export interface Fault {
  readonly cause: FaultCause;
  /** Address of the instruction that could not be executed. */
  readonly eip: number;
  /** The instruction's bytes as far as they are text; empty where EIP is outside text. */
  readonly bytes: Uint8Array;
  /** The instruction in Intel syntax; empty where there is none. */
  readonly instruction: string;
  /** What was wrong, a phrase without a full stop: `write of 4 bytes at 0xfffffffc, outside memory`. */
  readonly detail: string;
  /** Several lines for whoever has to mend it; only with "engines differ". */
  readonly report?: string;
}

/** Runs machines. One engine serves many machines in turn, one at a time; it keeps nothing of a machine after `run`. */
export interface Engine {
  /**
   * Runs the machine until it stops, retiring at most `fuel` instructions, and brings `state` up to date.
   * A repeated string instruction is one instruction for each 512 elements, and may be left in between.
   */
  run(state: MachineState, memory: GuestMemory, fuel: number): Exit;
  /** Instructions retired by the last `run`. One that faulted was not retired; a virtual instruction was. */
  readonly retired: number;
  /** Of them, those that translated code executed; undefined where nothing is translated. */
  readonly translated?: number;
  /** N of the `int N` that ended the last `run`; meaningful after {@link Exit.VIRTUAL_INSTRUCTION} only. */
  readonly vector: number;
  /** The fault that ended the last `run`; meaningful after {@link Exit.FAULT} only. */
  readonly fault: Fault | undefined;
}

/**
 * The bytes `address` to `address + length` of a guest's memory, undefined unless all of it is inside.
 * @param address any 32-bit number, taken as unsigned; @param length likewise
 */
export function bytesWithin(memory: Uint8Array, address: number, length: number): Uint8Array | undefined {
  if (!isWithin(memory.length, address, length)) return undefined;
  const start = address >>> 0;
  return memory.subarray(start, start + (length >>> 0));
}

/** Whether {@link bytesWithin} a memory of so many bytes there are such. */
export function isWithin(memorySize: number, address: number, length: number): boolean {
  return (address >>> 0) + (length >>> 0) <= memorySize;
}
