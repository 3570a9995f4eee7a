/** `npm start [-- ARGUMENTS]`: sets up, builds and runs the program in this process. */

import { ensureBuilt } from "./build.mjs";
import { ensurePackages } from "./setup.mjs";

ensurePackages();
await ensureBuilt();
await import("../bin/denali.js");
