/** String instructions, once or repeated, in the arena. */

import { EAX, ECX, EDI, ESI, immediate, sized } from "./assembler.js";
import { ALL_FLAGS } from "./frames.js";
import { ARENA, ARENA_BYTES, type Scope } from "./scope.js";

const MOVS = 0xa4;
const CMPS = 0xa6;
const STOS = 0xaa;
const LODS = 0xac;
const SCAS = 0xae;
const CLD = 0xfc;
const STD = 0xfd;

/** Elements of short ones, and bytes of long ones: enough to be moved at once, and more elements than are moved one by one. */
const SHORT = 24;
const LONG_BYTES = 1_500;
/** How often what contains a long one may be executed. */
const MOST_TIMES = 10;

export function string(scope: Scope): void {
  const { random, assembler } = scope;
  if (!scope.canWrite(ESI, EDI, ECX, EAX)) return;
  const size = random.pick([8, 16, 32]);
  const isLong = scope.times <= MOST_TIMES && random.chance(30);
  const count = isLong ? random.below((8 * LONG_BYTES) / size) : random.below(SHORT);
  const bytes = (count * size) / 8;
  const backwards = random.chance(20);
  const pointer = (): number => {
    const start = random.chance(97) ? random.below(ARENA_BYTES - bytes - 64) : ARENA_BYTES - random.below(64);
    return ARENA + start + (backwards ? bytes - size / 8 : 0);
  };
  assembler.emit(0xb8 + ESI, ...immediate(pointer(), 32));
  assembler.emit(0xb8 + EDI, ...immediate(pointer(), 32));
  assembler.emit(0xb8 + ECX, ...immediate(count, 32));
  scope.charge(3 + count);
  if (backwards) assembler.emit(STD);
  const opcode = random.pick([MOVS, MOVS, STOS, LODS, SCAS, CMPS]);
  const compares = opcode === SCAS || opcode === CMPS;
  const repeat = isLong ? [0xf3] : random.pick([[], [0xf3], [0xf3], compares ? [0xf2] : [0xf3]]);
  const before = assembler.undefinedFlags;
  // What a fault within a repeated comparison leaves differs between CPUs.
  if (compares && repeat.length > 0) assembler.undefinedFlags = ALL_FLAGS;
  assembler.emit(...repeat, ...sized(size, opcode));
  // With a count of 0 the flags stay as they were.
  assembler.undefinedFlags = compares && repeat.length === 0 ? 0 : before;
  if (backwards) assembler.emit(CLD);
}
