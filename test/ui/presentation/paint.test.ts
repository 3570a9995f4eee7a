import { describe, expect, it } from "vitest";
import { paint } from "../../../source/ui/presentation/paint.js";
import { span } from "../../../source/ui/presentation/span.js";
import { type Depth, depthOf } from "../../../source/ui/theme.js";

const theme = (depth: Depth) => ({ depth, look: "dark" as const, ascii: false });

const LINE = [
  span("a", "good"),
  span("b", "good", { bold: true }),
  span("c"),
  span("d", undefined, { background: "cursor" }),
];

describe("paint", () => {
  it("says only what changes, and ends with everything off", () => {
    expect(paint(LINE, theme("palette"))).toBe(
      "\u001b[38;5;150ma\u001b[1mb\u001b[39m\u001b[22mc\u001b[48;5;238md\u001b[49m",
    );
  });

  it("uses basic colours where there are only 16", () => {
    expect(paint([span("a", "good")], theme("basic"))).toBe("\u001b[92ma\u001b[39m");
    expect(paint([span("a", undefined, { background: "cursor" })], theme("basic"))).toBe("\u001b[44ma\u001b[49m");
  });

  it("uses no colours without them, but still shows the cursor and what is bold", () => {
    expect(paint(LINE, theme("none"))).toBe("a\u001b[1mb\u001b[22mc\u001b[7md\u001b[27m");
  });

  it.each([
    [1, "none"],
    [4, "basic"],
    [8, "palette"],
    [24, "exact"],
  ])("takes a depth of %d bits as %s", (depth, theme) => expect(depthOf(depth)).toBe(theme));
});
