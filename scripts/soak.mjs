/**
 * The long forms of what test/system shows in seconds: known clients against programs in VMs, with figures.
 *
 *     npm run soak                    all of it: three quarters of an hour, most of it `engines`
 *     npm run soak -- httpd redis     some of httpd, engines, redis, files and zipf
 *     npm run soak -- --seconds 10    how long each load lasts; 30 unless given, and much less does not reach every web server
 *
 * httpd is measured beside the same program compiled natively for this host. Ends with status 1 when a request failed. Needs
 * wrk, ab and redis-benchmark; what is not installed is skipped and said.
 */

import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { ensurePackages, fail } from "./setup.mjs";
import { PARTS } from "./soak/parts.mjs";

let failed = false;

/** Prints whether something was as it must be. */
function check(good, what) {
  failed ||= !good;
  process.stdout.write(`${good ? "ok    " : "FAILED"} ${what}\n`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "30" } },
});
const seconds = Number(values.seconds);
if (!Number.isInteger(seconds) || seconds < 1) fail("--seconds wants a whole number of at least 1");
const unknown = positionals.find((name) => !(name in PARTS));
if (unknown !== undefined) fail(`there is no part '${unknown}'; give ${Object.keys(PARTS).join(" or ")}`);

ensurePackages();
await ensureBuilt();
for (const [name, part] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  await part({ seconds, check });
}
process.exit(failed ? 1 : 0);
