/** Jump tables as compilers make them: `jmp [index*4 + table]`, the table in data that the image comes with. */

import { NO_REGISTER, type Operation } from "../x86/operation.js";
import type { Program } from "../x86/program.js";

/** The u32 that the image loads at an address; undefined outside its data. */
export type JumpTableReader = (address: number) => number | undefined;

export interface JumpTable {
  /** Guest-physical address of the first entry. */
  readonly address: number;
  /** Register that indexes it. */
  readonly index: number;
  /** Where entry 0, 1, ... goes, as the image loads it. */
  readonly targets: readonly number[];
}

const ENTRY_SCALE = 2;
const ENTRY_SIZE = 4;
const MOST_ENTRIES = 1_024;
/** Bytes of text between a jump and what it jumps to. */
const LONGEST_DISTANCE = 64 * 1024;

/**
 * The table of an indirect jump, undefined when the jump does not look like one. It ends where an entry does not point
 * into text; entries read beyond its true end do no harm, since each is checked when it is used.
 */
export function readJumpTable(jump: Operation, program: Program, read: JumpTableReader): JumpTable | undefined {
  const looksRight = jump.base === NO_REGISTER && jump.index !== NO_REGISTER && jump.scale === ENTRY_SCALE;
  if (!looksRight) return undefined;
  const address = jump.displacement >>> 0;
  const targets: number[] = [];
  while (targets.length < MOST_ENTRIES) {
    const target = read(address + targets.length * ENTRY_SIZE);
    if (target === undefined || !isNear(target, jump.address) || program.segmentAt(target) === undefined) break;
    targets.push(target);
  }
  return targets.length === 0 ? undefined : { address, index: jump.index, targets };
}

/** Whether a target may be in the function of the jump: functions beyond this size are rare, tables side by side are not. */
function isNear(target: number, jump: number): boolean {
  return Math.abs(target - jump) < LONGEST_DISTANCE;
}
