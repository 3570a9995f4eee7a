/** Which general registers an operation reads and writes, as sets with one bit a register number; kept in `facts.ts`. */

import type { InstructionEntry, Semantics } from "../x86/instruction-table.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation, Repeat } from "../x86/operation.js";

/** Bit n stands for register n. */
export type RegisterSet = number;

const bit = (register: number): RegisterSet => (register === NO_REGISTER ? 0 : 1 << register);

const EAX = bit(Register.EAX);
const ECX = bit(Register.ECX);
const EDX = bit(Register.EDX);
const EBX = bit(Register.EBX);
const ESP = bit(Register.ESP);
const EBP = bit(Register.EBP);
const ESI = bit(Register.ESI);
const EDI = bit(Register.EDI);

/** Registers an instruction uses without naming them. */
const IMPLICIT: Partial<Record<Semantics, { readonly reads: RegisterSet; readonly writes: RegisterSet }>> = {
  push: { reads: ESP, writes: ESP },
  pop: { reads: ESP, writes: ESP },
  leave: { reads: EBP, writes: ESP | EBP },
  call: { reads: ESP, writes: ESP },
  "call indirect": { reads: ESP, writes: ESP },
  ret: { reads: ESP, writes: ESP },
  xlat: { reads: EAX | EBX, writes: EAX },
  mul: { reads: EAX, writes: EAX | EDX },
  imul: { reads: EAX, writes: EAX | EDX },
  div: { reads: EAX | EDX, writes: EAX | EDX },
  idiv: { reads: EAX | EDX, writes: EAX | EDX },
  cbw: { reads: EAX, writes: EAX },
  cwde: { reads: EAX, writes: EAX },
  cwd: { reads: EAX | EDX, writes: EDX },
  cdq: { reads: EAX, writes: EDX },
  jecxz: { reads: ECX, writes: 0 },
  loop: { reads: ECX, writes: ECX },
  loope: { reads: ECX, writes: ECX },
  loopne: { reads: ECX, writes: ECX },
  movs: { reads: ESI | EDI, writes: ESI | EDI },
  stos: { reads: EAX | EDI, writes: EDI },
  lods: { reads: EAX | ESI, writes: EAX | ESI },
  scas: { reads: EAX | EDI, writes: EDI },
  cmps: { reads: ESI | EDI, writes: ESI | EDI },
  lahf: { reads: EAX, writes: EAX },
  sahf: { reads: EAX, writes: 0 },
  cmpxchg: { reads: EAX, writes: EAX },
  cmpxchg8b: { reads: EAX | EBX | ECX | EDX, writes: EAX | EDX },
};

/** Instructions whose first operand is not written. */
const NOT_WRITTEN: ReadonlySet<Semantics> = new Set<Semantics>([
  "cmp", "test", "push", "bt", "nop", "jcc", "jmp", "jmp indirect", "call", "call indirect", "ret", "int", "trap", "comisd", "comiss",
]); // biome-ignore format: one list

/** Instructions whose first operand is only written, as far as it is a whole register. */
const ONLY_WRITTEN: ReadonlySet<Semantics> = new Set<Semantics>([
  "mov", "movzx", "movsx", "lea", "pop", "setcc", "imul3", "movd from vector", "cvtsd2si", "cvttsd2si", "cvtss2si", "cvttss2si",
]); // biome-ignore format: one list

/** Which operands of a row are XMM registers, a bit a place: looked up for every instruction. */
const vectorPlaces = new Map<InstructionEntry, number>();

/** Whether an operand of a form, by its place, is an XMM register. */
export function isVector({ entry }: Operation, place: number): boolean {
  if (!entry) return false;
  let places = vectorPlaces.get(entry);
  if (places === undefined) {
    places = entry.forms[0]
      .split(",")
      .reduce((sum, form, index) => (form.startsWith("x") ? sum | (1 << index) : sum), 0);
    vectorPlaces.set(entry, places);
  }
  return (places & (1 << place)) !== 0;
}

/** Instructions whose operands of 8 bits are in AX alone, where others are in EDX:EAX. */
const WIDE: ReadonlySet<Semantics> = new Set<Semantics>(["mul", "imul", "div", "idiv"]);

/** General registers an operation changes, unless {@link registersRead} has them too, as all it may leave alone. */
export function registersWritten(operation: Operation): RegisterSet {
  const { entry } = operation;
  if (!entry) return 0;
  const { semantics } = entry;
  let written = IMPLICIT[semantics]?.writes ?? 0;
  if (WIDE.has(semantics) && operation.size === 8) written &= ~EDX;
  if (operation.repeat !== Repeat.NONE) written |= ECX;
  const named = operation.memory !== MemoryOperand.FIRST && !NOT_WRITTEN.has(semantics) && !isVector(operation, 0);
  if (named) written |= bit(operation.destination);
  if (semantics === "xchg" || semantics === "xadd") written |= bit(operation.source);
  return written;
}

/** General registers whose values an operation may depend on; one that is written in part is read for the rest. */
export function registersRead(operation: Operation): RegisterSet {
  const { entry } = operation;
  if (!entry) return 0;
  const { semantics } = entry;
  let read = (IMPLICIT[semantics]?.reads ?? 0) | bit(operation.base) | bit(operation.index) | bit(operation.third);
  if (operation.repeat !== Repeat.NONE) read |= ECX;
  if (WIDE.has(semantics) && operation.size < 32) read |= EDX;
  if (!isVector(operation, 1) && !clearsItself(operation)) read |= bit(operation.source);
  const whole = ONLY_WRITTEN.has(semantics) && operation.size === 32;
  if (!isVector(operation, 0) && !whole && !clearsItself(operation)) read |= bit(operation.destination);
  return read;
}

/** `xor r, r` and `sub r, r`: the result is 0 whatever the register holds. */
export function clearsItself(operation: Operation): boolean {
  const semantics = operation.entry?.semantics;
  return (
    (semantics === "xor" || semantics === "sub") &&
    operation.size === 32 &&
    operation.memory === MemoryOperand.NONE &&
    operation.source !== NO_REGISTER &&
    operation.source === operation.destination
  );
}
