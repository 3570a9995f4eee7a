/**
 * What the machine is told by the command line and by the fleet file, and that it does so: the command line wins. In virtual time
 * two machines that are the same print the same bytes, so that whatever one way of saying it left out would show.
 */

import { afterAll, describe, expect, it } from "vitest";
import { Home } from "./program.js";

const home = new Home();
afterAll(() => home.remove());

/** Two machines that differ in everything and hold less than their VMs' 4.25 MiB, as fleet keys; each is an option of the same name. */
const MACHINES = {
  one: {
    "memory-budget": "3328KiB",
    "swap-block": "64KiB",
    quantum: "2ms",
    policy: "lottery",
    interrupts: "immediate",
    idle: "spin",
    seed: "7",
  },
  other: {
    "memory-budget": "3264KiB",
    "swap-block": "4KiB",
    quantum: "20000i",
    policy: "round-robin",
    interrupts: "batched",
    idle: "yield",
    seed: "8",
  },
} as const;
type Machine = Readonly<Record<string, string>>;

const VMS = `vms:
  - { image: primes, name: few, memory: 512KiB, tickets: 10 }
  - { image: primes, name: many, memory: 512KiB, tickets: 90 }
  - { image: ticker, count: 4, arguments: [100] }
`;

interface Line {
  readonly kernel: Record<string, number | string>;
  readonly vms: readonly { name: string; [figure: string]: number | string }[];
}

/** What such a machine prints. @param given options @param keys of the fleet file */
async function run(keys: Machine, given: Machine): Promise<string> {
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}\n`);
  const fleet = home.file(`${Object.values(keys).join("-")}.yaml`, lines.join("") + VMS);
  const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  const ended = await home.denali(["run", fleet, "--virtual-time", "--json", "-d", "0.5", "-n", "1", ...options]);
  expect([ended.status, ended.stderr]).toEqual([0, ""]);
  return ended.stdout;
}

const parse = (printed: string) => JSON.parse(printed) as Line;
const vm = ({ vms }: Line, name: string) => vms.find((one) => one.name === name) ?? expect.fail(`there is no ${name}`);
const figure = (line: Line, name: string, of: string) => Number(vm(line, name)[of]);

describe("what the machine is told", { timeout: 120_000 }, () => {
  it("is done, whether the fleet file or the command line says it", async () => {
    const printed = await run(MACHINES.one, {});
    expect(await run({}, MACHINES.one)).toBe(printed);
    const line = parse(printed);
    expect(line.kernel).toMatchObject({
      memoryBudget: 3328 * 1024,
      quantum: 2_000_000,
      policy: "lottery",
      interruptMode: "immediate",
      idleMode: "spin",
    });
    // VMs that idle keep the CPU: hardly any time is nobody's.
    expect(line.kernel.cpuPercent).toBeGreaterThan(95);
    expect(figure(line, "many", "meanTurn")).toBeCloseTo(0.002, 3);
    expect(figure(line, "many", "cpuPercent")).toBeGreaterThan(3 * figure(line, "few", "cpuPercent"));
    expect(line.kernel.swapBytesOut).toBeGreaterThan(0);
    expect(Number(line.kernel.swapBytesOut) % 65_536).toBe(0);
  });

  it("is what the command line says where the fleet file says something else", async () => {
    const printed = await run(MACHINES.one, MACHINES.other);
    expect(await run({}, MACHINES.other)).toBe(printed);
    const line = parse(printed);
    expect(line.kernel).toMatchObject({
      memoryBudget: 3264 * 1024,
      quantum: 0,
      policy: "round-robin",
      interruptMode: "batched",
      idleMode: "yield",
    });
    // 20,000 instructions at 20 million a second.
    expect(figure(line, "many", "meanTurn")).toBeCloseTo(0.001, 4);
    // Tickets are the lottery's alone.
    expect(figure(line, "many", "cpuPercent")).toBeLessThan(1.5 * figure(line, "few", "cpuPercent"));
    expect(Number(line.kernel.swapBytesOut) % 65_536).not.toBe(0);
  });

  it("has a seed by which the lottery draws, 1 unless it is given, and the engine that is named", async () => {
    const lottery = { policy: "lottery", quantum: "1ms" };
    const usual = await run(lottery, {});
    expect(await run(lottery, { seed: "1" })).toBe(usual);
    expect(await run(lottery, { seed: "7" })).not.toBe(usual);
    expect(figure(parse(usual), "many", "translatedInstructions")).toBeGreaterThan(0);
    const interpreted = parse(await run(lottery, { engine: "interpreter" }));
    expect(figure(interpreted, "many", "translatedInstructions")).toBe(0);
    expect(figure(interpreted, "many", "instructions")).toBe(figure(parse(usual), "many", "instructions"));
  });
});
