/** Random straight-line instructions, one call one instruction or a few that belong together. */

import { flagMask } from "../undefined-flags.js";
import { EAX, ECX, EDX, immediate, sized } from "./assembler.js";
import { ALL_FLAGS } from "./frames.js";
import { AUXILIARY, CARRY, OVERFLOW, type Scope } from "./scope.js";
import { string } from "./strings.js";
import { floating, vector } from "./vectors.js";

type Emit = (scope: Scope) => void;

const SIZES = [32, 32, 32, 32, 8, 8, 16];

const setUndefined = (scope: Scope, flags: number): void => {
  scope.assembler.undefinedFlags = flags;
};

const LOGIC = [1, 4, 6];
const COMPARE = 7;

/** ADD, OR, ADC, SBB, AND, SUB, XOR, CMP in all their forms. */
export function arithmetic(scope: Scope, only?: number): void {
  const { random, assembler } = scope;
  const kinds = scope.flagsDefined(CARRY) ? [0, 1, 2, 3, 4, 5, 6, 7] : [0, 1, 4, 5, 6, 7];
  const kind = only ?? random.pick(kinds);
  const size = random.pick(SIZES);
  const form = random.below(4);
  if (form === 0) {
    const source = scope.source();
    const destination = kind === COMPARE ? scope.anyRegister() : scope.destinationOf(size);
    assembler.modRm(sized(size, kind * 8 + 2), destination, source);
  } else if (form === 1) {
    assembler.modRm(sized(size, kind * 8), scope.anyRegister(), scope.target(size));
  } else {
    const short = size !== 8 && random.chance(60);
    const opcode = short ? [...(size === 16 ? [0x66] : []), 0x83] : sized(size, 0x80);
    assembler.modRm(opcode, kind, scope.target(size), immediate(random.operand(), short ? 8 : size));
  }
  setUndefined(scope, LOGIC.includes(kind) ? AUXILIARY : 0);
}

const test: Emit = (scope) => {
  const { random, assembler } = scope;
  const size = random.pick(SIZES);
  if (random.chance(60)) assembler.modRm(sized(size, 0x84), scope.anyRegister(), scope.source());
  else assembler.modRm(sized(size, 0xf6), 0, scope.source(), immediate(random.operand(), size));
  setUndefined(scope, AUXILIARY);
};

const move: Emit = (scope) => {
  const { random, assembler } = scope;
  const size = random.pick(SIZES);
  switch (random.below(4)) {
    case 0: {
      const source = scope.source();
      assembler.modRm(sized(size, 0x8a), scope.destinationOf(size), source);
      break;
    }
    case 1:
      assembler.modRm(sized(size, 0x88), scope.anyRegister(), scope.memory());
      break;
    case 2:
      assembler.modRm(sized(size, 0xc6), 0, scope.target(size), immediate(random.operand(), size));
      break;
    default:
      assembler.emit(0xb8 + scope.destination(), ...immediate(random.operand(), 32));
  }
};

const moveExtended: Emit = (scope) => {
  const { random, assembler } = scope;
  const source = scope.source();
  const prefix = random.chance(15) ? [0x66] : [];
  assembler.modRm([...prefix, 0x0f, random.pick([0xb6, 0xb7, 0xbe, 0xbf])], scope.destination(), source);
};

const loadAddress: Emit = (scope) => {
  const { random, assembler } = scope;
  const index = random.pick([0, 1, 2, 3, 5, 6, 7]);
  const base = random.chance(70) ? { base: scope.anyRegister() } : {};
  const operand = { ...base, index, scale: random.below(4), displacement: random.operand() };
  assembler.modRm([0x8d], scope.destination(), operand);
};

const increment: Emit = (scope) => {
  const { random, assembler } = scope;
  const size = random.pick(SIZES);
  const down = random.below(2);
  if (size === 32 && random.chance(50)) assembler.emit(0x40 + 8 * down + scope.destination());
  else assembler.modRm(sized(size, 0xfe), down, scope.target(size));
  setUndefined(scope, assembler.undefinedFlags & CARRY);
};

const negate: Emit = (scope) => {
  const { random, assembler } = scope;
  const size = random.pick(SIZES);
  const not = random.chance(40);
  assembler.modRm(sized(size, 0xf6), not ? 2 : 3, scope.target(size));
  if (!not) setUndefined(scope, 0);
};

const ROTATES = [0, 1];
const ROTATES_CARRY = [2, 3];
const SAR = 7;

/** Shifts and rotates by a constant or CL. */
const shift: Emit = (scope) => {
  const { random, assembler } = scope;
  const size = random.pick(SIZES);
  const kind = random.pick(scope.flagsDefined(CARRY) ? [4, 4, 5, 5, 7, 7, 0, 1, 2, 3] : [4, 5, 7, 0, 1]);
  const rotates = ROTATES.includes(kind) || ROTATES_CARRY.includes(kind);
  const before = assembler.undefinedFlags;
  const target = scope.target(size);
  if (random.chance(30)) {
    assembler.modRm(sized(size, 0xd2), kind, target);
    const carry = !rotates && kind !== SAR && size < 32 ? CARRY : 0;
    setUndefined(scope, before | OVERFLOW | (rotates ? 0 : AUXILIARY) | carry);
    return;
  }
  const by = random.chance(70) ? 1 + random.below(size - 1) : random.below(34);
  assembler.modRm(sized(size, 0xc0), kind, target, [by]);
  const count = by & 31;
  if (count === 0) return;
  const overflow = count === 1 ? 0 : OVERFLOW;
  const lost = !rotates && kind !== SAR && count >= size ? CARRY : 0;
  setUndefined(scope, rotates ? (before & ~(CARRY | OVERFLOW)) | overflow : AUXILIARY | overflow | lost);
};

/** SHLD and SHRD of 32 bits. */
const doubleShift: Emit = (scope) => {
  const { random, assembler } = scope;
  const opcode = random.pick([0xa4, 0xac]);
  const target = scope.target(32);
  if (random.chance(30)) {
    assembler.modRm([0x0f, opcode + 1], scope.anyRegister(), target);
    setUndefined(scope, assembler.undefinedFlags | OVERFLOW | AUXILIARY);
    return;
  }
  const by = 1 + random.below(31);
  assembler.modRm([0x0f, opcode], scope.anyRegister(), target, [by]);
  setUndefined(scope, AUXILIARY | (by === 1 ? 0 : OVERFLOW));
};

const multiply: Emit = (scope) => {
  const { random, assembler } = scope;
  const source = scope.source();
  if (scope.canWrite(EAX, EDX) && random.chance(40)) {
    assembler.modRm(sized(random.pick(SIZES), 0xf6), random.pick([4, 5]), source);
  } else {
    const prefix = random.chance(15) ? [0x66] : [];
    const size = prefix.length > 0 ? 16 : 32;
    const destination = scope.destination();
    const form = random.below(4);
    if (form < 2) assembler.modRm([...prefix, 0x0f, 0xaf], destination, source);
    else if (form === 2) assembler.modRm([...prefix, 0x6b], destination, source, [random.word() & 0xff]);
    else assembler.modRm([...prefix, 0x69], destination, source, immediate(random.operand(), size));
  }
  setUndefined(scope, flagMask("szap"));
};

/** Mostly a division that cannot fail, as compilers guard them. */
const divide: Emit = (scope) => {
  const { random, assembler } = scope;
  if (!scope.canWrite(EAX, EDX, ECX)) return;
  const signed = random.chance(50);
  if (random.chance(94)) {
    assembler.emit(0xb8 + ECX, ...immediate(random.operand() | 0x101, 32));
    if (signed) assembler.emit(0x99);
    else assembler.emit(0xb8 + EDX, 0, 0, 0, 0);
    scope.charge(2);
  }
  const size = random.chance(90) ? 32 : 8;
  if (size === 8) assembler.modRm([0x0f, 0xb6], EAX, EAX);
  assembler.modRm(sized(size, 0xf6), signed ? 7 : 6, ECX);
  setUndefined(scope, ALL_FLAGS);
};

const widen: Emit = (scope) => {
  const { random, assembler } = scope;
  const prefix = random.chance(40) ? [0x66] : [];
  if (scope.canWrite(EAX) && random.chance(50)) assembler.emit(...prefix, 0x98);
  else if (scope.canWrite(EDX)) assembler.emit(...prefix, 0x99);
};

const exchange: Emit = (scope) => {
  const { random, assembler } = scope;
  const size = random.pick(SIZES);
  switch (random.below(4)) {
    case 0:
      assembler.emit(0x0f, 0xc8 + scope.destination());
      break;
    case 1: {
      // XADD
      const target = scope.target(size);
      assembler.modRm(sized(size, 0x0f, 0xc0), scope.destinationOf(size), target);
      setUndefined(scope, 0);
      break;
    }
    case 2: {
      // CMPXCHG
      if (!scope.canWrite(EAX)) return;
      assembler.modRm(sized(size, 0x0f, 0xb0), scope.anyRegister(), scope.target(size));
      setUndefined(scope, 0);
      break;
    }
    default: {
      const target = scope.target(size);
      assembler.modRm(sized(size, 0x86), scope.destinationOf(size), target);
    }
  }
};

const bits: Emit = (scope) => {
  const { random, assembler } = scope;
  const before = assembler.undefinedFlags;
  if (random.chance(40)) {
    const source = scope.source();
    assembler.modRm([0x0f, random.pick([0xbc, 0xbd])], scope.destination(), source);
    setUndefined(scope, flagMask("osapc"));
    return;
  }
  if (random.chance(50)) {
    assembler.modRm([0x0f, 0xba], random.pick([4, 5, 6, 7]), scope.target(32), [random.below(256)]);
  } else assembler.modRm([0x0f, random.pick([0xa3, 0xab, 0xb3, 0xbb])], scope.anyRegister(), scope.destination());
  setUndefined(scope, (before & flagMask("z")) | flagMask("osap"));
};

/** SETcc, CMOVcc, LAHF, and instructions that set flags by themselves. */
export const flagReader: Emit = (scope) => {
  const { random, assembler } = scope;
  // Choosing memory may emit code, but none that changes flags.
  const condition = scope.condition();
  const choice = random.below(8);
  if (choice === 0 && scope.canWrite(EAX) && scope.flagsDefined(flagMask("szapc"))) assembler.emit(0x9f);
  else if (choice === 1) {
    assembler.emit(0x9e);
    setUndefined(scope, assembler.undefinedFlags & OVERFLOW);
  } else if (choice === 2) {
    assembler.emit(random.pick([0xf8, 0xf9]));
    setUndefined(scope, assembler.undefinedFlags & ~CARRY);
  } else if (choice === 3 && scope.flagsDefined(CARRY)) assembler.emit(0xf5);
  else if (condition === undefined) arithmetic(scope, COMPARE);
  else if (random.chance(50)) assembler.modRm([0x0f, 0x90 + condition], 0, scope.target(8));
  else {
    const source = scope.source();
    assembler.modRm([...(random.chance(10) ? [0x66] : []), 0x0f, 0x40 + condition], scope.destination(), source);
  }
};

const KINDS: readonly [weight: number, emit: Emit][] = [
  [24, arithmetic],
  [4, test],
  [18, move],
  [6, moveExtended],
  [6, loadAddress],
  [6, increment],
  [3, negate],
  [8, shift],
  [2, doubleShift],
  [4, multiply],
  [2, divide],
  [2, widen],
  [3, exchange],
  [3, bits],
  [10, flagReader],
  [2, string],
  [4, floating],
  [2, vector],
];
const TOTAL = KINDS.reduce((sum, [weight]) => sum + weight, 0);

export function randomOperation(scope: Scope): void {
  let at = scope.random.below(TOTAL);
  for (const [weight, emit] of KINDS) {
    at -= weight;
    if (at >= 0) continue;
    emit(scope);
    scope.charge();
    return;
  }
}

/** A condition to branch on: mostly of a comparison made for it, sometimes of flags that something left long before. */
export function condition(scope: Scope): number {
  const old = scope.random.chance(35) ? scope.condition() : undefined;
  if (old !== undefined) return old;
  arithmetic(scope, COMPARE);
  scope.charge(2);
  return scope.condition() as number;
}
