/** What a translated function's flags can be computed from, and what its locals for that hold in each case. */

/** What the locals hold. */
export const FlagKind = {
  /** Nothing that is known. */
  NONE: 0,
  /** EFLAGS bits, in `result`. */
  BITS: 1,
  /** a + b = result. */
  ADD: 2,
  /** a - b = result. */
  SUBTRACT: 3,
  /** A logical operation: CF and OF are 0. */
  LOGIC: 4,
  /** INC; CF is bit 0 of `a`. */
  INCREMENT: 5,
  /** DEC; CF is bit 0 of `a`. */
  DECREMENT: 6,
  /** A shift by a constant: CF is bit 0 of `a`, OF bit 0 of `b`. */
  SHIFT: 7,
  /** a - b - borrow = result. */
  SUBTRACT_WITH_BORROW: 8,
  /** a + b + carry = result. */
  ADD_WITH_CARRY: 9,
  /** A comparison of two doubles, in locals of their own: ZF, PF and CF say equal, unordered and less, or all unordered. */
  DOUBLES: 10,
  /** The same of two singles. */
  SINGLES: 11,
} as const;
export type FlagKind = (typeof FlagKind)[keyof typeof FlagKind];

/** Kinds whose `a` and `b` are the operands. */
export const HAS_OPERANDS: ReadonlySet<FlagKind> = new Set([
  FlagKind.ADD,
  FlagKind.ADD_WITH_CARRY,
  FlagKind.SUBTRACT,
  FlagKind.SUBTRACT_WITH_BORROW,
]);

/** Kinds whose result is a sum of `a` and `b`. */
export const SUMS: ReadonlySet<FlagKind> = new Set([FlagKind.ADD, FlagKind.ADD_WITH_CARRY]);
