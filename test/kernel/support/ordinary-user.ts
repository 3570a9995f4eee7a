/** Runs something without root's powers, which file permissions do not hold back. */

import { geteuid, seteuid } from "node:process";

/** The user "nobody" on most systems. */
const NOBODY = 65_534;

export function asOrdinaryUser<T>(action: () => T): T {
  if (geteuid?.() !== 0) return action();
  seteuid?.(NOBODY);
  try {
    return action();
  } finally {
    seteuid?.(0);
  }
}
