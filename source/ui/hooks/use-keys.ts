/** Hands keys to the controller, one by one and in order, and what the mouse does. */

import { useInput } from "ink";
import type { Controller } from "../controller.js";
import { keyNames } from "../keys.js";
import { onMouse, parseMouse } from "../mouse.js";

export function useKeys(monitor: Controller): void {
  useInput((input, key) => {
    const mouse = parseMouse(input);
    if (mouse) onMouse(monitor, mouse);
    else for (const name of keyNames(input, key)) monitor.key(name);
  });
}
