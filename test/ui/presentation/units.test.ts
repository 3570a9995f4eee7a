import { describe, expect, it } from "vitest";
import { bytes, clock, count, duration, percent, time, word } from "../../../source/ui/presentation/units.js";

describe("units", () => {
  it.each([
    [0, "0"],
    [7.8, "7.8"],
    [42.4, "42"],
    [999, "999"],
    [1_000, "1.00k"],
    [12_345, "12.3k"],
    [999_499, "999k"],
    [999_500, "1.00M"],
    [45_600_000, "45.6M"],
    [1.5e12, "1.50T"],
    [Number.NaN, "0"],
  ])("count(%d) is %s", (value, text) => expect(count(value)).toBe(text));

  it.each([
    [0, "0"],
    [512, "512"],
    [65_536, "64.0K"],
    [1_048_576, "1.00M"],
    [1_073_741_824, "1.00G"],
    [1_040_000, "0.99M"],
  ])("bytes(%d) is %s", (value, text) => expect(bytes(value)).toBe(text));

  it("never needs more than 5 characters for a count or a size", () => {
    for (let value = 1; value < 1e15; value = Math.ceil(value * 1.0371)) {
      expect(count(value).length, String(value)).toBeLessThanOrEqual(5);
      if (value < 1e14) expect(bytes(value).length, String(value)).toBeLessThanOrEqual(5);
    }
  });

  it.each([
    [0, "0.0"],
    [42.34, "42.3"],
    [99.94, "99.9"],
    [99.97, "100"],
    [100, "100"],
  ])("percent(%d) is %s", (value, text) => expect(percent(value)).toBe(text));

  it.each([
    [0.25, "0.3s"],
    [9.96, "9s"],
    [59.9, "59s"],
    [754, "12m34s"],
    [11_040, "3h04m"],
    [1_047_600, "12d03h"],
  ])("duration(%d) is %s", (value, text) => expect(duration(value)).toBe(text));

  it.each([
    [7, "0:00:07"],
    [100_000, "27:46:40"],
  ])("clock(%d) is %s", (value, text) => expect(clock(value)).toBe(text));

  it.each([
    [50, "50 ns"],
    [50_000, "50 µs"],
    [5_000_000, "5 ms"],
    [1_500_000_000, "1.5 s"],
  ])("time(%d) is %s", (value, text) => expect(time(value)).toBe(text));

  it("shows a word as 8 digits, negative ones as the CPU would", () => {
    expect(word(0xbeef)).toBe("0000beef");
    expect(word(-1)).toBe("ffffffff");
  });
});
