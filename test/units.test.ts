import { expect, test } from "vitest";
import { UserError } from "../source/kernel/index.js";
import {
  parseCount,
  parseDuration,
  parseMemoryBudget,
  parseQuantum,
  parseSize,
  parseSwapBlock,
  parseVmMemory,
} from "../source/units.js";

test.each([
  ["65536", 65_536],
  ["256MiB", 256 * 1024 * 1024],
  ["64K", 65_536],
  ["64kib", 65_536],
  ["1.5 GB", 1_500_000_000],
  ["2g", 2 * 1024 ** 3],
  ["1TiB", 1024 ** 4],
  ["2 TB", 2e12],
  ["4.1MB", 4_100_000],
  ["8.3 GB", 8_300_000_000],
  ["1.1GiB", 1_181_116_006],
  ["0.1k", 102],
])("the size %s is %d bytes", (text, bytes) => {
  expect(parseSize(text, "--memory", 10 * 1024 ** 4)).toBe(bytes);
});

test.each(["", "lots", "-1", "0", "1.5", "1.5b", "0.0001K", "10 parsecs", "1e9", "MiB"])(
  "the size '%s' is refused",
  (text) => {
    expect(() => parseSize(text, "--memory", 10 * 1024 ** 4)).toThrow(/^--memory .*256MiB/);
  },
);

test.each([
  [parseVmMemory, "99TiB", "1GiB"],
  [parseVmMemory, "1073741825", "1GiB"],
  [parseVmMemory, "1.1111111GiB", "1GiB"],
  [parseMemoryBudget, "99TiB", "12000GiB"],
  [parseSwapBlock, "128KiB", "64KiB"],
])("%o of '%s' is too large, which is said with the limit", (parse, text, most) => {
  expect(() => parse(text, "it")).toThrow(new UserError(`it is '${text}', which is too large; give at most ${most}`));
  expect(parse(most, "it")).toBeGreaterThan(0);
});

test.each([
  ["5s", 5e9],
  ["250ms", 250e6],
  ["1.5min", 90e9],
  ["10us", 10_000],
  ["1h", 3600e9],
])("the duration %s is %d nanoseconds", (text, nanoseconds) => {
  expect(parseDuration(text, "--for")).toBe(nanoseconds);
});

test.each(["5", "", "s", "-5s", "0s", "five seconds"])("the duration '%s' is refused", (text) => {
  expect(() => parseDuration(text, "--for")).toThrow(/^--for .*250ms/);
});

test("a quantum is a time or a number of instructions", () => {
  expect(parseQuantum("5ms", "--quantum")).toEqual({ nanoseconds: 5e6 });
  expect(parseQuantum("100000i", "--quantum")).toEqual({ instructions: 100_000 });
  expect(() => parseQuantum("5", "--quantum")).toThrow(/^--quantum is '5'; give a quantum such as 5ms/);
  expect(() => parseQuantum("0i", "--quantum")).toThrow(/at least 1/);
});

test("a count is a whole number from its least on", () => {
  expect(parseCount("42", "--seed", 0)).toBe(42);
  expect(parseCount("0", "--seed", 0)).toBe(0);
  for (const text of ["-1", "1.5", "", "x", "99999999999999999999"]) {
    expect(() => parseCount(text, "--seed", 0)).toThrow(/^--seed .*whole number of at least 0/);
  }
});
