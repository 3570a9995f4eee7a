/** VMs of one machine on different engines. */

import { describe, expect, it } from "vitest";
import { parseFleet } from "../../source/fleet/fleet.js";
import { ENGINE_NAMES, type EngineName, UserError } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, runFor } from "./boot.js";

/** One VM on each engine, and one that does not say. */
const FLEET = `vms:
  - { image: primes, arguments: [200] }
${ENGINE_NAMES.map((engine) => `  - { image: primes, arguments: [200], engine: ${engine} }\n`).join("")}`;

describe("a fleet with a VM on each engine", () => {
  it.each(ENGINE_NAMES)("prints the same on all of them, on a machine whose engine is %s", (machine) => {
    const kernel = boot({ engine: machine });
    const ids = kernel.spawnAll(parseFleet(FLEET, "fleet.yaml").vms);
    runFor(kernel, 2);
    const consoles = ids.map((id) => consoleOf(kernel, id).split("\n").slice(0, 3));
    expect(consoles[0]).toEqual(["200 primes up to 1223", "400 primes up to 2741", "600 primes up to 4409"]);
    for (const console of consoles) expect(console).toEqual(consoles[0]);
    expect(ids.map((id) => kernel.inspect(id).engine)).toEqual([machine, ...ENGINE_NAMES]);
    const share = (id: number) => figure(kernel, id, "translatedInstructions") / figure(kernel, id, "instructions");
    const shares = Object.fromEntries(ENGINE_NAMES.map((engine, index) => [engine, share(ids[index + 1])]));
    expect(shares.interpreter).toBe(0);
    expect(shares.both).toBeGreaterThan(0.9);
    expect(shares.translator).toBeGreaterThan(0.9);
    expect(share(ids[0])).toBeCloseTo(shares[machine], 2);
  });
});

it("says of all VMs of an image how long its translation took, whichever of them it was made for", () => {
  const translate = () => new Promise<never>(() => {});
  const kernel = boot({ clock: "real", translations: { translate } });
  const [waiting] = kernel.spawn({ image: "primes" });
  expect(figure(kernel, waiting, "translationTime")).toBe(0);
  const [ahead] = kernel.spawn({ image: "primes", engine: "translator" });
  expect(figure(kernel, ahead, "translationTime")).toBeGreaterThan(0);
  expect(figure(kernel, waiting, "translationTime")).toBe(figure(kernel, ahead, "translationTime"));
});

it("refuses a request for an engine that there is not, and all that was asked for with it", () => {
  const kernel = boot();
  const wrong = { image: "hello", engine: "turbo" as EngineName };
  const refusal = "there is no engine 'turbo'; use automatic or translator or interpreter or both";
  expect(() => kernel.spawn(wrong)).toThrow(new UserError(refusal));
  expect(() => kernel.spawnAll([{ image: "hello" }, wrong], ["a", "b"])).toThrow(new UserError(`b: ${refusal}`));
  expect(kernel.panel.vm.id[0]).toBe(0);
});
