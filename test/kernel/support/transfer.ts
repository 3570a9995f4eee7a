/** A file's transfer, waited for. */

import { expect } from "vitest";
import type { TransferDone } from "../../../source/kernel/devices/block-file.js";

/**
 * Begins a transfer, which must not end before the call that begins it has returned.
 * @param advance lets time pass, where the transfer waits for it
 * @returns the error that it ended with, if any
 */
export function transfer(start: (done: TransferDone) => void, advance = () => {}): Promise<Error | undefined> {
  return new Promise((resolve) => {
    let returned = false;
    start((error) => {
      expect(returned).toBe(true);
      resolve(error);
    });
    returned = true;
    advance();
  });
}
