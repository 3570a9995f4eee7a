import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { BackgroundTranslator } from "../../source/host/background-translator.js";
import { IMAGE_FOLDER } from "../../source/host/places.js";

let translator: BackgroundTranslator;
afterEach(() => translator.close());

const translate = (name: string) =>
  translator.translate({
    name,
    file: new Uint8Array(readFileSync(join(IMAGE_FOLDER, `${name}.elf`))),
    cacheFolder: undefined,
    missed: [],
  });

describe("the translator's thread", { timeout: 60_000 }, () => {
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
      expect(each?.module).toBeInstanceOf(WebAssembly.Module);
      expect(each?.kept).toBe(false);
      expect(each?.nanoseconds).toBeGreaterThan(0);
    }
  });

  it("says of an image that is too large for its memory that there is no translation, and goes on with the others", async () => {
    translator = new BackgroundTranslator({ maxOldGenerationSizeMb: 16 });
    const large = translate("redis");
    const behind = translate("hello");
    expect(await large).toBeUndefined();
    expect(await behind).toMatchObject({ kept: false });
  });

  it("says what is wrong with a file that is no image to everybody who waits, and works for those who come later", async () => {
    translator = new BackgroundTranslator();
    const broken = translator.translate({
      name: "broken",
      file: new Uint8Array(10),
      cacheFolder: undefined,
      missed: [],
    });
    const behind = translate("hello");
    await expect(broken).rejects.toThrow(/broken/);
    await expect(behind).rejects.toThrow(/broken/);
    expect(await translate("exit")).toMatchObject({ kept: false });
  });
});
