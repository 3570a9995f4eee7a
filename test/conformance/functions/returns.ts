/** The ends of functions: at their last instruction, early, before they have a frame, in code put elsewhere. */

import { immediate } from "./assembler.js";
import { canEndAs, tailCall } from "./calls.js";
import { leaveFrame, leavesAlike, type Signature } from "./frames.js";
import { arithmetic, randomOperation } from "./operations.js";
import type { Scope } from "./scope.js";

const COMPARE = 7;
const JMP = [0xe9];
const jcc = (condition: number): number[] => [0x0f, 0x80 + condition];

/** Takes the frame away, and returns or jumps to another function in the place of a return. @param tailCalls how many of 100 */
export function leaveFunction(scope: Scope, tailCalls: number): void {
  const { random, assembler, signature, common } = scope;
  const isShared = scope.framed && scope.pushed === 0;
  const tail = isShared ? common.tails.find((each) => leavesAlike(each.signature, signature)) : undefined;
  if (tail && random.chance(25)) {
    scope.returnedUndefined |= assembler.undefinedFlags;
    assembler.branch(JMP, tail.label);
    return;
  }
  const label = assembler.label();
  assembler.bind(label);
  if (scope.framed) leaveFrame(assembler, random, signature, scope.pushed);
  const callsTail = random.chance(tailCalls);
  if (callsTail && tailCall(scope)) return;
  scope.returnedUndefined |= assembler.undefinedFlags;
  if (signature.argumentBytes === 0) assembler.emit(0xc3);
  else assembler.emit(0xc2, ...immediate(signature.argumentBytes, 16));
  if (isShared && !callsTail) common.tails.push({ label, signature });
}

/** Takes the frame away and goes on in the function that is put behind this one. @returns whether that can be */
export function fallThrough(scope: Scope, next: Signature): boolean {
  const { random, assembler, signature } = scope;
  if (!canEndAs(scope, next)) return false;
  leaveFrame(assembler, random, signature, scope.pushed);
  if (scope.flagsDefined(next.reads)) return true;
  scope.framed = false;
  arithmetic(scope, COMPARE);
  scope.framed = true;
  return true;
}

/** Returns on a condition, here or in code behind the function or behind all. @returns false where it cannot */
export function returnEarly(scope: Scope): boolean {
  const { random, assembler } = scope;
  if (scope.held > 0) return false;
  const condition = scope.condition();
  if (condition === undefined) return false;
  const away = assembler.label();
  const { undefinedFlags } = assembler;
  assembler.branch(jcc(condition), away);
  if (random.chance(50)) {
    leaveFunction(scope, 20);
    assembler.bind(away);
    assembler.undefinedFlags = undefinedFlags;
  } else {
    const { pushed } = scope;
    scope.returnedUndefined |= undefinedFlags;
    random.pick([scope.behind, scope.common.cold]).push(() => {
      assembler.bind(away);
      assembler.undefinedFlags = undefinedFlags;
      scope.pushed = pushed;
      leaveFunction(scope, 0);
    });
  }
  scope.charge(1);
  scope.cost += 8;
  return true;
}

/** Returns on a condition before anything is saved, as compilers do where the short way needs no frame. */
export function returnUnframed(scope: Scope): void {
  const { random, assembler } = scope;
  const full = assembler.label();
  // The condition may be of flags of the caller's.
  const condition = scope.condition() ?? compared(scope);
  assembler.branch(jcc(condition), full);
  for (let count = random.below(3); count > 0; count--) randomOperation(scope);
  leaveFunction(scope, 30);
  assembler.bind(full);
}

function compared(scope: Scope): number {
  arithmetic(scope, COMPARE);
  return scope.condition() as number;
}
