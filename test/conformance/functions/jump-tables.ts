/** Switches as compilers make them: a comparison with the number of cases, and a jump through a table. */

import { immediate, type Label } from "./assembler.js";
import { condition } from "./operations.js";
import type { Scope, Table } from "./scope.js";

const ADD = 0;
const AND = 4;
const COMPARE = 7;
const JMP = [0xe9];
const JA = [0x0f, 0x87];
const jcc = (code: number): number[] => [0x0f, 0x80 + code];

/** @param piece makes what a case does @returns false where there is no room for the table */
export function jumpTable(scope: Scope, piece: () => void): boolean {
  const { random, assembler, common } = scope;
  const index = scope.destination();
  const cases = Array.from({ length: 2 + random.below(4) }, () => assembler.label());
  const entries = Array.from({ length: cases.length + random.below(3) }, (_, i) => cases[i] ?? random.pick(cases));
  const changes = random.chance(25);
  const table = common.table(entries, changes);
  if (table === undefined) return false;
  if (changes && random.chance(40)) retarget(scope, common.tables.at(-1));
  const otherwise = assembler.label();
  const end = assembler.label();
  if (random.chance(70)) assembler.modRm([0x83], AND, index, [7]);
  assembler.modRm([0x83], COMPARE, index, [entries.length - 1]);
  assembler.undefinedFlags = 0;
  assembler.branch(JA, otherwise);
  goThrough(scope, index, table, cases);
  scope.charge(4);
  let undefinedFlags = 0;
  let fallenThrough = 0;
  for (const label of [...cases, otherwise]) {
    assembler.bind(label);
    assembler.undefinedFlags = fallenThrough;
    piece();
    // Some fall through to the next.
    const falls = label !== otherwise && random.chance(20);
    if (falls) assembler.branch(jcc(condition(scope)), end);
    else assembler.branch(JMP, end);
    undefinedFlags |= assembler.undefinedFlags;
    fallenThrough = falls ? assembler.undefinedFlags : 0;
  }
  assembler.bind(end);
  assembler.undefinedFlags = undefinedFlags;
  return true;
}

/** At once or by way of the register, whose value some have from elsewhere. All flags stay defined. */
function goThrough(scope: Scope, index: number, table: number, cases: readonly Label[]): void {
  const { random, assembler } = scope;
  const entry = { index, scale: 2, displacement: table };
  const choice = random.below(100);
  if (choice < 70) {
    assembler.modRm([0xff], 4, entry);
    return;
  }
  if (choice < 82) assembler.modRm([0x8b], index, entry);
  else if (choice < 92) {
    // Unoptimised code: SHL, ADD, MOV.
    assembler.modRm([0xc1], 4, index, [2]);
    assembler.modRm([0x81], ADD, index, immediate(table, 32));
    assembler.modRm([0x8b], index, { base: index, displacement: 0 });
    scope.charge(2);
  } else {
    const load = assembler.label();
    const both = assembler.label();
    assembler.branch(jcc(random.below(16)), load);
    assembler.withAddress([0xb8 + index], random.pick(cases));
    assembler.branch(JMP, both);
    assembler.bind(load);
    assembler.modRm([0x8b], index, entry);
    assembler.bind(both);
    scope.charge(2);
  }
  assembler.modRm([0xff], 4, index);
}

/** Writes another of its own labels into a table: what the image comes with is not what it has any more. */
export function retarget(scope: Scope, table: Table | undefined): void {
  if (!table?.changes) return;
  const { random, assembler } = scope;
  const { address, labels } = table;
  const displacement = address + 4 * random.below(labels.length);
  assembler.withAddress([0xc7, 0x05, ...immediate(displacement, 32)], random.pick(labels));
  scope.charge();
}
