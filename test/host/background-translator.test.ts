import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { BackgroundTranslator } from "../../source/host/background-translator.js";
import { TRANSLATION_PATIENCE } from "../../source/host/params.js";
import { IMAGE_FOLDER } from "../../source/host/places.js";

let translator: BackgroundTranslator;
afterEach(async () => {
  vi.useRealTimers();
  await translator.close();
});

const translate = (name: string) =>
  translator.translate({
    name,
    file: new Uint8Array(readFileSync(join(IMAGE_FOLDER, `${name}.elf`))),
    cacheFolder: undefined,
    missed: [],
  });

describe("the translator's thread", () => {
  it("makes translations that can be run, the smallest image first once it is done with what it is at", async () => {
    translator = new BackgroundTranslator();
    const order: string[] = [];
    const note = async (name: string) => {
      const ready = await translate(name);
      order.push(name);
      return ready;
    };
    const ready = await Promise.all(["hello", "ticker", "memory", "exit"].map(note));
    expect(order).toEqual(["hello", "exit", "memory", "ticker"]);
    for (const each of ready) {
      expect(each).toMatchObject({
        kept: false,
        module: expect.any(WebAssembly.Module),
        nanoseconds: expect.any(Number),
      });
    }
  });

  it("says of an image that is too large for its memory that there is no translation, and goes on with the others", async () => {
    translator = new BackgroundTranslator({ maxOldGenerationSizeMb: 16 });
    const large = translate("redis");
    const behind = translate("hello");
    expect(await large).toEqual({ reason: "is too large to be translated on this host" });
    expect(await behind).toMatchObject({ kept: false });
  });

  it("says of what breaks it that this is a defect, and works for those who wait and those who come later", async () => {
    translator = new BackgroundTranslator();
    const file = new Uint8Array(10);
    const broken = translator.translate({ name: "broken", file, cacheFolder: undefined, missed: [] });
    const behind = translate("hello");
    const reason = expect.stringMatching(/defect of denali.*\(broken is not an ELF file/);
    expect(await broken).toEqual({ reason, report: expect.stringContaining("parseElf") });
    expect(await behind).toMatchObject({ kept: false });
    expect(await translate("exit")).toMatchObject({ kept: false });
  });

  it("ends what takes too long, and goes on with the others", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    translator = new BackgroundTranslator();
    const slow = translate("redis");
    const behind = translate("hello");
    vi.advanceTimersByTime(TRANSLATION_PATIENCE);
    expect(await slow).toEqual({ reason: "takes too long to be translated on this host" });
    expect(await behind).toMatchObject({ kept: false });
  });
});
