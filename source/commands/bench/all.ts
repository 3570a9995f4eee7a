/** The experiments that there are, in the order in which they are listed. */

import { experiment as batching } from "./batching.js";
import { experiment as boot } from "./boot.js";
import type { Experiment } from "./experiment.js";
import { experiment as fairness } from "./fairness.js";
import { experiment as footprint } from "./footprint.js";
import { experiment as games } from "./games.js";
import { experiment as idle } from "./idle.js";
import { experiment as nic } from "./nic.js";
import { experiment as scale } from "./scale.js";
import { experiment as supervisor } from "./supervisor.js";
import { experiment as switching } from "./switch.js";
import { experiment as web } from "./web.js";

export const EXPERIMENTS: readonly Experiment[] = [
  switching,
  idle,
  batching,
  nic,
  web,
  scale,
  footprint,
  boot,
  games,
  supervisor,
  fairness,
];
