/**
 * Goes through a first minute without a terminal and without anybody: the built-in fleet, the views, the help, the end. The
 * bundles keep what V8 compiled meanwhile (bin/bundle.cjs). Part of the build.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** Milliseconds until the code is kept, and those between keys. */
const KEEP_AFTER = 2500;
const KEY_INTERVAL = 150;
const KEYS = [..."234567812", "1", "j", "?", "\x1b", "\x1b"];

const home = mkdtempSync(join(tmpdir(), "denali-rehearsal-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
Object.assign(process.env, {
  DENALI_KEEP_CODE: String(KEEP_AFTER),
  XDG_STATE_HOME: home,
  XDG_CACHE_HOME: home,
  XDG_CONFIG_HOME: home,
});

const output = new Writable({ write: (_bytes, _encoding, done) => done() });
Object.assign(output, { isTTY: true, columns: 120, rows: 40, getColorDepth: () => 24 });
const input = new PassThrough();
Object.assign(input, { isTTY: true, setRawMode: () => input, ref: () => input, unref: () => input });
Object.defineProperty(process, "stdout", { value: output });
Object.defineProperty(process, "stdin", { value: input });

KEYS.forEach((key, index) => {
  setTimeout(() => input.write(key), 600 + index * KEY_INTERVAL);
});
setTimeout(() => input.write("q"), KEEP_AFTER + 1500);
// A file, so that what reads fleets is compiled too.
process.argv.splice(2, 1, fileURLToPath(new URL("../fleets/default.yaml", import.meta.url)));
await import("../bin/denali.js");
