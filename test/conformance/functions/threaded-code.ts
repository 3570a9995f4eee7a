/**
 * Code as interpreters of bytecode have it: pieces that each end by going to the next through a table of labels, a loop with as
 * many ways in as there are pieces.
 */

import { flagMask } from "../undefined-flags.js";
import { immediate, type Label } from "./assembler.js";
import { ALL_FLAGS, COUNTERS } from "./frames.js";
import { randomOperation } from "./operations.js";
import type { Scope } from "./scope.js";

/** Instructions of a long piece, at least, beside what else it does: a loop of those is not copied for each way in. */
const LONG = 20;

const JMP = [0xe9];
const JZ = [0x0f, 0x84];

/** @param piece makes what a piece does @returns false where there is no room for it */
export function threadedCode(scope: Scope, piece: () => void): boolean {
  const { random, assembler } = scope;
  const times = 2 + random.below(8);
  if (scope.times * times > 200 || scope.counters >= COUNTERS) return false;
  const pieces = Array.from({ length: 2 + random.below(6) }, () => assembler.label());
  const isLong = random.chance(50);
  const entries = Array.from({ length: 4 << random.below(2) }, (_, index) => pieces[index] ?? random.pick(pieces));
  const table = scope.common.table(entries);
  if (table === undefined) return false;
  const counter = scope.localAt(4 * scope.counters);
  assembler.modRm([0xc7], 0, counter, immediate(times, 32));
  scope.charge(1);
  scope.counters++;
  scope.times *= times;
  const end = assembler.label();
  goToNext(scope, table, entries.length);
  for (const label of pieces) {
    assembler.bind(label);
    // Whichever piece was before.
    assembler.undefinedFlags = ALL_FLAGS;
    piece();
    if (isLong) for (let count = LONG + random.below(LONG); count > 0; count--) randomOperation(scope);
    finishPiece(scope, { counter, end, table, length: entries.length });
  }
  scope.times /= times;
  scope.counters--;
  assembler.bind(end);
  assembler.undefinedFlags = ALL_FLAGS;
  return true;
}

interface Going {
  readonly counter: ReturnType<Scope["localAt"]>;
  readonly end: Label;
  readonly table: number;
  readonly length: number;
}

function finishPiece(scope: Scope, { counter, end, table, length }: Going): void {
  const { random, assembler } = scope;
  assembler.modRm([0xff], 1, counter);
  assembler.undefinedFlags &= flagMask("c");
  assembler.branch(JZ, end);
  scope.charge(2);
  if (random.chance(90)) goToNext(scope, table, length);
  // What comes behind the last one is the end.
  else assembler.branch(JMP, end);
}

/** Through the entry that a register's lowest bits name; with what else there is to do between loading it and the jump. */
function goToNext(scope: Scope, table: number, length: number): void {
  const { random, assembler } = scope;
  const index = scope.destination();
  assembler.modRm([0x83], 4, index, [length - 1]);
  assembler.undefinedFlags = flagMask("a");
  const entry = { index, scale: 2, displacement: table };
  scope.charge(3);
  if (random.chance(20)) {
    assembler.modRm([0xff], 4, entry);
    return;
  }
  const target = scope.destination();
  assembler.modRm([0x8b], target, entry);
  scope.writable.delete(target);
  if (scope.writable.size > 1 && random.chance(70))
    for (let count = random.below(4); count > 0; count--) randomOperation(scope);
  scope.writable.add(target);
  assembler.modRm([0xff], 4, target);
}
