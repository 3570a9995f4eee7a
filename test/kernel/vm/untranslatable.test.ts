/** What becomes of an image whose translation breaks the translator, or the host refuses: it is interpreted, and somebody is told. */

import { afterEach, expect, it, vi } from "vitest";
import { Image } from "../../../source/kernel/vm/image.js";
import { boot, consoleOf, runUntil } from "../boot.js";

afterEach(() => vi.restoreAllMocks());

const GIB = 2 ** 30;

const NOTHING = {
  entries: new Set<number>(),
  vectorEntries: new Set<number>(),
  longestPath: 0,
  isPartial: false,
  accesses: { offsets: new Uint32Array(), addresses: new Uint32Array() },
};

/** Makes the translation of one image fail. */
function breakTranslationOf(name: string, fail: () => ReturnType<Image["translate"]>): void {
  const { translate } = Image.prototype;
  vi.spyOn(Image.prototype, "translate").mockImplementation(function (this: Image, ...given) {
    return this.name === name ? fail() : translate.apply(this, given);
  });
}

/** Boots a kernel in which `hello` cannot be translated and runs it beside another; answers what the operator is told. */
function runBoth(engine: "automatic" | "translator" | "both", runsOn: string = "interpreter") {
  const kernel = boot({ engine });
  const [broken] = kernel.spawn({ image: "hello", count: 2 });
  const [other] = kernel.spawn({ image: "primes", arguments: ["1000"] });
  runUntil(kernel, () => kernel.inspect(broken).status === 0 && consoleOf(kernel, other) !== "", 10);
  expect(consoleOf(kernel, broken)).toContain("Hello");
  expect([kernel.inspect(broken).engine, kernel.inspect(other).engine]).toEqual([runsOn, engine]);
  return kernel.notices(0).filter(({ text }) => /translat/.test(text));
}

it.each(["automatic", "translator", "both"] as const)(
  "says that denali is at fault where the translator breaks over an image, and interprets that one (%s)",
  (engine) => {
    breakTranslationOf("hello", () => {
      throw new Error("a branch to nowhere\nand more");
    });
    const [notice, ...others] = runBoth(engine);
    expect(others).toEqual([]);
    expect(notice).toMatchObject({
      severity: "error",
      text: "hello cannot be translated, which is a defect of denali: please report it (a branch to nowhere); it is interpreted, which is slower",
      report: expect.stringContaining("untranslatable.test"),
    });
  },
);

it("takes a module that is none for a defect", () => {
  breakTranslationOf("hello", () => ({ ...NOTHING, bytes: new Uint8Array(8) }));
  expect(runBoth("translator")).toMatchObject([
    { severity: "error", text: expect.stringContaining("a defect of denali") },
  ]);
});

it("takes a module with more bytes than the host's WebAssembly has for one that is too large", () => {
  breakTranslationOf("hello", () => ({ ...NOTHING, bytes: new Uint8Array(GIB + 1) }));
  expect(runBoth("translator")).toMatchObject([
    {
      severity: "warning",
      text: "hello is too large to be translated on this host; it is interpreted, which is slower",
    },
  ]);
});

it.each(["automatic", "translator"] as const)(
  "says once that part of an image is left out of its translation, which runs all the same (%s)",
  (engine) => {
    const { translate } = Image.prototype;
    vi.spyOn(Image.prototype, "translate").mockImplementation(function (this: Image, ...given) {
      return { ...translate.apply(this, given), isPartial: this.name === "hello" };
    });
    expect(runBoth(engine, engine)).toMatchObject([
      {
        severity: "warning",
        text: "hello has more code, or a larger function, than is translated: that part is interpreted, which is slower",
      },
    ]);
  },
);
