import { describe, expect, it } from "vitest";
import {
  beside,
  cells,
  clip,
  cut,
  folded,
  lineCells,
  padStart,
  sized,
  span,
  spread,
} from "../../../source/ui/presentation/span.js";

const text = (line: readonly { text: string }[]) => line.map((part) => part.text).join("");

describe("widths", () => {
  it.each([
    ["plain", 5],
    ["日本", 4],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["╭─▾█⣿…", 6],
  ])("%s takes %d cells", (value, width) => expect(cells(value)).toBe(width));

  it("cuts with an ellipsis and never through a wide character", () => {
    expect(cut("hostile-divide", 8)).toBe("hostile…");
    expect(cells(cut("日本語の名前", 6))).toBe(6);
    expect(cut("short", 8)).toBe("short");
  });

  // A digit that is to be a key, a heart that is to be red: two characters, of which the second makes the first wide.
  it.each(["1\ufe0f\u20e3", "❤\ufe0f", "e\u0301", "日"])("cuts many of %s to the width, between them", (grapheme) => {
    const shown = cut(grapheme.repeat(60), 20);
    expect(cells(shown)).toBe(20);
    expect(shown).toMatch(new RegExp(`^(${grapheme})+… ?$`));
  });

  it("folds into pieces that fit, and loses nothing", () => {
    expect(folded("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
    expect(folded("日本語の名前", 5)).toEqual(["日本", "語の", "名前"]);
    expect(folded(`${" ".repeat(7)}x`, 4)).toEqual(["    ", "   x"]);
    expect(folded("", 4)).toEqual([""]);
  });

  it("aligns at the right", () => expect(padStart("42", 5)).toBe("   42"));
});

describe("what others wrote", () => {
  it.each([
    ["\u001b[2J", "·[2J"],
    ["\u001bc", "·c"],
    ["\u009b6n", "·6n"],
    ["a\nb\u202ec\ud800", "a·b·c·"],
    ["grüße 日本", "grüße 日本"],
  ])("%j is drawn as %s, and measured as it is drawn", (written, shown) => {
    expect(span(written).text).toBe(shown);
    expect(cut(written, 100)).toBe(shown);
    expect(cells(padStart(written, 12))).toBe(12);
  });
});

describe("sized and clip", () => {
  const line = [span("abc", "accent"), span("defgh")];

  it.each([0, 1, 2, 3, 4, 7, 8, 9, 20])("makes a line %d cells wide", (width) => {
    expect(lineCells(sized(line, width))).toBe(width);
    expect(lineCells(clip(line, width))).toBe(Math.min(width, 8));
  });

  it("marks what was lost, and keeps the style of what stayed", () => {
    expect(text(sized(line, 6))).toBe("abcde…");
    expect(text(sized(line, 3))).toBe("ab…");
    expect(sized(line, 6)[0]).toEqual({ text: "abc", tone: "accent" });
  });
});

describe("spread and beside", () => {
  it("fills the space between, and cuts the left part first", () => {
    expect(text(spread([span("left")], [span("right")], 12))).toBe("left   right");
    expect(text(spread([span("left")], [span("right")], 8))).toBe("le…right");
  });

  it("puts blocks of different heights side by side", () => {
    const lines = beside([[span("a")]], [[span("b")], [span("c")]], 10, 4);
    expect(lines.map(text)).toEqual(["a     b   ", "      c   "]);
  });
});
