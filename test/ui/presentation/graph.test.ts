import { describe, expect, it } from "vitest";
import { bar, graph } from "../../../source/ui/presentation/graph.js";

describe("graph", () => {
  it("shows two samples in a column, four levels in a row, newest at the right", () => {
    expect(graph([1, 2, 3, 4], 2, 1, 4)).toEqual(["⣠⣾"]);
  });

  it("leaves the left blank while there are few samples", () => {
    expect(graph([4], 3, 1, 4)).toEqual(["⠀⠀⢸"]);
  });

  it("uses all its rows", () => {
    expect(graph([8, 8], 1, 2, 8)).toEqual(["⣿", "⣿"]);
    expect(graph([4, 4], 1, 2, 8)).toEqual(["⠀", "⣿"]);
  });

  it("shows a value that is not zero, however small, and zero as nothing", () => {
    expect(graph([0.001, 0], 1, 1, 100)).toEqual(["⡀"]);
  });

  it("scales to the largest sample when told no maximum", () => {
    expect(graph([5, 10], 1, 1)).toEqual(graph([50, 100], 1, 1));
  });

  it("is blank for an idle machine", () => expect(graph([0, 0, 0, 0], 2, 1)).toEqual(["⠀⠀"]));
});

describe("bar", () => {
  const shape = (share: number, width: number) =>
    bar(share, width)
      .map(({ text }) => text)
      .join("");

  it.each([
    [0, "──────────"],
    [0.001, "━─────────"],
    [0.5, "━━━━━─────"],
    [1, "━━━━━━━━━━"],
    [1.7, "━━━━━━━━━━"],
    [Number.NaN, "──────────"],
  ])("shows %d", (share, text) => expect(shape(share, 10)).toBe(text));

  it("turns from good to bad towards its end", () => {
    expect(bar(1, 20).map(({ tone }) => tone)).toEqual(["good", "warning", "bad", "border"]);
    expect(bar(0.3, 20).map(({ tone }) => tone)).toEqual(["good", "border"]);
  });
});
