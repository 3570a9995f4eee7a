/** Writes to a file at once: the host may take less than it is given. */

import { writeSync } from "node:fs";

/** Throws what the host says where it takes no more. */
export function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
