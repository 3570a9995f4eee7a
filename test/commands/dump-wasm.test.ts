/** `exec --dump-wasm`: which function is meant, and that nothing of it is missing from the text. */

import { expect, test } from "vitest";
import { dumpText } from "../../source/commands/dump-wasm.js";
import { inspectImage } from "../../source/kernel/index.js";
import { ImageStore } from "../../source/kernel/vm/image-store.js";
import { disassemble } from "../../source/kernel/x86/disassembler.js";
import { Program } from "../../source/kernel/x86/program.js";
import { IMAGES } from "../kernel/boot.js";

const primes = inspectImage([IMAGES], "primes");
const main = primes.functions.find(({ name }) => name === "main")!;

/** Addresses of the instructions in a dump, in the order of their first mention. */
function instructions(text: string): number[] {
  return [...new Set(Array.from(text.matchAll(/^;; (0x[0-9a-f]{8}) /gm), ([, address]) => Number(address)))];
}

test("a function is dumped with each of its instructions and what they became", () => {
  const text = dumpText(primes, "main");
  const { program } = new ImageStore([IMAGES]).get("primes");
  const end = main.address + main.size;
  const all = disassemble(new Program(program.segments), main.address, 0, main.size).filter(
    ({ address, text: instruction }) => address < end && !/^(nop|int3)/.test(instruction),
  );
  // Functions that were put in line are not its own.
  const own = instructions(text).filter((address) => address >= main.address && address < end);
  expect(own.sort((a, b) => a - b)).toEqual(all.map(({ address }) => address));
  expect(text).toMatch(/^;; main of primes\n\(func \$0x[0-9a-f]+\n/);
  expect(text).toMatch(/^;; 0x[0-9a-f]{8} .* (mov|add|cmp) .*\n +local\.get \$e[a-ds][xip]\n/m);
  expect(text.endsWith(")\n")).toBe(true);
});

test("an address means the function it is in", () => {
  expect(dumpText(primes, `0x${main.address.toString(16)}`)).toBe(dumpText(primes, "main"));
  expect(dumpText(primes, String(main.address + 1))).toBe(dumpText(primes, "main"));
});

test.each([
  ["mian", /^primes has no function 'mian'; the nearest names are main, \w+, \w+$/],
  ["0x7", /^no function of primes is translated from 0x7; the nearest are _start at 0x10000, \w+ at 0x[0-9a-f]+, .*$/],
])("%s is refused in one line that names what is near", (wanted, message) => {
  expect(() => dumpText(primes, wanted)).toThrow(message);
});

test("without symbols an address is asked for", () => {
  const stripped = { name: "stripped", functions: [], listTranslation: () => undefined };
  expect(() => dumpText(stripped, "main")).toThrow("stripped has no symbols; give an address, as 0x1000");
  expect(() => dumpText(stripped, "0x10")).toThrow("give where a function or loop starts");
});

test("a function that is left to the interpreter is named so", () => {
  const image = { ...primes, listTranslation: () => undefined };
  expect(() => dumpText(image, "main")).toThrow("main of primes is not translated; the interpreter executes it");
});
