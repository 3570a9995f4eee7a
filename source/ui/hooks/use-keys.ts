/** Hands keys to the controller, one by one and in order. */

import { useInput } from "ink";
import type { Controller } from "../controller.js";
import { keyNames } from "../keys.js";

export function useKeys(monitor: Controller): void {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) monitor.key(name);
  });
}
