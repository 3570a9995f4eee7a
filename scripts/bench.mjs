/**
 * Measures. `npm run bench` lists the experiments, `npm run bench -- NAME [OPTION...]` runs one: a table for people, and
 * with `--json FILE` the same figures for programs. An experiment answers rows of {what, value, unit, must?, aim?}, or its own
 * {results, table}, the table being rows of cells.
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
  const measured = await measure(given);
  const results = Array.isArray(measured) ? measured : measured.results;
  printCells(Array.isArray(measured) ? budgetTable(measured) : measured.table);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ experiment: name, results }, null, 2)}\n`);
}

/** @param rows {what, value, unit, must?, aim?}: what was measured, and the budget it has */
function budgetTable(rows) {
  const text = (value) => (value === undefined ? "" : typeof value === "number" ? value.toFixed(1) : String(value));
  return [
    ["what", "measured", "unit", "must", "aim"],
    ...rows.map((row) => [row.what, text(row.value), row.unit, text(row.must), text(row.aim)]),
  ];
}

/** @param cells rows of texts, the header first; columns of figures are aligned on the right */
function printCells(cells) {
  const whole = cells.filter((row) => row.length === cells[0].length);
  const widths = cells[0].map((_, column) => Math.max(...whole.map((row) => row[column].length)));
  const figures = widths.map((_, column) => whole.slice(1).every((row) => /^([\d.,]+( %)?)?$/.test(row[column])));
  for (const row of cells) {
    const padded = row.map((cell, column) =>
      figures[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
    );
    process.stdout.write(`${padded.join("  ").trimEnd()}\n`);
  }
}
