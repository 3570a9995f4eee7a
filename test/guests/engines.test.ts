/**
 * Programs on Ilwaco on each engine, on both compared at every exit, and at any quantum: none could tell which it is, or how it
 * is scheduled. `npm run soak -- engines` has all of them compared at every quantum.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { EngineName } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, IMAGES, MIB } from "../kernel/boot.js";
import { SCENES } from "./engine-scenes.js";

/** Whether there is time for all: set by the soak. */
const LONG = process.env.DENALI_LONG_TESTS !== undefined;

/** Instructions. */
const QUANTA = [1, 7, 100, 10_000];

const ALL = Object.keys(SCENES);
/** Without the program that takes as long to translate as all others. */
const BOTH = LONG ? ALL : ALL.filter((name) => name !== "redis");
/** At small quanta, in `npm test` those that are translated quickly. */
const AT_ALL_QUANTA = LONG ? ALL : ["greeter", "lua", "httpd"];

/** Where engines are compared at every exit, all of memory is, so that small quanta take minutes. */
const QUANTA_OF_BOTH = LONG ? [100, 10_000] : [10_000];

// An image is translated once for all kernels.
const cacheFolder = mkdtempSync(join(tmpdir(), "denali-translations-"));
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

/** What can be seen of a scene's VMs, without what only the engine could have made different. */
function seen(name: string, engine: EngineName, instructions: number) {
  const { supervisor = false, play } = SCENES[name];
  const kernel = boot({ engine, supervisor, quantum: { instructions }, memoryBudget: 128 * MIB, cacheFolder });
  const { ids, told } = play(kernel);
  const vms = ids.map((id) => {
    const { state, status, fault, registers, eip } = kernel.inspect(id);
    const figures = (["instructions", "cpuTime", "interruptsPosted", "rxPackets", "txPackets"] as const).map((column) =>
      figure(kernel, id, column),
    );
    return { state, status, fault, figures, registers: [...registers, eip] };
  });
  const shown = ids.map((id) => consoleOf(kernel, id));
  return { vms, shown: told ? [...shown, told()] : shown };
}

type Seen = ReturnType<typeof seen>;

function expectGood(name: string, { vms, shown }: Seen, quantum: number): void {
  SCENES[name].shows.forEach((pattern, index) => {
    expect(shown[index], `${name} at a quantum of ${quantum}`).toMatch(pattern);
  });
  for (const vm of vms) expect(vm.state, name).toMatch(/^(terminated|idle|ready|running)$/);
}

describe("programs on Ilwaco", { timeout: LONG ? 1_800_000 : 240_000 }, () => {
  it.each(BOTH)("%s does the same on both engines, compared at every exit", (name) => {
    for (const quantum of QUANTA_OF_BOTH) {
      const both = seen(name, "both", quantum);
      expectGood(name, both, quantum);
      expect(both, `a quantum of ${quantum}`).toEqual(seen(name, "interpreter", quantum));
    }
  });

  it.each(AT_ALL_QUANTA)("%s does the same on either engine at every quantum", (name) => {
    const runs = QUANTA.map((quantum) => {
      const interpreted = seen(name, "interpreter", quantum);
      expectGood(name, interpreted, quantum);
      expect(seen(name, "translator", quantum), `a quantum of ${quantum}`).toEqual(interpreted);
      return interpreted;
    });
    if (!SCENES[name].alone) return;
    for (const run of runs) {
      expect(run.vms[0].figures[0], "instructions").toBe(runs[0].vms[0].figures[0]);
      expect(run.shown).toEqual(runs[0].shown);
    }
  });

  it("are all compared", () => {
    const index: { name: string; sources: string[] }[] = JSON.parse(readFileSync(join(IMAGES, "index.json"), "utf8"));
    const onIlwaco = index.filter(({ sources }) => sources.some((source) => source.startsWith("ilwaco")));
    expect(onIlwaco.map(({ name }) => name).sort()).toEqual([...ALL, "load"].sort());
  });
});
