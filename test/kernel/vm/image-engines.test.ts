/** When an image is translated aside of the kernel: the supervisor's, and those of guests that compute or idle. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../source/kernel/clock.js";
import { ENGINE_NAMES } from "../../../source/kernel/engine-names.js";
import { TOO_LARGE } from "../../../source/kernel/translator/untranslatable.js";
import { Image } from "../../../source/kernel/vm/image.js";
import { createState, type Engine, Exit } from "../../../source/kernel/x86/machine.js";
import { spin, tinyGuest } from "../tiny-guest.js";

const MILLISECOND = 1e6;
const MINUTE = 60_000 * MILLISECOND;

function memoryOf(): { view: DataView; bytes: Uint8Array; wasm: WebAssembly.Memory } {
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return { view: new DataView(wasm.buffer), bytes: new Uint8Array(wasm.buffer), wasm };
}

/** A slice of a guest that woke up: what the supervisor takes for a few packets. */
const INSTRUCTIONS = 100_000;

/**
 * Runs slices of a guest that has more to do each time.
 * @param pause nanoseconds from one slice to the next
 * @returns slices after which a translation was asked for
 */
function slicesUntilTranslated(which: "engine" | "engineOfSupervisor", slices: number, pause: number): number[] {
  const clock = new VirtualClock();
  const asked: number[] = [];
  let slice = 0;
  const service = {
    translate: async () => {
      asked.push(slice);
      return TOO_LARGE;
    },
  };
  const image = new Image("tiny", "", readFileSync(tinyGuest(spin)), { aside: { service, clock } });
  const engine = image.engines[which]("automatic");
  const memory = memoryOf();
  const state = createState(image.elf.entry, 0xf000);
  while (slice < slices) {
    slice++;
    clock.advanceTo(clock.now() + pause);
    expect(engine.run(state, memory, INSTRUCTIONS)).toBe(Exit.FUEL);
  }
  return asked;
}

for (const which of ["engine", "engineOfSupervisor"] as const) {
  it(`translates a guest that computes, once (${which})`, () => {
    const [first, ...others] = slicesUntilTranslated(which, 100, 2 * MILLISECOND);
    expect(first).toBeLessThanOrEqual(20);
    expect(others).toEqual([]);
  });

  it(`does not translate in a day what wakes four times a minute (${which})`, () => {
    expect(slicesUntilTranslated(which, 24 * 60 * 4, MINUTE / 4)).toEqual([]);
  });
}

it("says once that an image is beyond the host, asks no more, and goes on interpreting", async () => {
  let asked = 0;
  const said: unknown[] = [];
  const service = {
    translate: async () => {
      asked++;
      return TOO_LARGE;
    },
  };
  const clock = new VirtualClock();
  const image = new Image("tiny", "", readFileSync(tinyGuest(spin)), { aside: { service, clock } });
  image.engines.onUntranslatable = (...why) => said.push(why);
  const engine = image.engines.engine("automatic");
  const state = createState(image.elf.entry, 0xf000);
  for (let slice = 0; slice < 100; slice++) {
    expect(engine.run(state, memoryOf(), INSTRUCTIONS)).toBe(Exit.FUEL);
    await Promise.resolve();
  }
  expect(asked).toBe(1);
  expect(said).toEqual([[TOO_LARGE, false]]);
});

describe("VMs of one image on different engines", () => {
  /** An image whose translations, made aside, never come. */
  function imageThatWaits(): Image {
    const service = { translate: () => new Promise<never>(() => {}) };
    return new Image("tiny", "", readFileSync(tinyGuest(spin)), { aside: { service, clock: new VirtualClock() } });
  }

  /** Instructions of a slice that were executed translated. */
  function translatedOn(engine: Engine, image: Image): number {
    expect(engine.run(createState(image.elf.entry, 0xf000), memoryOf(), INSTRUCTIONS)).toBe(Exit.FUEL);
    return engine.translated ?? 0;
  }

  it("compares translated code although others wait for their translation", () => {
    const image = imageThatWaits();
    expect(translatedOn(image.engines.engine("automatic"), image)).toBe(0);
    expect(translatedOn(image.engines.engine("both"), image)).toBeGreaterThan(0.9 * INSTRUCTIONS);
  });

  it("is translated for all that may be once one VM is not to wait", () => {
    const image = imageThatWaits();
    const automatic = image.engines.engine("automatic");
    const translator = image.engines.engine("translator");
    for (const engine of [automatic, translator]) {
      expect(translatedOn(engine, image)).toBeGreaterThan(0.9 * INSTRUCTIONS);
    }
    expect(translatedOn(image.engines.engine("interpreter"), image)).toBe(0);
  });

  it("is translated once for all of them", () => {
    const image = imageThatWaits();
    let made = 0;
    const { translate } = image;
    image.translate = (...how) => {
      made++;
      return translate.apply(image, how);
    };
    for (const name of ENGINE_NAMES) image.engines.engine(name);
    expect(made).toBe(1);
  });
});
