/**
 * Goes through a first minute without a terminal and without anybody: the built-in fleet, the views, the help, the end. The
 * bundles keep what V8 compiled meanwhile (bin/bundle.cjs). Part of the build.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** Milliseconds from one time that the code is kept to the next, and from one key to the next. */
const KEEP_INTERVAL = 800;
const KEY_INTERVAL = 150;
const KEYS = [..."234567812", "1", "j", "?", "\x1b", "\x1b"];

const home = mkdtempSync(join(tmpdir(), "denali-rehearsal-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
Object.assign(process.env, {
  DENALI_KEEP_CODE: String(KEEP_INTERVAL),
  XDG_STATE_HOME: home,
  XDG_CACHE_HOME: home,
  XDG_CONFIG_HOME: home,
});

let begun = false;
const output = new Writable({
  write(bytes, _encoding, done) {
    if (!begun && bytes.includes("supervisor")) {
      begun = true;
      goThrough();
    }
    done();
  },
});
Object.assign(output, { isTTY: true, columns: 120, rows: 40, getColorDepth: () => 24 });
const input = new PassThrough();
Object.assign(input, { isTTY: true, setRawMode: () => input, ref: () => input, unref: () => input });
Object.defineProperty(process, "stdout", { value: output });
Object.defineProperty(process, "stdin", { value: input });

/** From the first frame on, however long it took: presses every key, and leaves once all of it was kept. */
function goThrough() {
  KEYS.forEach((key, index) => {
    setTimeout(() => input.write(key), (index + 1) * KEY_INTERVAL);
  });
  setTimeout(() => input.write("q"), KEYS.length * KEY_INTERVAL + 2 * KEEP_INTERVAL);
}

// A file, so that what reads fleets is compiled too.
process.argv.splice(2, 1, fileURLToPath(new URL("../fleets/default.yaml", import.meta.url)));
await import("../bin/denali.js");
