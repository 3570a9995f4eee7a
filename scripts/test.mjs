/**
 * `npm test`: every check, one section after the other; the first that fails ends the run with its status.
 * A check whose tool is missing on this machine says so, and is listed again at the end.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasProgram } from "./has-program.mjs";
import { ensurePackages, ROOT } from "./setup.mjs";

/** Where a test run leaves its results, to be read for what was skipped. */
const scratch = mkdtempSync(join(tmpdir(), "denali-test-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const started = Date.now();
const skipped = [];

function heading(text) {
  process.stdout.write(`\n== ${text} ${"=".repeat(Math.max(0, 74 - text.length))}\n`);
}

/** Runs a program in the project's folder; a failure ends the whole run. */
function run(name, program, args) {
  const result = spawnSync(program, args, { cwd: ROOT, stdio: "inherit", shell: process.platform === "win32" });
  if (result.status === 0) return;
  process.stdout.write(`\nFAILED: ${name}${result.error ? ` (${result.error.message})` : ""}\n`);
  process.exit(result.status || 1);
}

const tool = (name) => join(ROOT, "node_modules", ".bin", name);

function section(name, program, args) {
  heading(name);
  const start = Date.now();
  run(name, program, args);
  process.stdout.write(`   ${name}: ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

function noteMissingTools() {
  const needs = [
    ["gcc", "rebuilding the guests and comparing the interpreter with this machine's CPU"],
    ["make", "rebuilding the guests"],
    ["objdump", "comparing disassembly with binutils"],
    ["tshark", "having Wireshark read the guests' frames"],
    ["redis-benchmark", "having Redis' own clients talk to the redis guest"],
    ["lua5.4", "comparing the lua guest with Lua on this machine"],
    ["curl", "having curl use the control interface"],
    ["ab", "having Apache's benchmark load a guest's web server"],
    ["promtool", "having Prometheus check the metrics"],
    ["man", "having man read the manual page"],
  ];
  for (const [name, use] of needs) if (!hasProgram(name)) skipped.push(`${name} is not installed: ${use}`);
}

function noteSkippedTests(results) {
  if (!existsSync(results)) {
    skipped.push("vitest left no results: nobody knows which tests were skipped");
    return;
  }
  for (const file of JSON.parse(readFileSync(results, "utf8")).testResults) {
    for (const test of file.assertionResults) {
      if (["pending", "skipped", "todo", "disabled"].includes(test.status)) skipped.push(`test: ${test.fullName}`);
    }
  }
}

ensurePackages();
noteMissingTools();
section("types", tool("tsc"), ["--noEmit"]);
section("lint, format and layering", tool("biome"), ["check", "."]);
section("guest images agree with their sources", process.execPath, ["scripts/guests.mjs", "--check"]);
section("build", process.execPath, ["scripts/build.mjs"]);
const results = join(scratch, "results.json");
section("tests: units, conformance, the whole program", tool("vitest"), [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${results}`,
]);
noteSkippedTests(results);

heading("result");
if (skipped.length > 0) process.stdout.write(`skipped:\n${skipped.map((line) => `  - ${line}\n`).join("")}`);
process.stdout.write(`all checks passed in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
