/** Jumps out of functions into one that called them, as setjmp and longjmp do. */

import { EAX, EBP, EBX, ECX, EDI, EDX, ESI, ESP, immediate } from "./assembler.js";
import { ALL_FLAGS } from "./frames.js";
import type { Scope } from "./scope.js";

const JZ = [0x0f, 0x84];
/** Registers that functions which are left no longer put back. */
const KEPT = [EBX, ESI, EDI, EBP];

/** Sets ESP and a place in this function, which what `body` makes may jump to. Behind it nobody may any more. */
export function catching(scope: Scope, body: () => void): void {
  const { assembler } = scope;
  const { esp, eip } = buffer(scope);
  const caught = assembler.label();
  for (const register of KEPT) assembler.emit(0x50 + register);
  assembler.modRm([0x89], ESP, esp);
  assembler.withAddress([0xc7, 0x05, ...immediate(eip.displacement, 32)], caught);
  scope.pushed += 4 * KEPT.length;
  scope.held++;
  body();
  scope.held--;
  scope.pushed -= 4 * KEPT.length;
  assembler.bind(caught);
  assembler.undefinedFlags = ALL_FLAGS;
  assembler.modRm([0xc7], 0, eip, immediate(0, 32));
  for (const register of [...KEPT].reverse()) assembler.emit(0x58 + register);
  scope.charge(11);
}

/** Jumps to where one of the functions that called this one, or this one, has set, if there is such a place. */
export function jumpOut(scope: Scope): void {
  const { random, assembler } = scope;
  const { esp, eip } = buffer(scope);
  const skip = assembler.label();
  const target = scope.destination([EAX, ECX, EDX]);
  assembler.modRm([0x8b], target, eip);
  assembler.modRm([0x85], target, target);
  assembler.branch(JZ, skip);
  assembler.modRm([0xc7], 0, eip, immediate(0, 32));
  assembler.modRm([0x8b], ESP, esp);
  if (random.chance(70)) assembler.modRm([0xff], 4, target);
  else {
    assembler.emit(0x50 + target);
    assembler.emit(0xc3);
  }
  assembler.bind(skip);
  assembler.undefinedFlags = ALL_FLAGS;
  scope.charge(3);
}

const buffer = ({ common }: Scope) => ({
  esp: { displacement: common.jumpBuffer },
  eip: { displacement: common.jumpBuffer + 4 },
});
