/** Makes the swap file: with its header, its owner's alone, past the host's page cache where that is wanted and can be. */

import { closeSync, unlinkSync, writeFileSync } from "node:fs";
import { openDirectly } from "../devices/direct-file.js";
import { attempt, type HostFile, openFile } from "../devices/host-file.js";
import { fileHeader } from "./swap-format.js";

/**
 * Makes the file with its header, or nothing. @param direct past the page cache where that can be
 * @throws UserError when the host refuses
 */
export function createFile(path: string, blockSize: number, direct: boolean): HostFile {
  const host = openFile(path, { create: true, exclusive: true });
  try {
    attempt(path, "write", () => writeFileSync(host.descriptor, fileHeader(blockSize)));
    return (direct && reopenDirectly(host)) || host;
  } catch (error) {
    closeSync(host.descriptor);
    unlinkSync(path);
    throw error;
  }
}

/** The same file past the page cache, in the place of the one that is open; undefined where that cannot be. */
function reopenDirectly(host: HostFile): HostFile | undefined {
  const direct = openDirectly(host.path);
  if (direct) closeSync(host.descriptor);
  return direct;
}
