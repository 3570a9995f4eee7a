/** Instructions of XMM registers. */

import type { MemoryOperand } from "./assembler.js";
import { ARENA, ARENA_BYTES, type Scope } from "./scope.js";

/** Scalar double precision: loads, stores, arithmetic, conversions and comparisons. */
export function floating(scope: Scope): void {
  const { random, assembler } = scope;
  const xmm = random.below(8);
  const operand = random.chance(50) ? random.below(8) : scope.memory();
  const prefix = random.pick([0xf2, 0xf2, 0xf3]);
  switch (random.below(6)) {
    case 0:
      assembler.modRm([prefix, 0x0f, 0x10], xmm, scope.memory());
      break;
    case 1:
      assembler.modRm([prefix, 0x0f, 0x11], xmm, scope.memory());
      break;
    case 2:
      assembler.modRm([prefix, 0x0f, 0x2a], xmm, scope.source());
      break;
    case 3:
      assembler.modRm([prefix, 0x0f, random.pick([0x2c, 0x2d])], scope.destination(), operand);
      break;
    case 4:
      // UCOMISD, UCOMISS
      assembler.modRm([...(random.chance(60) ? [0x66] : []), 0x0f, 0x2e], xmm, operand);
      assembler.undefinedFlags = 0;
      break;
    default:
      assembler.modRm([prefix, 0x0f, random.pick([0x58, 0x59, 0x5c, 0x5e, 0x51, 0x5a, 0x5d, 0x5f])], xmm, operand);
  }
}

/** Moves of 16 bytes, each to a register and from one: where memory must be aligned, and where it need not be. */
const ALIGNED = [
  [
    [0x0f, 0x28],
    [0x0f, 0x29],
  ],
  [
    [0x66, 0x0f, 0x28],
    [0x66, 0x0f, 0x29],
  ],
  [
    [0x66, 0x0f, 0x6f],
    [0x66, 0x0f, 0x7f],
  ],
];
const UNALIGNED = [
  [
    [0x0f, 0x10],
    [0x0f, 0x11],
  ],
  [
    [0x66, 0x0f, 0x10],
    [0x66, 0x0f, 0x11],
  ],
  [
    [0xf3, 0x0f, 0x6f],
    [0xf3, 0x0f, 0x7f],
  ],
];
const MOVQ_LOAD = [0xf3, 0x0f, 0x7e];
const MOVQ_STORE = [0x66, 0x0f, 0xd6];
/** MOVD to a vector, and from one. */
const MOVD = [
  [0x66, 0x0f, 0x6e],
  [0x66, 0x0f, 0x7e],
];
/** AND, ANDN, OR, XOR, of each of the three kinds. */
const LOGIC = [0x54, 0x55, 0x56, 0x57].flatMap((opcode) => [
  [0x0f, opcode],
  [0x66, 0x0f, opcode],
]);
const INTEGER_LOGIC = [0xdb, 0xdf, 0xeb, 0xef].map((opcode) => [0x66, 0x0f, opcode]);
/** ADDPD, MULPD, SUBPD, DIVPD, UNPCKLPD, CVTTPD2DQ, PSLLD. */
const PACKED = [0x58, 0x59, 0x5c, 0x5e, 0x14, 0xe6, 0xf2].map((opcode) => [0x66, 0x0f, opcode]);

/** Whole registers: moves, masks, packed arithmetic, and comparisons that make masks. */
export function vector(scope: Scope): void {
  const { random, assembler } = scope;
  const xmm = random.below(8);
  const other = random.below(8);
  switch (random.below(8)) {
    case 0:
      // As compilers clear one.
      assembler.modRm(random.pick([...LOGIC, ...INTEGER_LOGIC]), xmm, random.chance(30) ? xmm : other);
      break;
    case 1:
      assembler.modRm(random.pick([...LOGIC, ...INTEGER_LOGIC, ...PACKED]), xmm, wide(scope, true));
      break;
    case 2:
      assembler.modRm(random.pick(PACKED), xmm, other);
      break;
    case 3: {
      const [load, store] = random.pick([...ALIGNED, ...UNALIGNED]);
      assembler.modRm(random.pick([load, store]), xmm, other);
      break;
    }
    case 4: {
      const aligned = random.chance(50);
      const [load, store] = random.pick(aligned ? ALIGNED : UNALIGNED);
      assembler.modRm(random.pick([load, store]), xmm, wide(scope, aligned));
      break;
    }
    case 5:
      assembler.modRm(random.pick([MOVQ_LOAD, MOVQ_STORE]), xmm, random.chance(50) ? other : scope.memory());
      break;
    case 6: {
      const [to, from] = MOVD;
      if (random.chance(50)) assembler.modRm(to, xmm, scope.source());
      else assembler.modRm(from, xmm, scope.target(32));
      break;
    }
    default: {
      // CMPSD, CMPSS, CMPPD; MOVSD and MOVSS among registers keep the upper part.
      if (random.chance(40)) assembler.modRm([random.pick([0xf2, 0xf3]), 0x0f, random.pick([0x10, 0x11])], xmm, other);
      else assembler.modRm([random.pick([0xf2, 0xf3, 0x66]), 0x0f, 0xc2], xmm, other, [random.below(8)]);
    }
  }
}

/** Room for 16 bytes. Now and then it is not aligned where it should be, which is a fault. */
function wide({ random }: Scope, aligned: boolean): MemoryOperand {
  const at = random.below(ARENA_BYTES - 64);
  return { displacement: ARENA + (aligned && random.chance(98) ? at & ~15 : at) };
}
