/**
 * Every experiment of `denali bench`, at a tiny size: not what it measures, which depends on the host, but that it measures
 * what it says, and what must hold of any host.
 */

import { describe, expect, it } from "vitest";
import { type Arguments, parseArguments } from "../../source/commands/arguments.js";
import { EXPERIMENTS } from "../../source/commands/bench/all.js";
import {
  type Experiment,
  figure,
  type Result,
  type Series,
  type Sizes,
  spread,
} from "../../source/commands/bench/experiment.js";
import { type Machine, onMachine } from "../../source/commands/bench/machine.js";
import { jsonReport, report } from "../../source/commands/bench/report.js";
import { found } from "../../source/commands/bench/switch.js";
import { addressOf, MOST_SERVERS, webFigures } from "../../source/commands/bench/web-load.js";
import { sizesOf, spec } from "../../source/commands/bench.js";
import { Interrupted } from "../../source/commands/signals.js";
import { boot, consoleOf, runFor } from "../kernel/boot.js";

const TINY: Readonly<Record<string, readonly number[]>> = {
  switch: [1, 2],
  idle: [1, 2],
  batching: [1, 2],
  nic: [100, 1_400],
  web: [100, 2_000],
  scale: [2, 4],
  footprint: [20, 40],
  boot: [1, 5],
  games: [1, 2],
  supervisor: [100],
  fairness: [100, 300],
};

const named = (name: string) => EXPERIMENTS.find((experiment) => experiment.name === name) as Experiment;

/** Whose servers have to answer thousands of requests before they are measured: once is enough. */
const WEB_SERVERS: readonly string[] = ["idle", "batching", "web", "scale", "supervisor"];

/** The interpreter, so that no test waits for a translation. */
function tiny(name: string): Sizes {
  return { points: TINY[name], seconds: 0.2, runs: WEB_SERVERS.includes(name) ? 1 : 2, engine: "interpreter" };
}

const measured = new Map<string, Promise<Result>>();

/** Measured once, whichever tests look at it. */
function resultOf(name: string): Promise<Result> {
  const result = measured.get(name) ?? named(name).measure(tiny(name));
  measured.set(name, result);
  return result;
}

describe.each(EXPERIMENTS.map(({ name }) => name))("denali bench %s", { timeout: 120_000 }, (name) => {
  it("has a spread of every figure at every point, and says what it found", async () => {
    const { series, found } = await resultOf(name);
    expect(series.length).toBeGreaterThan(0);
    expect(found).not.toMatch(/NaN|undefined|Infinity/);
    for (const { spreads } of series) {
      expect(spreads).toHaveLength(TINY[name].length);
      for (const { least, median, most, runs } of spreads) {
        expect(runs).toBeGreaterThan(0);
        expect(least).toBeLessThanOrEqual(median);
        expect(median).toBeLessThanOrEqual(most);
        expect(Number.isFinite(least) && Number.isFinite(most)).toBe(true);
      }
    }
  });

  it("is a table with a row for each point, and beside it the paper's figure", async () => {
    const text = report(named(name), tiny(name), await resultOf(name));
    const { varies, paper } = named(name);
    const lines = text.split("\n");
    const heading = lines.findIndex((line) => line.trimStart().startsWith(`${varies}  `));
    TINY[name].forEach((point, row) => {
      expect(lines[heading + 1 + row].trimStart()).toMatch(new RegExp(`^${point.toLocaleString("en")}  `));
    });
    expect(text).toContain(`paper: ${paper}\nhere:  `);
    expect(text.includes("┤")).toBe(TINY[name].length > 1);
  });
});

describe("what experiments find", { timeout: 120_000 }, () => {
  it("shares of the CPU make up the whole, and the tickets' share is theirs", async () => {
    const { series } = await resultOf("fairness");
    for (const { spreads } of series) {
      const whole = spreads.reduce((sum, { median }) => sum + median, 0);
      expect(whole).toBeCloseTo(100, 0);
    }
    expect(series[2].spreads.map(({ median }) => median)).toEqual([25, 75]);
  });

  it("what a VM costs is told of one that runs, of one that idles and of one that is swapped out", async () => {
    const { series, found } = await resultOf("footprint");
    const columns = series.map(({ name, unit }) => `${name}, ${unit}`);
    expect(columns).toEqual([
      "running, its pages included, KiB",
      "idle, its pages included, KiB",
      "swapped out, bytes",
    ]);
    expect(found).toMatch(/ KiB in core of a VM that runs, \S+ of one that idles, \S+ bytes /);
  });

  it("a VM that boots prints after its first instruction", async () => {
    const [instruction, byte] = (await resultOf("boot")).series;
    instruction.spreads.forEach(({ least, median, most }, point) => {
      expect(least).toBeGreaterThan(0);
      // So does every single one, and then the spreads are in the same order.
      const printed = byte.spreads[point];
      expect(printed.least).toBeGreaterThan(least);
      expect(printed.median).toBeGreaterThan(median);
      expect(printed.most).toBeGreaterThan(most);
    });
  });

  it("no request to web servers fails, in core or not", async () => {
    const { series, found } = await resultOf("scale");
    expect(found).toContain("; 0 requests failed");
    for (const { spreads } of series) for (const { most } of spreads) expect(most).toBeGreaterThan(0);
  });

  it("larger documents are fewer requests and more bytes", async () => {
    const { series } = await resultOf("web");
    const [requests, throughput] = ["requests, VM", "throughput, VM"].map((name) =>
      series.find((each) => each.name === name),
    ) as Series[];
    expect(throughput.spreads[1].median).toBeGreaterThan(throughput.spreads[0].median);
    expect(requests.spreads[0].median).toBeGreaterThan(0);
  });
});

describe("the command", () => {
  it("takes its machine down when a signal asks it to end", async () => {
    let machine: Machine | undefined;
    const measuring = onMachine({}, (booted) => {
      machine = booted;
      return booted.until("what never comes", () => false);
    });
    process.emit("SIGHUP");
    await expect(measuring).rejects.toEqual(new Interrupted(129));
    await expect(machine?.client.stopped).resolves.toBeUndefined();
  });

  const given = (...argv: string[]): Arguments => parseArguments(spec, argv);

  it("takes the experiment's sizes, the paper's, or those given", () => {
    const experiment = named("switch");
    expect(sizesOf(experiment, given())).toEqual({ ...experiment.sizes, engine: "translator" });
    expect(sizesOf(named("idle"), given("--paper")).points).toEqual(named("idle").paperPoints);
    const options = ["--points", "1,8", "--seconds", "0.5", "--runs", "7", "--engine", "interpreter"];
    expect(sizesOf(experiment, given(...options))).toEqual({
      points: [1, 8],
      seconds: 0.5,
      runs: 7,
      engine: "interpreter",
    });
  });

  it.each([
    ["--points", "8,1"],
    ["--points", "0"],
    ["--points", "a"],
    ["--runs", "0"],
    ["--seconds", "-1"],
    ["--seconds", "0.9ms"],
    ["--seconds", "25h"],
    ["--engine", "x"],
  ])("refuses %s %s", (option, value) => {
    expect(() => sizesOf(named("switch"), given(`${option}=${value}`))).toThrow(/give/);
  });

  it.each(["games", "boot", "footprint"])("refuses a length of measurements for %s, which has none", (name) => {
    const line = `how long ${name} measures cannot be chosen; leave --seconds out`;
    expect(() => sizesOf(named(name), given("--seconds", "2"))).toThrow(line);
    expect(sizesOf(named(name), given()).points).toEqual(named(name).sizes.points);
  });

  it("tells programs all figures, the sizes and the paper's", () => {
    const result = { series: [{ name: "best", unit: "µs", spreads: [spread([3, 1, 2])] }], found: "2 µs" };
    const sizes: Sizes = { points: [1], seconds: 1, runs: 3, engine: "translator" };
    expect(JSON.parse(jsonReport(named("switch"), sizes, result))).toMatchObject({
      experiment: "switch",
      points: [1],
      series: [{ name: "best", spreads: [{ median: 2, least: 1, most: 3, runs: 3 }] }],
      paper: named("switch").paper,
    });
  });

  it("tells no cost below nothing, but that it was lost in noise, and what to do", () => {
    const costs = (...values: number[]) => values.map((value) => spread([value]));
    const series = [
      { name: "best", unit: "µs", spreads: costs(1.2, 1.3) },
      { name: "worst", unit: "µs", spreads: costs(-4.2, 3.93) },
    ];
    const sizes: Sizes = { points: [2, 10], seconds: 0.2, runs: 1, engine: "translator" };
    const text = report(named("switch"), sizes, { series, found: found(series) });
    expect(text).toContain(
      "1.20 µs at best; at worst lost in noise: measure longer or more often, with --seconds and --runs\n",
    );
    expect(text).not.toMatch(/-\d/);
    expect(text).toMatch(/^ +2 +1\.20 +lost in noise$/m);
    expect(text).toMatch(/^ +10 +1\.30 +3\.93$/m);
    const whole = [series[0], { ...series[1], spreads: costs(4.2, 9) }];
    expect(found(whole)).toBe("1.20 µs at best; at worst 4.20 to 9 µs");
  });

  it("writes figures in three digits", () => {
    expect([0, 1e-14, 1.2345, 99.94, 1234.5, 7, Number.NaN].map(figure)).toEqual([
      "0",
      "0",
      "1.23",
      "99.9",
      "1,235",
      "7",
      "-",
    ]);
  });
});

describe("the load generator", () => {
  it("is given as many web servers as it has room for, and more are refused", async () => {
    const asked = (servers: number): string => {
      const kernel = boot();
      const targets = `${addressOf(1)}-${addressOf(servers)}`;
      const [id] = kernel.spawn({ image: "load", arguments: ["seconds=0.001", targets] });
      runFor(kernel, 0.1);
      return consoleOf(kernel, id);
    };
    expect(asked(MOST_SERVERS)).not.toContain("too many");
    expect(asked(MOST_SERVERS + 1)).toContain("too many");
    const load = { servers: MOST_SERVERS + 1, connections: 1, seconds: 1, runs: 1 };
    await expect(webFigures({}, load)).rejects.toThrow("give at most 16384");
  });
});
