/** Rates and shares of what was counted over a stretch of the kernel's time. */

/** Nanoseconds. */
export const SECOND = 1e9;

/** A share in percent. What the kernel adds at the end of a slice may belong to the time before, hence the bounds. */
export function percent(gain: number, window: number): number {
  return window > 0 ? Math.min(100, Math.max(0, (100 * gain) / window)) : 0;
}

/** A second's. @param window nanoseconds */
export function rate(gain: number, window: number): number {
  return window > 0 ? Math.max(0, (SECOND * gain) / window) : 0;
}
