/** What a screen that stays open for days gives back to the host. */

import { queryObjects } from "node:v8";
import { GARBAGE_INTERVAL, GARBAGE_PATIENCE } from "./params.js";

/** Nobody makes one. */
class Nothing {}

/**
 * Collects this thread's garbage now and then, and gives the host the room. V8 does so when it wants room, and drawing ten times a
 * second fills that slowly: after an hour three quarters of the screen's heap, 40 MB, were garbage and room for more. The more there is
 * to look at, the longer a key may have to wait for it, and the more seldom it is done.
 * @returns ends it
 */
export function collectNowAndThen(): () => void {
  let timer = setTimeout(collect, GARBAGE_INTERVAL).unref();
  function collect() {
    const started = performance.now();
    collectAndGiveBack();
    const took = performance.now() - started;
    timer = setTimeout(collect, Math.max(GARBAGE_INTERVAL, took * GARBAGE_PATIENCE)).unref();
  }
  return () => clearTimeout(timer);
}

/**
 * Of all that Node offers, only a search for objects and an inspector have V8 give back the room of what it collected: `gc()` keeps it
 * for what is to come.
 */
function collectAndGiveBack(): void {
  const { emitWarning } = process;
  // Node tells once that the search is an experiment of its own, over the screen.
  process.emitWarning = () => {};
  try {
    queryObjects(Nothing, { format: "count" });
  } finally {
    process.emitWarning = emitWarning;
  }
}
