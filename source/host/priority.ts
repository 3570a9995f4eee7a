/** Which threads of the program go first where there are more of them than cores. Only Linux has a priority for each thread. */

import os from "node:os";

/**
 * Lets other threads go before one; only speed depends on it. One that is as nice already, since the whole program was started
 * so, stays as it is.
 * @param niceness as of nice(1)
 * @param thread the host's number of it; the calling one unless given
 */
export function yieldThread(
  niceness: number,
  thread = 0,
  host: Pick<typeof os, "platform" | "getPriority" | "setPriority"> = os,
): void {
  if (host.platform() !== "linux") return;
  try {
    if (host.getPriority(thread) < niceness) host.setPriority(thread, niceness);
  } catch {
    // It has just ended, or a sandbox does not allow it.
  }
}
