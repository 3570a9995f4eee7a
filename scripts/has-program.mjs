/** Whether the host has a program. */

import { spawnSync } from "node:child_process";

export function hasProgram(name) {
  const finder = process.platform === "win32" ? "where" : "which";
  return spawnSync(finder, [name], { stdio: "ignore" }).status === 0;
}
