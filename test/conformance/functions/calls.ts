/** Calls and tail calls, directly, through registers and through tables, of functions that are made and that are not made yet. */

import { flagMask } from "../undefined-flags.js";
import { EAX, EBP, ECX, EDX, type Label } from "./assembler.js";
import { ALL_FLAGS, type Signature } from "./frames.js";
import { arithmetic, randomOperation } from "./operations.js";
import type { Callee, Scope } from "./scope.js";

/** Instructions that one call of a function may retire, about, and a function that is jumped to in the place of a return. */
const MOST_COST = 4_000;
const MOST_TAIL_COST = 500;

const COMPARE = 7;
const JMP = [0xe9];
const JS = [0x0f, 0x88];
const jcc = (condition: number): number[] => [0x0f, 0x80 + condition];

/** How a function is gone to: by a call, or by a jump in the place of a return. */
interface Way {
  readonly direct: readonly number[];
  /** In the ModRM byte behind FF. */
  readonly indirect: number;
}
const CALL: Way = { direct: [0xe8], indirect: 2 };
const JUMP: Way = { direct: JMP, indirect: 4 };

/** Arguments in registers, or on the stack for the callee to take off. @returns false where there is none that can be called */
export function call(scope: Scope): boolean {
  const { random, assembler } = scope;
  const { pointer } = scope.signature.frame;
  const mayChange = ({ clobbers }: Signature): boolean =>
    scope.canWrite(EAX, ECX, EDX, ...clobbers.filter((register) => !(pointer && register === EBP)));
  const callee = pick(scope, (each) => scope.cost + each.cost * scope.times < MOST_COST && mayChange(each));
  if (!callee) return false;
  if (random.chance(60)) randomOperation(scope);
  const keepsPointer = pointer && callee.clobbers.includes(EBP);
  if (keepsPointer) assembler.emit(0x50 + EBP);
  pushArguments(scope, callee);
  defineFlags(scope, callee);
  goTo(scope, CALL, callee, (each) => mayChange(each) && (keepsPointer || !(pointer && each.clobbers.includes(EBP))));
  if (keepsPointer) assembler.emit(0x58 + EBP);
  scope.charge(3);
  scope.cost += callee.cost * scope.times;
  // Flags outlive a call, though no compiler relies on it.
  assembler.undefinedFlags = random.chance(8) ? callee.undefinedFlags : ALL_FLAGS;
  return true;
}

/** Calls the function itself, or one that comes after it, while a counter in memory lasts. */
export function callAgain(scope: Scope): boolean {
  const { random, assembler } = scope;
  const possible = scope.again.filter(({ clobbers }) => scope.canWrite(EAX, ECX, EDX, ...clobbers));
  if (possible.length === 0) return false;
  const callee = random.pick(possible);
  const skip = assembler.label();
  defineFlags(scope, callee);
  countDown(scope, skip);
  pushArguments(scope, callee);
  assembler.branch(CALL.direct, callee.label);
  assembler.bind(skip);
  assembler.undefinedFlags = ALL_FLAGS;
  scope.charge(3);
  return true;
}

/** Goes to a label when the counter of recursions is used up. */
function countDown(scope: Scope, skip: Label): void {
  scope.assembler.modRm([0xff], 1, { displacement: scope.common.recursionCounter });
  scope.assembler.branch(JS, skip);
}

/** What a function reads of its caller's flags must be defined. */
function defineFlags(scope: Scope, { reads }: Signature): void {
  if (!scope.flagsDefined(reads)) arithmetic(scope, COMPARE);
}

function pushArguments(scope: Scope, { argumentBytes }: Signature): void {
  for (let bytes = 0; bytes < argumentBytes; bytes += 4) {
    scope.assembler.emit(0x50 + scope.random.pick([EAX, ECX, EDX]));
  }
}

function pick(scope: Scope, isPossible: (callee: Callee) => boolean): Callee | undefined {
  const possible = scope.common.callees.filter(isPossible);
  return possible.length === 0 ? undefined : scope.random.pick(possible);
}

/** @param isPossible whether another function could be gone to as well */
function goTo(scope: Scope, way: Way, callee: Callee, isPossible: (callee: Callee) => boolean): void {
  const { random, assembler } = scope;
  // A table's index would be bounded by an instruction that changes flags.
  if (callee.reads !== 0 || random.chance(60)) {
    assembler.branch(way.direct, callee.label);
    return;
  }
  // Others of the table must be as good with any index.
  const alike = scope.common.callees.filter(
    (each) =>
      each.cost <= callee.cost &&
      each.argumentBytes === callee.argumentBytes &&
      each.reads === 0 &&
      (each.undefinedFlags & ~callee.undefinedFlags) === 0 &&
      isPossible(each),
  );
  const entries = Array.from({ length: 1 << random.below(3) }, () => random.pick([callee, ...alike]));
  const register = random.pick([EAX, ECX, EDX]);
  const table = scope.common.table(entries.map(({ label }) => label));
  if (table === undefined) {
    assembler.withAddress([0xb8 + register], callee.label);
    assembler.modRm([0xff], way.indirect, register);
  } else if (entries.length === 1 && random.chance(50)) assembler.modRm([0xff], way.indirect, { displacement: table });
  else {
    // AND with length - 1, for a power of two.
    assembler.modRm([0x83], 4, register, [entries.length - 1]);
    assembler.undefinedFlags = ALL_FLAGS;
    scope.charge(2);
    const entry = { index: register, scale: 2, displacement: table };
    if (random.chance(50)) assembler.modRm([0xff], way.indirect, entry);
    else {
      assembler.modRm([0x8b], register, entry);
      assembler.modRm([0xff], way.indirect, register);
    }
  }
}

/** Whether what another function leaves behind is as good as what this one may leave. */
export const canEndAs = ({ signature }: Scope, other: Signature): boolean =>
  other.argumentBytes === signature.argumentBytes &&
  other.clobbers.every((register) => signature.clobbers.includes(register));

/**
 * Jumps to another function in the place of a return, always or on a condition; the frame has been taken away.
 * @returns whether that ends the function
 */
export function tailCall(scope: Scope): boolean {
  const { random, assembler } = scope;
  const isPossible = (each: Signature): boolean => canEndAs(scope, each) && scope.flagsDefined(each.reads);
  const later = scope.again.filter(isPossible);
  if (later.length > 0 && random.chance(25)) {
    const skip = assembler.label();
    countDown(scope, skip);
    assembler.branch(JMP, random.pick(later).label);
    assembler.bind(skip);
    scope.returnedUndefined = ALL_FLAGS;
    assembler.undefinedFlags &= flagMask("c");
    return false;
  }
  const callee = pick(scope, (each) => each.cost < MOST_TAIL_COST && isPossible(each));
  if (!callee) return false;
  scope.cost += callee.cost;
  scope.returnedUndefined |= callee.undefinedFlags;
  const condition = random.chance(40) ? scope.condition() : undefined;
  if (condition === undefined) {
    goTo(scope, JUMP, callee, isPossible);
    return true;
  }
  if (random.chance(60)) assembler.branch(jcc(condition), callee.label);
  else {
    const skip = assembler.label();
    const { undefinedFlags } = assembler;
    assembler.branch(jcc(condition), skip);
    goTo(scope, JUMP, callee, isPossible);
    assembler.bind(skip);
    assembler.undefinedFlags = undefinedFlags;
  }
  return false;
}
