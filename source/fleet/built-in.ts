/** The built-in fleet, as the build has read it: reading and checking YAML would take a twentieth of a second of a start. */

import { readFileSync } from "node:fs";
import { BUILT_IN_FLEET } from "../host/places.js";
import type { Fleet } from "./fleet.js";

/** What `readFleet(DEFAULT_FLEET)` answers. */
export function builtInFleet(): Fleet {
  return JSON.parse(readFileSync(BUILT_IN_FLEET, "utf8")) as Fleet;
}
