import { describe, expect, it } from "vitest";
import type { PanelId } from "../../source/ui/layout.js";
import { nextQuantum } from "../../source/ui/quantum.js";
import { specOf } from "../../source/ui/spawning.js";
import { INITIAL_STATE, NEW_SPAWN, reduce, scrolled } from "../../source/ui/state.js";
import { editField, fieldOf } from "../../source/ui/text-field.js";

describe("panels", () => {
  const press = (panels: readonly PanelId[], panel: PanelId, capacity: number) =>
    reduce({ ...INITIAL_STATE, panels }, { type: "panel", panel, capacity }).panels;

  it("comes when it was not on the screen, in place of the least wanted", () => {
    expect(press(["vm", "history", "network"], "swap", 1).slice(0, 1)).toEqual(["swap"]);
    expect(press(["vm", "history", "network"], "swap", 3).slice(0, 3)).toEqual(["swap", "vm", "history"]);
  });

  it("goes when it was, and nothing comes in its place", () => {
    expect(press(["vm", "history", "network"], "vm", 1)).toEqual([]);
    expect(press(["vm", "history", "network", "swap"], "history", 3)).toEqual(["vm", "network"]);
  });
});

describe("scrolled", () => {
  it.each([
    ["stays while the cursor is visible", [5, 7, 10, 100], 5],
    ["follows it up", [5, 3, 10, 100], 3],
    ["follows it down", [5, 20, 10, 100], 11],
    ["leaves no blanks at the end", [95, 99, 10, 100], 90],
    ["starts at the top when all fit", [3, 2, 10, 5], 0],
    ["copes with no VM", [0, -1, 10, 0], 0],
    ["copes with no room", [0, 3, 0, 10], 0],
  ])("%s", (_, [top, index, height, total], expected) => expect(scrolled(top, index, height, total)).toBe(expected));
});

describe("nextQuantum", () => {
  it.each([
    [5e6, 1, 10e6],
    [5e6, -1, 2e6],
    [10e6, 1, 20e6],
    [1e6, -1, 500e3],
    [3e6, 1, 5e6],
    [3e6, -1, 2e6],
  ] as const)("steps from %d in direction %d to %d", (from, direction, to) =>
    expect(nextQuantum(from, direction)).toBe(to),
  );

  it("comes back", () => {
    let quantum = 10_000;
    for (let step = 0; step < 15; step++) quantum = nextQuantum(quantum, 1);
    for (let step = 0; step < 15; step++) quantum = nextQuantum(quantum, -1);
    expect(quantum).toBe(10_000);
  });
});

describe("text fields", () => {
  const typed = (text: string, ...keys: string[]) =>
    keys.reduce((field, name) => editField(field, name) ?? field, fieldOf(text));

  it.each([
    ["insert", ["a", "space", "ü"], "xa ü"],
    ["backspace", ["backspace"], ""],
    ["backspace on nothing", ["backspace", "backspace"], ""],
    ["insert before", ["home", "a"], "ax"],
    ["delete", ["left", "delete"], ""],
    ["clear", ["ctrl+u"], ""],
    ["drop a word", ["space", "w", "o", "ctrl+w"], "x "],
    ["not be moved by keys they do not know", ["pageUp", "ctrl+q"], "x"],
  ])("%s", (_, keys, text) => expect(typed("x", ...keys).text).toBe(text));

  it("count a cursor in characters, not code units", () => expect(typed("👍", "left", "a").text).toBe("a👍"));
});

describe("the spawn form", () => {
  const image = { name: "ticker", description: "", textSize: 0, dataSize: 0, memorySize: 0, sha256: "" };
  const form = (count: string, words = "", name = "", tickets = "", engine = "") => ({
    ...NEW_SPAWN,
    images: [image],
    fields: {
      count: fieldOf(count),
      arguments: fieldOf(words),
      name: fieldOf(name),
      tickets: fieldOf(tickets),
      engine: fieldOf(engine),
    },
  });

  it("asks for one VM unless told otherwise", () => {
    expect(specOf(form(""))).toEqual({ image: "ticker", count: 1, arguments: [] });
    expect(specOf(form("100", " -x  2 ", "tock"))).toEqual({
      image: "ticker",
      count: 100,
      arguments: ["-x", "2"],
      name: "tock",
    });
  });

  it.each(["0", "-1", "1.5", "ten", "10001"])("refuses %s VMs", (count) => {
    expect(() => specOf(form(count))).toThrow(/is not a number of VMs from 1 to 10000/);
  });

  it("asks for an engine where one was named", () => {
    expect(specOf(form("", "", "", "", " Both "))).toEqual({
      image: "ticker",
      count: 1,
      arguments: [],
      engine: "both",
    });
    expect(() => specOf(form("", "", "", "", "turbo"))).toThrow(
      '"turbo" is not an engine; use automatic or translator or interpreter or both',
    );
  });

  it("asks for tickets where some were typed, of as many as a VM can hold", () => {
    expect(specOf(form("2", "", "", " 250 "))).toEqual({ image: "ticker", count: 2, arguments: [], tickets: 250 });
    for (const wrong of ["0", "10001", "-5", "1.5"]) {
      expect(() => specOf(form("2", "", "", wrong))).toThrow(
        `"${wrong}" is not a number of lottery tickets from 1 to 10000`,
      );
    }
  });

  it("takes arguments apart as a shell does", () => {
    expect(specOf(form("1", `one "two words" --x='a b' ""`)).arguments).toEqual(["one", "two words", "--x=a b", ""]);
    expect(() => specOf(form("1", `"open`))).toThrow("a quote among the arguments is not closed");
  });

  it("says so when there is no image", () => {
    expect(() => specOf({ ...form("1"), images: [] })).toThrow(/no image/);
  });
});
