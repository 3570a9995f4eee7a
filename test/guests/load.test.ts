/** The load generator: that it asks as its settings say, and knows an answer's end in every form that HTTP has for it. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { boot, consoleOf, figure, runFor } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guests = here("../../guests");

/** As in ilwaco.test.ts: where they are not, only images of the store run. */
const librariesAreBuilt = spawnSync("make", ["-q", "-C", join(guests, "ilwaco")]).status === 0;

interface Report {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The last line of a load generator that has ended. */
function reportOf(shown: string): Report {
  const match = /total: (\d+) requests, (\d+) failed.*?(?:, (\d+) not begun)?\n$/.exec(shown);
  if (!match) throw new Error(`load has not reported: ${shown}`);
  return { done: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3] ?? 0) };
}

/** Asks the first VMs, which are of this image, for so many seconds of virtual time. */
function ask(image: string, settings: readonly string[], { servers = 1, seconds = 0.3 } = {}) {
  const kernel = boot();
  const ids = kernel.spawn({ image, count: servers });
  runFor(kernel, 0.2);
  const target = servers === 1 ? "10.0.0.1" : `10.0.0.1-10.0.0.${servers}`;
  const [id] = kernel.spawn({ image: "load", arguments: ["interval=99", `seconds=${seconds}`, target, ...settings] });
  const isDone = () => kernel.inspect(id).state === "terminated";
  // It stays until its connections are closed, which takes some seconds where servers have too many.
  for (let elapsed = 0; elapsed < seconds + 6 && !isDone(); elapsed += 0.1) runFor(kernel, 0.1);
  expect(isDone(), consoleOf(kernel, id)).toBe(true);
  return { ...reportOf(consoleOf(kernel, id)), asked: ids.map((each) => figure(kernel, each, "rxPackets")) };
}

describe("settings", { timeout: 60_000 }, () => {
  const limits: readonly [setting: string, range: string][] = [
    ["connections=1e30", "1 to 512"],
    ["rate=1000001", "0 to 1000000"],
    ["zipf=nan", "0 to 100"],
    ["seconds=1e300", "0 to 1000000000"],
    ["interval=0", "0.001 to 1000000000"],
    ["keep=yes", "0 to 1"],
    ["port=70000", "1 to 65535"],
  ];
  const pathLimit = `path=/${"x".repeat(1024)}`;
  const refusals: readonly [setting: string, message: string][] = [
    ...limits.map(([setting, range]): [string, string] => {
      const [name, value] = setting.split("=");
      return [setting, `load: ${name}= wants a number from ${range}, not ${value}\n`];
    }),
    [pathLimit, "load: path= has room for 1024 bytes\n"],
    ["path=x", "load: no such setting: path=x\n"],
  ];

  it("are refused outside of their ranges, with the range", () => {
    const kernel = boot();
    const ids = refusals.map(([setting]) => kernel.spawn({ image: "load", arguments: [setting, "10.0.0.200"] })[0]);
    runFor(kernel, 1);
    for (const [index, [, message]] of refusals.entries()) {
      expect(consoleOf(kernel, ids[index])).toBe(message);
      expect(kernel.inspect(ids[index])).toMatchObject({ state: "terminated", status: 2 });
    }
  });

  it("makes targets popular by zipf= wherever it stands", () => {
    const { asked } = ask("httpd", ["zipf=2"], { servers: 4 });
    expect(asked[0]).toBeGreaterThan(asked[3] * 4);
  });

  it("asks all alike without", () => {
    const { asked } = ask("httpd", [], { servers: 4 });
    expect(asked[0]).toBeLessThan(asked[3] * 2);
  });

  it.each([3, 150.5])("begins as many requests as rate=%d says", (rate) => {
    const { done, failed, skipped } = ask("httpd", [`rate=${rate}`], { seconds: 1 });
    expect(failed).toBe(0);
    expect(Math.abs(done + skipped - rate)).toBeLessThanOrEqual(1);
  });

  it("tells how many it could not begin of more than any machine could", () => {
    const { done, failed, skipped } = ask("httpd", ["rate=700000"], { seconds: 1 });
    expect(skipped).toBeGreaterThan(300_000);
    expect(done + failed + skipped).toBeLessThanOrEqual(700_001);
  });
});

describe.skipIf(!librariesAreBuilt)("answers", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "denali-test-"));
  const server = join(folder, "server.elf");
  beforeAll(() => {
    execFileSync(join(guests, "cc"), ["-O2", "-o", server, here("programs/peculiar-server.c")]);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Asks one after the other. */
  const askFor = (path: string, ...settings: string[]) => ask(server, [`path=${path}`, "connections=1", ...settings]);

  const good = ["/long", "/long-slow", "/chunked", "/chunked-slow", "/early", "/empty", "/closing"];

  it.each(good)("end where they say, on connections that stay: %s", (path) => {
    const { done, failed } = askFor(path, "keep=1");
    expect({ done: done > 2, failed }).toEqual({ done: true, failed: 0 });
  });

  it("come to a path of a thousand bytes", () => {
    const { done, failed } = askFor(`/${"x".repeat(1023)}`);
    expect({ done: done > 2, failed }).toEqual({ done: true, failed: 0 });
  });

  it("have failed after half a minute that have not ended, though there is always more of them", () => {
    const { done, failed } = ask(server, ["path=/dripping", "connections=1"], { seconds: 32 });
    expect({ done, failed }).toEqual({ done: 0, failed: 1 });
  });

  it("that do not end do not keep it from ending", () => {
    expect(ask(server, ["path=/flooding", "connections=1"], { seconds: 1 }).done).toBe(0);
  });

  it("have failed at once that are none", () => {
    const { done, failed } = askFor("/damaged");
    expect({ done, failed: failed > 2 }).toEqual({ done: 0, failed: true });
  });
});
