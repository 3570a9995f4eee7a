/** How much fuel a VM is given in real time, where nobody knows beforehand how long its instructions take. */

import { PROBE_FUEL } from "../params.js";

/**
 * Instructions that a VM executes in so many nanoseconds, as far as is known.
 * @param speed instructions a nanosecond, 0 while it is not known
 */
export function instructionsIn(time: number, speed: number): number {
  return Math.max(PROBE_FUEL, Math.floor(time * speed));
}

/** The speed to reckon with from now on, after `retired` instructions took `time` nanoseconds. */
export function blendSpeed(speed: number, retired: number, time: number): number {
  if (time <= 0) return speed;
  return speed === 0 ? retired / time : (speed + retired / time) / 2;
}
