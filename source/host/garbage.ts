/** What a screen that stays open for days gives back to the host. */

import { collectGarbage } from "../kernel/index.js";
import { GARBAGE_INTERVAL } from "./params.js";

/**
 * Collects this thread's garbage now and then. V8 does so when it wants room, and drawing ten times a second fills that slowly: after an hour
 * three quarters of the screen's heap, 40 MB, were garbage and room for more.
 * @returns ends it
 */
export function collectNowAndThen(): () => void {
  const timer = setInterval(collectGarbage, GARBAGE_INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}
