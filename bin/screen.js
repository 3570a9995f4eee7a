/** The commands that show a screen, in one script that they share. */

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** @returns the commands' modules by their names */
export function loadScreen() {
  const { load } = createRequire(import.meta.url)("./bundle.cjs");
  return load(fileURLToPath(new URL("../dist/screen.cjs", import.meta.url)));
}
