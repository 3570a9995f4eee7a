/** Translations that are kept: used when they are whole and of this image and translator, and otherwise made anew, quietly. */

import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Translation } from "../../../source/kernel/translator/translation.js";
import { decodeTranslation, encodeTranslation } from "../../../source/kernel/translator/translation-format.js";
import { Image } from "../../../source/kernel/vm/image.js";
import { TranslationCache } from "../../../source/kernel/vm/translation-cache.js";
import { IMAGES, temporaryFolder } from "../boot.js";
import { asOrdinaryUser } from "../support/ordinary-user.js";

const VERSION = "ab".repeat(32);
const IMAGE = "cd".repeat(32);
const hello = new Uint8Array(readFileSync(join(IMAGES, "hello.elf")));

const translation: Translation = {
  bytes: Uint8Array.of(1, 2, 3, 4, 5),
  entries: new Set([0x1000, 0x1010, 0xfffffff0]),
  vectorEntries: new Set([0x1010]),
  longestPath: 77,
  isPartial: true,
  accesses: { offsets: Uint32Array.of(12, 40), addresses: Uint32Array.of(0x1001, 0x1013) },
};

/** Everything in a translation, in a form that can be compared. */
function contents({ bytes, entries, vectorEntries, ...others }: Translation) {
  const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);
  return { bytes: [...bytes], entries: sorted(entries), vectorEntries: sorted(vectorEntries), ...others };
}

/** A cache that holds {@link translation} for {@link IMAGE}, and the file it is in. */
function filled(): { cache: TranslationCache; folder: string; path: string } {
  const folder = join(temporaryFolder(), "translations");
  const cache = new TranslationCache(folder, VERSION);
  cache.save(IMAGE, translation);
  return { cache, folder, path: join(folder, readdirSync(folder)[0]) };
}

describe("a translation as bytes", () => {
  it("reads back as it was", () => {
    expect(contents(decodeTranslation(encodeTranslation(translation))!)).toEqual(contents(translation));
  });

  it("is none when it was cut short", () => {
    const encoded = encodeTranslation({ ...translation, bytes: new Uint8Array() });
    for (let length = 0; length < encoded.length; length++) {
      expect(decodeTranslation(encoded.subarray(0, length))).toBeUndefined();
    }
  });

  it("is none when its counts are larger than it is", () => {
    const encoded = encodeTranslation(translation);
    encoded.fill(0xff, 4, 12);
    expect(decodeTranslation(encoded)).toBeUndefined();
  });
});

describe("a kept translation", () => {
  it("is loaded as it was saved, in a file that only its owner reads", () => {
    const { cache, path } = filled();
    expect(contents(cache.load(IMAGE)!)).toEqual(contents(translation));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("is none for another image or another translator", () => {
    const { cache, folder, path } = filled();
    expect(cache.load("ee".repeat(32))).toBeUndefined();
    expect(new TranslationCache(folder, "ba".repeat(32)).load(IMAGE)).toBeUndefined();
    // The same beginning in its name: the whole version is in the file.
    const other = `${VERSION.slice(0, 62)}00`;
    expect(new TranslationCache(folder, other).load(IMAGE)).toBeUndefined();
    writeFileSync(path.replace(IMAGE, "ee".repeat(32)), readFileSync(path));
    expect(cache.load("ee".repeat(32))).toBeUndefined();
  });

  it("is none when any of its bits was changed, or it was cut or grew, and is then replaced", () => {
    const { cache, path } = filled();
    const whole = readFileSync(path);
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const damaged = Buffer.from(whole);
        damaged[bit >> 3] ^= 1 << (bit & 7);
        writeFileSync(path, damaged);
        expect(cache.load(IMAGE)).toBeUndefined();
      }),
    );
    for (const length of [0, 8, 87, 88, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      expect(cache.load(IMAGE)).toBeUndefined();
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.of(0)]));
    expect(cache.load(IMAGE)).toBeUndefined();
    cache.save(IMAGE, translation);
    expect(readFileSync(path)).toEqual(whole);
  });

  it("is none when there is a folder in its place", () => {
    const { cache, path } = filled();
    rmSync(path);
    mkdirSync(path);
    expect(cache.load(IMAGE)).toBeUndefined();
    expect(() => cache.save(IMAGE, translation)).not.toThrow();
  });
});

describe("the folder", () => {
  it("loses what was used longest ago when it grows beyond its limit", () => {
    const folder = temporaryFolder();
    const image = (number: number) => String(number).padStart(64, "0");
    const size = 10_000;
    const large = { ...translation, bytes: new Uint8Array(size) };
    const cache = new TranslationCache(folder, VERSION, 3.5 * size);
    for (const number of [1, 2, 3]) cache.save(image(number), large);
    const age = (number: number, seconds: number) => {
      const name = readdirSync(folder).find((each) => each.startsWith(image(number)))!;
      const time = Date.now() / 1000 - seconds;
      utimesSync(join(folder, name), time, time);
    };
    age(1, 300);
    age(2, 200);
    age(3, 100);
    expect(cache.load(image(1))).toBeDefined(); // and so is not the oldest any more
    cache.save(image(4), large);
    expect([1, 2, 3, 4].map((number) => cache.load(image(number)) !== undefined)).toEqual([true, false, true, true]);
  });

  it("does not even copy a module that is larger than its limit", () => {
    const folder = temporaryFolder();
    const looked = vi.fn(() => translation.entries);
    const large = { ...translation, bytes: new Uint8Array(100) };
    Object.defineProperty(large, "entries", { get: looked });
    new TranslationCache(folder, VERSION, 99).save(IMAGE, large);
    expect(looked).not.toHaveBeenCalled();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("takes nothing that is larger than its limit", () => {
    const folder = temporaryFolder();
    new TranslationCache(folder, VERSION, 100).save(IMAGE, { ...translation, bytes: new Uint8Array(101) });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is rid of what an earlier process did not finish, and of nothing else", () => {
    const { cache, folder, path } = filled();
    const [abandoned, unfinished, foreign] = ["a.1.new", "b.2.new", "notes"].map((name) => join(folder, name));
    for (const each of [abandoned, unfinished, foreign]) writeFileSync(each, "x");
    for (const each of [abandoned, foreign]) utimesSync(each, 1, 1);
    cache.save(IMAGE, translation);
    expect(readdirSync(folder).sort()).toEqual(
      [path, unfinished, foreign].map((each) => each.slice(folder.length + 1)).sort(),
    );
  });

  it("need not be there, nor be one that can be made or written", () => {
    const cache = new TranslationCache("/proc/denali/translations", VERSION);
    expect(cache.load(IMAGE)).toBeUndefined();
    expect(() => cache.save(IMAGE, translation)).not.toThrow();
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    asOrdinaryUser(() => new TranslationCache(folder, VERSION).save(IMAGE, translation));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("an image", () => {
  const open = (folder: string) =>
    new Image("hello", "", hello, { cache: new TranslationCache(folder, VERSION) }).engines;

  it("is translated once and then uses what was kept", () => {
    const folder = temporaryFolder();
    const first = open(folder);
    first.engine("translator");
    expect(first.translationKept).toBe(false);
    const second = open(folder);
    second.engine("translator");
    expect(second.translationKept).toBe(true);
  });

  it("is translated anew when the host refuses what was kept", () => {
    const folder = temporaryFolder();
    const image = open(folder);
    new TranslationCache(folder, VERSION).save(new Image("hello", "", hello).sha256, translation);
    image.engine("translator");
    expect(image.translationKept).toBe(false);
    const next = open(folder);
    next.engine("translator");
    expect(next.translationKept).toBe(true);
  });

  it("keeps nothing while it is interpreted", () => {
    const folder = temporaryFolder();
    open(folder).engine("interpreter");
    expect(readdirSync(folder)).toEqual([]);
  });
});
