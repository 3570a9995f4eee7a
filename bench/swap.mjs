/**
 * Bringing in a VM that is swapped out: from the key that wakes it, at which it asks to be admitted, to its first slice, where there is
 * room for it and where another like it has to go out first. Every time it has touched all its memory anew, so that none of that is
 * in core already, as what VMs share would be. Through the host's page cache, which still has what was put out, and past it, where
 * the disk is waited for. Beside them, what waking a VM in core takes.
 *
 *     npm run bench -- swap [--kilobytes 300] [--times 300] [--caches writeback,none] [--engine translator] [--folder FOLDER]
 */

import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "../scripts/build.mjs";
import { fail } from "../scripts/setup.mjs";
import { BUILD_FOLDER, buildGuest } from "./speed/programs.mjs";
import { quantiles } from "./support/quantiles.mjs";

const RUN = fileURLToPath(new URL("swap/run.mjs", import.meta.url));

/** Microseconds that there are for so many kilobytes. */
const BUDGET = { must: 5_000, aim: 1_000 };
const BUDGETS = { 300: { median: BUDGET, late: BUDGET } };

const microseconds = (nanoseconds) => nanoseconds.map((time) => time / 1000);

export async function measure(given) {
  const { values } = parseArgs({
    args: given,
    options: {
      kilobytes: { type: "string", default: "300" },
      times: { type: "string", default: "300" },
      caches: { type: "string", default: "writeback,none" },
      engine: { type: "string", default: "translator" },
      folder: { type: "string", default: tmpdir() },
    },
  });
  const { kilobytes, engine, folder } = values;
  const image = buildGuest("touch");
  await bundle("source/host/local-client.ts", BUILD_FOLDER);
  return values.caches.split(",").flatMap((swapCache) => {
    const { inCore, room, full, stored } = run({ image, kilobytes, engine, folder, swapCache, times: +values.times });
    const what = (text) => `${swapCache}: ${text}`;
    return [
      ...quantiles(what("woken in core"), microseconds(inCore), "µs"),
      { what: what(`stored of ${kilobytes} KB touched`), value: stored / 1024, unit: "KiB" },
      ...quantiles(what("woken and swapped in"), microseconds(room), "µs", BUDGETS[kilobytes]),
      ...quantiles(what("the same, and another one out"), microseconds(full), "µs"),
    ];
  });
}

function run(options) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", RUN, join(BUILD_FOLDER, "local-client.js"), JSON.stringify(options)],
    { encoding: "utf8" },
  );
  if (status !== 0) fail(`swapping could not be measured:\n${stderr}`);
  const figures = JSON.parse(stdout);
  // Past the page cache not every file system can be used, and then what was measured is something else.
  if (figures.notices.length > 0) fail(`${figures.notices[0]}; give another with --folder`);
  return figures;
}
