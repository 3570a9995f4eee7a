#!/usr/bin/env node
/** The program's front door: production mode before anything imports React, then the bundle. */

import { existsSync } from "node:fs";
import * as modules from "node:module";
import { setFlagsFromString } from "node:v8";

process.env.NODE_ENV = "production";
// Garbage may double a heap, not grow it fourfold, as V8 allows small ones: the monitor stays open for days. Here and nowhere
// later, because compiled code that was kept is good for the same flags only.
setFlagsFromString("--heap-growing-percent=100");
const bundle = new URL("../dist/cli.js", import.meta.url);
if (existsSync(bundle)) {
  modules.enableCompileCache?.(); // Node 22.1 and later
  await import(bundle.href);
} else {
  process.stderr.write("denali: it has not been built yet; run `npm run build` in its folder, or `npm start`\n");
  process.exitCode = 1;
}
