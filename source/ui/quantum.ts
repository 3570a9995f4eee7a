/** The steps of the quantum keys: 1, 2, 5, 10, 20, 50 ... The kernel says where they end. */

import { DEFAULT_QUANTUM } from "../kernel/index.js";
import { QUANTUM_STEPS } from "./params.js";

/**
 * The next longer (1) or shorter (-1) quantum of the scale, in nanoseconds; the default one where it was a number of
 * instructions, which the panel says as 0.
 */
export function nextQuantum(nanoseconds: number, direction: 1 | -1): number {
  if (nanoseconds <= 0) return DEFAULT_QUANTUM;
  const power = Math.floor(Math.log10(Math.max(1, nanoseconds)) + 1e-9);
  const scale = [power - 1, power, power + 1].flatMap((exponent) => QUANTUM_STEPS.map((step) => step * 10 ** exponent));
  const next =
    direction > 0
      ? scale.find((step) => step > nanoseconds * 1.001)
      : scale.findLast((step) => step < nanoseconds * 0.999);
  return Math.round(next ?? nanoseconds);
}
