/**
 * What SSE makes of NaNs and of conversions, where JavaScript's numbers do not say: NaNs here are bits, in the 32-bit
 * words of a register or of memory (Intel SDM vol. 1, sections 4.8.3.5 and 11.5.2).
 */

/** The quiet NaN of an invalid operation, upper word; the lower is 0. */
const DEFAULT_DOUBLE = 0xfff8_0000 | 0;
const DEFAULT_FLOAT = 0xffc0_0000 | 0;
const QUIET_DOUBLE = 0x0008_0000;
const QUIET_FLOAT = 0x0040_0000;
const SIGN = 0x8000_0000 | 0;

/** The integer that stands for "does not fit" and for NaN (Intel SDM vol. 1, table 4-1, note). */
const INTEGER_INDEFINITE = -0x8000_0000;

/** Whether two words, the lower first, are a NaN. */
export const isDoubleNaN = (low: number, high: number): boolean =>
  (high & 0x7ff0_0000) === 0x7ff0_0000 && ((high & 0xf_ffff) | low) !== 0;

export const isFloatNaN = (bits: number): boolean => (bits & 0x7f80_0000) === 0x7f80_0000 && (bits & 0x7f_ffff) !== 0;

/**
 * Writes the NaN that an operation on two doubles gives to `to`: the first operand's if it is one, otherwise the
 * second's, made quiet; the default NaN when neither is. The first operand is what `to` holds.
 */
export function writeDoubleNaN(to: Int32Array, at: number, second: Int32Array, secondAt: number): void {
  if (isDoubleNaN(to[at], to[at + 1])) {
    to[at + 1] |= QUIET_DOUBLE;
  } else if (isDoubleNaN(second[secondAt], second[secondAt + 1])) {
    to[at] = second[secondAt];
    to[at + 1] = second[secondAt + 1] | QUIET_DOUBLE;
  } else {
    to[at] = 0;
    to[at + 1] = DEFAULT_DOUBLE;
  }
}

/** The NaN that an operation on two floats gives. */
export function floatNaN(first: number, second: number): number {
  if (isFloatNaN(first)) return first | QUIET_FLOAT;
  return isFloatNaN(second) ? second | QUIET_FLOAT : DEFAULT_FLOAT;
}

/** A double NaN as a float: sign, and as much of the fraction as there is room for. */
export const narrowNaN = (low: number, high: number): number =>
  (high & SIGN) | 0x7fc0_0000 | ((high & 0x7_ffff) << 3) | (low >>> 29);

/** The upper word of a float NaN as a double; the lower is `bits << 29`. */
export const widenNaN = (bits: number): number => (bits & SIGN) | 0x7ff8_0000 | ((bits & 0x7f_ffff) >>> 3);

/** CVTT: towards zero. */
export function truncate(value: number): number {
  const whole = Math.trunc(value);
  return whole >= -0x8000_0000 && whole <= 0x7fff_ffff ? whole : INTEGER_INDEFINITE;
}

/** CVT: to the nearest, halves to even, which is what MXCSR says unless changed. */
export function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return truncate(up ? below + 1 : below);
}

/** Predicates of CMPSS, CMPSD and CMPPD, by their immediate (Intel SDM vol. 2, CMPPD); 4 to 7 are 0 to 3, negated. */
export function compares(predicate: number, a: number, b: number): boolean {
  const holds = [a === b, a < b, a <= b, Number.isNaN(a) || Number.isNaN(b)][predicate & 3];
  return holds !== ((predicate & 4) !== 0);
}
