/** Processes of a soak: fleets with a published port, the host's own clients, the web server compiled natively. */

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hasProgram } from "../has-program.mjs";
import { ROOT } from "../setup.mjs";

const DENALI = join(ROOT, "bin", "denali.js");
/** Milliseconds in which a server must answer, and between two attempts. */
const PATIENCE = 60_000;
const ATTEMPT_INTERVAL = 50;

const folder = mkdtempSync(join(tmpdir(), "denali-soak-"));
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

function start(program, args) {
  const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

async function stop(child) {
  if (child.exitCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGINT");
  await closed;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Tries until it is answered. There is no event that says a guest listens. @throws Error after a minute */
async function untilReady(child, attempt) {
  const deadline = Date.now() + PATIENCE;
  while (!(await attempt().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`the server did not answer in ${PATIENCE / 1000} s`);
    await delay(ATTEMPT_INTERVAL);
  }
}

/** Whether the host has a program; says so where it has not. */
export function hasClient(name) {
  const found = hasProgram(name);
  if (!found) process.stdout.write(`skipped: ${name} is not installed\n`);
  return found;
}

/** Runs one of the host's clients. @returns what it printed, errors included */
export function client(program, args, environment = process.env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes) => {
        output += bytes;
      });
    }
    child.on("error", (error) => resolve(String(error)));
    child.on("close", () => resolve(output));
  });
}

/** Has `work` done while a VM's port is published. @param vm line of a fleet's YAML @param ready answers whether it serves */
export async function withVm(vm, vmPort, ready, work) {
  const port = await freePort();
  const fleet = join(folder, `${port}.yaml`);
  writeFileSync(fleet, `publish: ["${port}:server:${vmPort}"]\nvms:\n  - ${vm}\n`);
  const denali = start(process.execPath, [DENALI, "run", fleet, "--for", "3600s", "--json", "-d", "60s"]);
  await untilReady(denali, () => ready(port));
  await work(port);
  await stop(denali);
}

/** Runs a fleet for some seconds. @param lines of its YAML @returns the last snapshot */
export async function runFleet(lines, seconds) {
  const fleet = join(folder, "fleet.yaml");
  writeFileSync(fleet, `${lines.join("\n")}\n`);
  const output = await client(process.execPath, [
    ...[DENALI, "run", fleet, "--for", `${seconds}s`, "--json", "-d", `${seconds}s`],
  ]);
  const last = output.trim().split("\n").at(-1);
  if (!last.startsWith("{")) throw new Error(last);
  return JSON.parse(last);
}

/** Has `work` done while the guests' web server, compiled for this host, serves at a port. */
export async function withNativeServer(ready, work) {
  const port = await freePort();
  const server = start(compileServer(), [String(port)]);
  await untilReady(server, () => ready(port));
  await work(port);
  await stop(server);
}

function compileServer() {
  const source = join(ROOT, "guests", "programs", "httpd");
  const registers = join(folder, "registers.c");
  // What the status page reads of a VM, and a program of the host does not have.
  writeFileSync(registers, '#include "denali.h"\nvolatile struct denali_registers denali_registers;\n');
  const program = join(folder, "httpd");
  const sources = readdirSync(source).filter((name) => name.endsWith(".c"));
  execFileSync("gcc", [
    ...["-std=gnu11", "-O2", "-w", "-I", join(ROOT, "guests", "include"), "-o", program],
    ...sources.map((name) => join(source, name)),
    registers,
  ]);
  return program;
}
