/** What is put together row by row is what Ink's own way makes of the same: that is the judge here. */

import fc from "fast-check";
import { expect, test } from "vitest";
import InkOutput from "../../node_modules/ink/build/output.js";
import { composedRow } from "../../source/ui/composed-row.js";
import { screenOutput } from "../../source/ui/screen-output.js";

const ScreenOutput = screenOutput(InkOutput);

const SIZE = { width: 20, height: 6 };

type AnyOutput = Pick<InkOutput, "write" | "clip" | "unclip" | "get">;
type Writing = readonly [x: number, y: number, lines: readonly string[]];

function drawn(output: AnyOutput, writings: readonly Writing[]): { output: string; height: number } {
  for (const [x, y, lines] of writings) {
    const blank = lines.map(() => " ".repeat(5)).join("\n");
    output.write(x, y, blank, { transformers: [(_, index) => lines[index], (line) => line] });
  }
  return output.get();
}

function expectSame(writings: readonly Writing[]): void {
  expect(drawn(new ScreenOutput(SIZE), writings)).toEqual(drawn(new InkOutput(SIZE), writings));
}

const ESCAPE = "\u001b";
const SIMPLE = fc.constantFrom("a", "bc ", "   ", "│", "⣿⣷", "● ready", "12.5k", "…");
const STYLE = fc
  .constantFrom(
    "1",
    "22",
    "2",
    "7",
    "27",
    "38;5;150",
    "38;5;240",
    "39",
    "48;5;238",
    "48;2;45;66;112",
    "49",
    "0",
    "1;38;5;7",
    "",
  )
  .map((codes) => `${ESCAPE}[${codes}m`);
const HARD = fc.constantFrom(
  "日本",
  "e\u0301",
  "👩‍👩‍👧",
  "🇩🇪",
  "\u200b",
  `${ESCAPE}]8;;https://example.org\x07`,
  `${ESCAPE}[2K`,
  "\t",
);

const writings = (part: fc.Arbitrary<string>, x: fc.Arbitrary<number>, y: fc.Arbitrary<number>) =>
  fc.array(
    fc.tuple(
      x,
      y,
      fc.array(
        fc.array(part, { maxLength: 6 }).map((parts) => parts.join("")),
        { maxLength: 4 },
      ),
    ),
    {
      maxLength: 6,
    },
  );

test("simple text in any colours, one over the other, is the same", () => {
  const part = fc.oneof(SIMPLE, STYLE);
  fc.assert(fc.property(writings(part, fc.nat(19), fc.nat(5)), expectSame), { numRuns: 2_000 });
});

test("so is wide text, text that cannot be shown, and what does not fit", () => {
  const part = fc.oneof(SIMPLE, STYLE, HARD);
  fc.assert(
    fc.property(writings(part, fc.integer({ min: -1, max: 25 }), fc.integer({ min: -2, max: 7 })), expectSame),
    {
      numRuns: 1_000,
    },
  );
});

test("a row that was drawn before is the same again, and another where anything on it changed", () => {
  const frame = (text: string): Writing[] => [
    [0, 0, [`${ESCAPE}[1mname${ESCAPE}[22m`, text]],
    [6, 0, [text]],
  ];
  for (const text of ["one", "one", "two", "one", `${ESCAPE}[7mone${ESCAPE}[27m`]) expectSame(frame(text));
});

test("what is to be clipped is left to Ink", () => {
  const clipped = (output: AnyOutput) => {
    output.write(0, 0, "before", { transformers: [] });
    output.clip({ x1: 2, x2: 8, y1: 0, y2: 2 });
    output.write(0, 1, "a longer text", { transformers: [] });
    output.unclip();
    output.write(1, 2, "behind", { transformers: [] });
    return output.get();
  };
  expect(clipped(new ScreenOutput(SIZE))).toEqual(clipped(new InkOutput(SIZE)));
});

test("all that the monitor paints with is put together here and not left to Ink", () => {
  const painted = `${ESCAPE}[38;5;111m╭─ ${ESCAPE}[1mVM${ESCAPE}[22m ─╮${ESCAPE}[39m ● ⣿ ▸ … ‹main› ⇅ ✓ ✗ ⏎`;
  expect(composedRow([{ x: 0, painted }], 80)).toContain("● ⣿");
  expect(composedRow([{ x: 0, painted: "日本" }], 80)).toBeUndefined();
});
