/**
 * Measures. `npm run bench` lists the experiments, `npm run bench -- NAME [OPTION...]` runs one: a table for people, and
 * with `--json FILE` the same figures for programs.
 */

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { ensurePackages, fail, ROOT } from "./setup.mjs";

const experiments = readdirSync(join(ROOT, "bench"))
  .filter((file) => file.endsWith(".mjs"))
  .map((file) => file.slice(0, -".mjs".length));

const [name, ...given] = process.argv.slice(2);
if (name === undefined) {
  process.stdout.write(`npm run bench -- NAME, where NAME is one of: ${experiments.join(", ")}\n`);
} else if (!experiments.includes(name)) {
  fail(`there is no experiment '${name}'; give ${experiments.join(" or ")}`);
} else {
  await run(name, given);
}

async function run(name, given) {
  const json = given.indexOf("--json");
  const file = json < 0 ? undefined : given.splice(json, 2)[1];
  if (json >= 0 && file === undefined) fail("--json wants a file");
  ensurePackages();
  await ensureBuilt();
  const { measure } = await import(`../bench/${name}.mjs`);
  const results = await measure(given);
  printTable(results);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ experiment: name, results }, null, 2)}\n`);
}

/** @param rows {what, value, unit, must?, aim?}: what was measured, and the budget it has */
function printTable(rows) {
  const text = (value) => (value === undefined ? "" : typeof value === "number" ? value.toFixed(1) : String(value));
  const cells = [
    ["what", "measured", "unit", "must", "aim"],
    ...rows.map((row) => [row.what, text(row.value), row.unit, text(row.must), text(row.aim)]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) {
    process.stdout.write(
      `${row
        .map((cell, column) => (column === 1 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
}
