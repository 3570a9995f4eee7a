/** Random structured code: conditions, loops, calls, jump tables, and odd but legal ways to go somewhere. */

import { flagMask } from "../undefined-flags.js";
import { EBX, ECX, EDI, ESI, ESP, immediate, type Label } from "./assembler.js";
import { call, callAgain } from "./calls.js";
import { detour } from "./detours.js";
import { ALL_FLAGS, COUNTERS } from "./frames.js";
import { jumpTable, retarget } from "./jump-tables.js";
import { catching, jumpOut } from "./nonlocal-jumps.js";
import { arithmetic, condition, randomOperation } from "./operations.js";
import { returnEarly } from "./returns.js";
import type { Scope } from "./scope.js";
import { threadedCode } from "./threaded-code.js";

const MOST_DEPTH = 3;
const COMPARE = 7;

const JMP = [0xe9];
const jcc = (condition: number): number[] => [0x0f, 0x80 + condition];

export function statements(scope: Scope, count: number): void {
  for (let i = 0; i < count; i++) statement(scope);
}

function straight(scope: Scope): void {
  const count = 1 + scope.random.below(4);
  for (let i = 0; i < count; i++) randomOperation(scope);
}

function statement(scope: Scope): void {
  const { random } = scope;
  if (scope.depth >= MOST_DEPTH) {
    straight(scope);
    return;
  }
  scope.depth++;
  const choice = random.below(100);
  if (choice < 35) straight(scope);
  else if (choice < 53) conditional(scope);
  else if (choice < 66) loop(scope);
  else if (scope.leaf) straight(scope);
  else if (choice < 78) call(scope) || straight(scope);
  else if (choice < 84) table(scope);
  else if (choice < (scope.common.jumpsOut ? 85 : 90)) pushed(scope);
  else if (choice < 94) oddWay(scope);
  else if (choice < 97) returnEarly(scope) || straight(scope);
  else callAgain(scope);
  scope.depth--;
}

function oddWay(scope: Scope): void {
  const { random, common } = scope;
  if (random.chance(common.jumpsOut ? 10 : 80)) detour(scope);
  else if (random.chance(50)) jumpOut(scope);
  else {
    catching(scope, () => {
      call(scope);
      statements(scope, 1 + random.below(2));
    });
  }
}

function conditional(scope: Scope): void {
  const { random, assembler } = scope;
  if (random.chance(10)) {
    unlikely(scope);
    return;
  }
  const otherwise = assembler.label();
  const end = assembler.label();
  assembler.branch(jcc(condition(scope)), otherwise);
  const before = assembler.undefinedFlags;
  statements(scope, 1 + random.below(2));
  const withElse = random.chance(50);
  if (withElse) assembler.branch(JMP, end);
  const then = assembler.undefinedFlags;
  assembler.bind(otherwise);
  assembler.undefinedFlags = before;
  if (withElse) statements(scope, 1 + random.below(2));
  assembler.undefinedFlags |= then;
  assembler.bind(end);
}

/** What is done on a condition is behind the function, or behind all. */
function unlikely(scope: Scope): void {
  const { random, assembler, pushed } = scope;
  const away = assembler.label();
  const back = assembler.label();
  assembler.branch(jcc(condition(scope)), away);
  assembler.bind(back);
  const { undefinedFlags } = assembler;
  const writable = [...scope.writable];
  random.pick([scope.behind, scope.common.cold]).push(() => {
    assembler.bind(away);
    assembler.undefinedFlags = undefinedFlags;
    scope.pushed = pushed;
    scope.writable.clear();
    for (const register of writable) scope.writable.add(register);
    straight(scope);
    assembler.branch(JMP, back);
  });
  assembler.undefinedFlags = ALL_FLAGS;
  scope.charge(4);
}

/** A loop that counts down in a local or a register, now and then left or gone on with from within, or entered in its middle. */
function loop(scope: Scope): void {
  const { random, assembler } = scope;
  const times = 1 + random.below(5);
  if (scope.times * times > 200 || scope.counters >= COUNTERS) {
    straight(scope);
    return;
  }
  const head = assembler.label();
  const next = assembler.label();
  const end = assembler.label();
  const register = random.chance(50) ? [EBX, ESI, EDI].find((each) => scope.writable.has(each)) : undefined;
  const byLoop = register === undefined && scope.canWrite(ECX) && random.chance(15);
  const counter = register ?? (byLoop ? ECX : scope.localAt(4 * scope.counters));
  if (typeof counter === "number") assembler.emit(0xb8 + counter, ...immediate(times, 32));
  else assembler.modRm([0xc7], 0, counter, immediate(times, 32));
  // From here on nothing may change it, not even where an address is computed for the condition to begin in the middle.
  if (typeof counter === "number") scope.writable.delete(counter);
  const middle = random.chance(12) ? assembler.label() : undefined;
  if (middle) assembler.branch(jcc(condition(scope)), middle);
  // What is undefined when the loop is gone on with is undefined at its head.
  const atHead = random.chance(60) ? assembler.undefinedFlags : ALL_FLAGS;
  assembler.undefinedFlags = atHead;
  assembler.bind(head);
  if (typeof counter !== "number") scope.counters++;
  scope.times *= times;
  const atNext = body(scope, { next, end, middle, atHead, callsAllowed: !byLoop });
  assembler.bind(next);
  assembler.undefinedFlags = atNext;
  if ((assembler.undefinedFlags & ~atHead) !== 0) arithmetic(scope, COMPARE);
  scope.charge(3);
  if (byLoop) closeByLoop(scope, head, end);
  else {
    if (typeof counter === "number") assembler.emit(0x48 + counter);
    else assembler.modRm([0xff], 1, scope.localAt(4 * (scope.counters - 1)));
    assembler.undefinedFlags &= flagMask("c");
    assembler.branch(jcc(5), head);
  }
  scope.times /= times;
  if (typeof counter === "number") scope.writable.add(counter);
  else scope.counters--;
  assembler.bind(end);
  // It may have been left with what was undefined within.
  assembler.undefinedFlags |= atNext;
}

interface LoopPlaces {
  readonly next: Label;
  readonly end: Label;
  readonly middle: Label | undefined;
  readonly atHead: number;
  readonly callsAllowed: boolean;
}

/** Answers the flags undefined where the loop goes on. */
function body(scope: Scope, { next, end, middle, atHead, callsAllowed }: LoopPlaces): number {
  const { random, assembler } = scope;
  let atNext = 0;
  const some = (): void => {
    if (callsAllowed) statements(scope, 1 + random.below(2));
    else straight(scope);
  };
  some();
  if (random.chance(25)) {
    assembler.branch(jcc(condition(scope)), random.chance(50) ? next : end);
    atNext |= assembler.undefinedFlags;
  }
  if (middle) {
    assembler.bind(middle);
    assembler.undefinedFlags |= atHead | ALL_FLAGS;
  }
  if (middle || random.chance(30)) some();
  return atNext | assembler.undefinedFlags;
}

/** LOOP reaches 127 bytes: over a JMP, as its opposite. */
function closeByLoop(scope: Scope, head: Label, end: Label): void {
  const { assembler } = scope;
  // loop +5: over the jump to the end; its distance is known, since the jump takes 5 bytes.
  assembler.emit(0xe2, 5);
  assembler.branch(JMP, end);
  assembler.branch(JMP, head);
}

function table(scope: Scope): void {
  const { random } = scope;
  const piece = (): void => statements(scope, 1);
  const pieces = (): void => statements(scope, 1 + random.below(2));
  if (random.chance(12)) retarget(scope, random.pick(scope.common.tables));
  if (!(random.chance(65) ? jumpTable(scope, piece) : threadedCode(scope, pieces))) straight(scope);
}

/** PUSH, something, POP. */
function pushed(scope: Scope): void {
  const { random, assembler } = scope;
  const choice = random.below(3);
  if (choice === 0) assembler.emit(0x50 + scope.anyRegister());
  else if (choice === 1) assembler.emit(0x68, ...immediate(random.operand(), 32));
  else assembler.modRm([0xff], 6, scope.memory());
  scope.pushed += 4;
  statements(scope, 1);
  scope.charge(2);
  scope.pushed -= 4;
  if (random.chance(70)) assembler.emit(0x58 + scope.destination());
  else if (random.chance(50)) assembler.modRm([0x8d], ESP, { base: ESP, displacement: 4 });
  else {
    assembler.modRm([0x83], 0, ESP, [4]);
    assembler.undefinedFlags = 0;
  }
}
