/** Frames of functions: how they are made, where locals are in them, and how they are taken away at a return. */

import type { Random } from "../random.js";
import { flagMask } from "../undefined-flags.js";
import { type Assembler, EAX, EBP, EBX, ECX, EDI, EDX, ESI, ESP, immediate, type Label } from "./assembler.js";

/** Bytes of locals of each function; the first words are loop counters. */
export const LOCAL_BYTES = 40;
export const COUNTERS = 3;

export const ALL_FLAGS = flagMask("oszapc");

const ADD = 0;
const AND = 4;
const SUB = 5;

/** Of a frame that is larger than the stack that functions may use unasked. Only its top is mapped: nothing can be pushed on it. */
const HUGE_BYTES = 0x4800;

export interface FrameKind {
  /** EBP points into the frame; else locals are found from ESP. */
  readonly pointer: boolean;
  /** Registers are saved above the locals, as gcc does, and found again from EBP. Without a frame pointer that is always so. */
  readonly savedAbove: boolean;
  /** ESP is aligned, by AND, or lowered by a register: nobody knows how far it is from EBP. Only where both others hold. */
  readonly unknown: "aligned" | "variable" | undefined;
  /** Bytes below the locals. */
  readonly extra: number;
}

/** What is decided of a function before it is made, so that others can call it that come before. */
export interface Signature {
  readonly label: Label;
  readonly frame: FrameKind;
  /** Registers, of those that callers rely on, that it writes, and those of them that it saves. */
  readonly used: readonly number[];
  readonly saved: readonly number[];
  /** Those of them that it does not preserve. */
  readonly clobbers: readonly number[];
  /** Bytes of arguments that it takes off the stack. */
  readonly argumentBytes: number;
  /** Flags of its caller that it reads: they must be defined where it is called. */
  readonly reads: number;
}

export function randomSignature(random: Random): Omit<Signature, "label"> {
  const frame = randomFrame(random);
  const possible = frame.pointer ? [EBX, ESI, EDI] : [EBX, ESI, EDI, EBP];
  const used = possible.filter(() => random.chance(60));
  // What compilers never do: a function that changes registers its callers rely on.
  const keeps = (register: number): boolean => register !== EBP && random.chance(70);
  const saved = random.chance(92) ? used : used.filter(keeps);
  const clobbers = used.filter((register) => !saved.includes(register));
  const argumentBytes = random.chance(15) ? 4 * (1 + random.below(2)) : 0;
  return { frame, used, saved, clobbers, argumentBytes, reads: random.chance(6) ? ALL_FLAGS : 0 };
}

function randomFrame(random: Random): FrameKind {
  const pointer = random.chance(35);
  const savedAbove = !pointer || random.chance(50);
  const unknown =
    pointer && savedAbove && random.chance(40) ? random.pick(["aligned", "variable"] as const) : undefined;
  return { pointer, savedAbove, unknown, extra: savedAbove && random.chance(2) ? HUGE_BYTES : 0 };
}

/** Makes the frame. Flags are all defined behind it. */
export function enterFrame(assembler: Assembler, random: Random, { frame, saved }: Signature): void {
  const save = (): void => {
    for (const register of saved) assembler.emit(0x50 + register);
  };
  if (frame.pointer) {
    assembler.emit(0x50 + EBP);
    assembler.modRm([0x89], ESP, EBP);
  }
  if (frame.savedAbove) save();
  lower(assembler, LOCAL_BYTES + frame.extra);
  if (frame.unknown === "variable") {
    const register = random.pick([EAX, ECX, EDX]);
    assembler.modRm([0x83], AND, register, [0x3c]);
    assembler.modRm([0x29], register, ESP);
  }
  assembler.undefinedFlags = 0;
  if (frame.unknown === "aligned") {
    assembler.modRm([0x83], AND, ESP, [-16 & 0xff]);
    assembler.undefinedFlags = flagMask("a");
  }
  if (!frame.savedAbove) save();
}

const lower = (assembler: Assembler, bytes: number): void => addToStack(assembler, SUB, bytes);
const raise = (assembler: Assembler, bytes: number): void => addToStack(assembler, ADD, bytes);

function addToStack(assembler: Assembler, kind: number, bytes: number): void {
  if (bytes < 128) assembler.modRm([0x83], kind, ESP, [bytes]);
  else assembler.modRm([0x81], kind, ESP, immediate(bytes, 32));
}

/** Where the locals are from EBP, or, without a frame pointer, from ESP when nothing is pushed. */
export function localsAt({ frame, saved }: Signature): number {
  if (!frame.pointer) return frame.extra;
  return -LOCAL_BYTES - (frame.savedAbove ? 4 * saved.length : 0);
}

/** Whether what takes the frame of one function away does so for another. */
export const leavesAlike = (a: Signature, b: Signature): boolean =>
  a.frame.pointer === b.frame.pointer &&
  a.frame.savedAbove === b.frame.savedAbove &&
  a.frame.extra === b.frame.extra &&
  a.argumentBytes === b.argumentBytes &&
  a.saved.join() === b.saved.join();

/** Takes the frame away, wherever in the function it stands. @param pushed bytes on the stack above the frame */
export function leaveFrame(assembler: Assembler, random: Random, { frame, saved }: Signature, pushed: number): void {
  const bytes = pushed + LOCAL_BYTES + frame.extra;
  if (!frame.pointer) {
    // LEA leaves the flags of the body for the caller.
    if (random.chance(50)) assembler.modRm([0x8d], ESP, { base: ESP, displacement: bytes });
    else {
      raise(assembler, bytes);
      assembler.undefinedFlags = 0;
    }
  }
  // Where nothing is saved, what restores EBP finds ESP by itself.
  const found = frame.pointer && (saved.length > 0 ? frame.savedAbove || pushed > 0 : random.chance(30));
  const lowest = (frame.savedAbove ? 0 : -LOCAL_BYTES - frame.extra) - 4 * saved.length;
  if (found) assembler.modRm([0x8d], ESP, { base: EBP, displacement: lowest });
  for (const register of [...saved].reverse()) assembler.emit(0x58 + register);
  if (frame.pointer) restorePointer(assembler, random, found && frame.savedAbove);
}

/** @param there whether ESP is EBP already */
function restorePointer(assembler: Assembler, random: Random, there: boolean): void {
  if (random.chance(40)) {
    assembler.emit(0xc9);
    return;
  }
  if (!there) assembler.modRm([0x89], EBP, ESP);
  assembler.emit(0x58 + EBP);
}
