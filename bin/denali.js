#!/usr/bin/env node
/**
 * The program's front door: production mode before anything loads React, then the command line. A script, as all of the way to
 * the first frame is (package.json in this folder says so): Node's loader of modules takes a fiftieth of a second to get ready.
 */

const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { setFlagsFromString } = require("node:v8");

process.env.NODE_ENV = "production";
// Garbage may make a heap half as large again, not grow it fourfold, as V8 allows small ones: the monitor stays open for days. Here
// and nowhere later, because compiled code that was kept is good for the same flags only.
setFlagsFromString("--heap-growing-percent=50");
const commandLine = join(__dirname, "..", "dist", "cli.cjs");
if (existsSync(commandLine)) {
  require("node:module").enableCompileCache?.(); // Node 22.1 and later
  require(commandLine);
} else {
  process.stderr.write("denali: it has not been built yet; run `npm run build` in its folder, or `npm start`\n");
  process.exitCode = 1;
}
