/** What every command tells of itself, by name: for completion and the manual page. The monitor's name is empty. */

import type { CommandSpec } from "./arguments.js";
import { spec as bench } from "./bench.js";
import { spec as exec } from "./exec.js";
import { spec as images } from "./images.js";
import { spec as monitor } from "./monitor.js";
import { spec as replay } from "./replay.js";
import { spec as run } from "./run.js";
import { spec as tour } from "./tour.js";

export const COMMAND_SPECS: Readonly<Record<string, CommandSpec>> = {
  "": monitor,
  exec,
  run,
  images,
  replay,
  tour,
  bench,
};

/** Commands that have no other options than --help; the manual page has more of them. */
export const PLAIN_COMMANDS = ["completion", "man", "help"] as const;

/** Shells that completion is there for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
