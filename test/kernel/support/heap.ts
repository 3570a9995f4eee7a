/** What this process holds on to. */

import { collectGarbage } from "../../../source/kernel/index.js";

/** Bytes of objects that somebody still has. */
export function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
