import stringWidth from "string-width";
import { expect, test } from "vitest";
import { toAscii } from "../../source/ui/presentation/ascii.js";
import { SimpleSegmenter } from "../../source/ui/simple-segmenter.js";
import { isSimple } from "../../source/ui/simple-text.js";
import simpleWidth from "../../source/ui/simple-width.js";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const simpleSegmenter = new SimpleSegmenter(undefined, { granularity: "grapheme" });
const segments = (text: string, by: { segment(text: string): Iterable<{ segment: string; index: number }> }) =>
  Array.from(by.segment(text), ({ segment, index }) => [segment, index]);

const TEXTS = [
  "",
  "plain",
  "│ ● ready ━━━ ⣿⣷ ▸ … ≤ 5 µs ✗ ✓ ⏎ ↑↓",
  "\x1b[38;5;9mred\x1b[39m and \x1b[1mbold\x1b[22m ──",
  "\x1b]8;;https://example.org\x07link\x1b]8;;\x07",
  "日本語",
  "e\u0301 combining",
  "👩‍👩‍👧 family 🇩🇪 flag ▶️ play 5\u20e3",
  "a\r\nb\tc",
  "\u00ad soft\u200b zero",
  "한글 각 각",
  "\ud800 lone",
];

test("every single unit has the width and the graphemes that the general way gives it, alone and before a mark", () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const text = String.fromCharCode(unit);
    for (const longer of [text, `a${text}b`, `${text}\u0301`, `${text}\ufe0f`]) {
      const [simply, generally] = [simpleSegmenter, segmenter].map((by) => segments(longer, by).join());
      if (simpleWidth(longer) !== stringWidth(longer)) expect.fail(`width of ${JSON.stringify(longer)}`);
      if (simply !== generally) expect.fail(`graphemes of ${JSON.stringify(longer)}`);
    }
  }
}, 120_000);

test("every character that the monitor draws is simple, so that no frame waits for the general tables", () => {
  const drawn = Array.from({ length: 0xff00 }, (_, unit) => String.fromCharCode(unit)).filter(
    (character) => character > "\x7f" && toAscii(character) !== "?",
  );
  expect(drawn).toContain("─");
  expect(drawn.filter((character) => !isSimple(character))).toEqual([]);
});

test.each(TEXTS)("%j is measured and split as the general way does", (text) => {
  expect(simpleWidth(text)).toBe(stringWidth(text));
  expect(simpleWidth(text, { countAnsiEscapeCodes: true })).toBe(stringWidth(text, { countAnsiEscapeCodes: true }));
  expect(segments(text, simpleSegmenter)).toEqual(segments(text, segmenter));
});

test("words are split the general way", () => {
  const words = { granularity: "word" } as const;
  expect(segments("two words", new SimpleSegmenter("en", words))).toEqual(
    segments("two words", new Intl.Segmenter("en", words)),
  );
});
