import { describe, expect, it } from "vitest";
import { Folding } from "../../../source/ui/presentation/folding.js";

describe("folding", () => {
  it("puts lines into rows by the cells that they take, and anew for another width", () => {
    const folding = new Folding();
    const lines = ["\u0436\u0436\u0436\u0436\u0436", "\u65e5\u65e5", ""];
    expect(folding.fold(lines, 4)).toEqual([["\u0436\u0436\u0436\u0436", "\u0436"], ["\u65e5\u65e5"], [""]]);
    expect(folding.fold(lines, 2)).toEqual([["\u0436\u0436", "\u0436\u0436", "\u0436"], ["\u65e5", "\u65e5"], [""]]);
  });

  it("folds a line once, however often another is printed behind it and the first are dropped", () => {
    const folding = new Folding();
    const first = folding.fold(["\u65e5\u672c", "\u8a9e", "unfinish"], 2);
    const second = folding.fold(["\u8a9e", "unfinished", "\u8a9e"], 2);
    expect(second[0]).toBe(first[1]);
    expect(second[2]).toBe(first[1]);
    expect(second[1].join("")).toBe("unfinished");
  });
});
