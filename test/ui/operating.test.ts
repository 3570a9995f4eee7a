/** Tuning, choosing columns and panels, tagging: what an operator does to the screen and the machine. */

import { afterEach, describe, expect, it } from "vitest";
import { VM_TABLE_COLUMNS } from "../../source/ui/presentation/vm-columns.js";
import { nextBudget } from "../../source/ui/tuning.js";
import { FakeClient } from "./fake-client.js";
import { DOWN, ESCAPE, LEFT, RIGHT, UP } from "./keys.js";
import { expectWholeFrame, Screen, type ScreenOptions, SIZES } from "./screen.js";

let screen: Screen;
afterEach(() => screen.close());

async function open(client: FakeClient, options?: ScreenOptions): Promise<void> {
  screen = await Screen.running(client, options);
}

describe.each(SIZES)("at $columns x $rows", (size) => {
  it("the tuning panel changes every setting at once, and leaves a mark on the graphs", async () => {
    const client = FakeClient.fleet();
    await open(client, size);
    await screen.press("8", "t", RIGHT, DOWN, RIGHT, DOWN, RIGHT, DOWN, RIGHT, DOWN, LEFT);
    expect(client.calls).toEqual([
      'setQuantum {"nanoseconds":10000000}',
      "setPolicy lottery",
      "setInterruptMode immediate",
      "setIdleMode spin",
      `setMemoryBudget ${192 * 1024 * 1024}`,
    ]);
    await screen.advance(1);
    expect(screen.text()).toMatch(/interrupts +immediate/);
    expect(screen.line("memory budget")).toContain("◂ 192M");
    expectWholeFrame(screen, size);
    await screen.press(ESCAPE);
    await screen.advance(2);
    expect(screen.line("CPU   ").slice(12, -2)).toContain("│");
    expect(screen.text()).toContain("memory budget 256M → 192M");
    expect(screen.lines()[1]).toContain("quantum 10 ms");
  });

  it("lets columns be chosen and ordered", async () => {
    await open(FakeClient.fleet(), size);
    await screen.press("C");
    expect(screen.text()).toContain("Columns: automatic");
    // Leaves only name and what comes first; moves the number behind the name.
    await screen.press(RIGHT);
    expect(screen.text()).toMatch(/\[x\] NAME.*\n.*\[x\] ID/);
    await screen.press(DOWN, DOWN, DOWN, DOWN, " ", ESCAPE);
    expect(screen.line("STATE")).toMatch(/│ NAME +▴?ID +STATE/);
    expectWholeFrame(screen, size);
    await screen.press("C", "a", ESCAPE);
    expect(screen.line("STATE")).toMatch(/│ ▴ID +NAME +STATE/);
  });

  it("lists those columns as chosen that the table shows", async () => {
    await open(FakeClient.fleet(), size);
    const titles = (screen.line("│ ▴ID ").match(/[A-Z%/]{2,}(?: in\/out)?/gi) ?? []).filter(
      (title) => title !== "in/out",
    );
    await screen.press("C");
    const chosen = new Set<string>();
    for (let place = 0; place < 30; place++) {
      for (const line of screen.lines()) {
        const title = /\[x\] (\S+)/.exec(line)?.[1];
        if (title) chosen.add(title);
      }
      await screen.press(DOWN);
    }
    expect([...chosen].sort()).toEqual(titles.map((title) => title.split(" ")[0]).sort());
  });
});

describe("the panels' list", () => {
  it("turns panels on and off", async () => {
    await open(FakeClient.fleet(), { columns: 120, rows: 40 });
    expect(screen.text()).toContain("─ History ─");
    await screen.press("v", UP, DOWN, DOWN, DOWN, DOWN, " ", ESCAPE);
    expect(screen.text()).not.toContain("─ History ─");
    await screen.press("v", DOWN, " ", ESCAPE);
    expect(screen.text()).toContain("─ Interrupts ─");
  });
});

describe("the history", () => {
  it("has no figure above the highest that it says", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("8");
    const figure = (text: string) =>
      Number.parseFloat(text) * (text.endsWith("M") ? 1e6 : text.endsWith("k") ? 1e3 : 1);
    for (let second = 0; second < 5; second++) {
      await screen.advance(0.25);
      const lines = screen.lines();
      const at = lines.findIndex((line) => line.startsWith("│ instr/s"));
      const now = figure(/(\S+) │$/.exec(lines[at])?.[1] ?? "");
      const highest = figure(/≤ (\S+)/.exec(lines[at + 1])?.[1] ?? "");
      expect(now).toBeGreaterThan(0);
      expect(now).toBeLessThanOrEqual(highest);
    }
  });
});

describe("the sort menu", () => {
  it("reverses the column that is chosen in it, and keeps that", async () => {
    await open(FakeClient.fleet());
    const title = () => screen.line("NAME");
    await screen.press("s", "r", "\r");
    expect(title()).toContain("▾ID");
    const place = (id: string) => VM_TABLE_COLUMNS.findIndex((column) => column.id === id);
    await screen.press("s", ...Array<string>(place("cpu") - place("id")).fill(DOWN));
    await screen.press("r", "\r");
    expect(title()).toContain("▴CPU%");
    await screen.press("s", "r", "\r");
    expect(title()).toContain("▾CPU%");
    await screen.press("s", ...Array<string>(place("cpu") - place("name")).fill(UP), "\r");
    expect(title()).toContain("NAME▴");
  });
});

describe("tags", () => {
  it("mark all that pass the filter, and what is done then is done to all of them", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("/", "cpu>10", "\r", "A");
    expect(screen.line("1Fleet")).toContain("2 tagged");
    await screen.press("K", "y");
    expect(client.calls).toEqual(["kill 2", "kill 3"]);
  });
});

describe("a quantum that is a number of instructions", () => {
  const byInstructions = () => {
    const client = FakeClient.fleet(256);
    client.panel.set("quantum", 0);
    client.panel.set("quantumInstructions", 100_000);
    return client;
  };

  it("becomes the default time with the quantum keys, and is called what it is before", async () => {
    const client = byInstructions();
    await open(client);
    expect(screen.lines()[1]).toContain("quantum by instructions");
    await screen.press("]");
    expect(client.calls).toEqual(['setQuantum {"nanoseconds":5000000}']);
    expect(screen.lines()[1]).toContain("quantum 5 ms");
    await screen.press("[");
    expect(screen.lines()[1]).toContain("quantum 2 ms");
  });

  it("is brought back by the tour", async () => {
    const client = byInstructions();
    await open(client);
    await screen.press("u", "u", "u", "u", "u");
    for (let second = 0; second < 8; second++) await screen.advance(1);
    expect(client.calls.at(-1)).toBe('setQuantum {"nanoseconds":1000000}');
    const tidied = client.calls.length;
    await screen.press(ESCAPE);
    const set = () => client.calls.slice(tidied).find((call) => call.startsWith("setQuantum"));
    for (let second = 0; second < 60 && !set(); second++) await screen.advance(1);
    expect(set()).toBe('setQuantum {"instructions":100000}');
  });
});

describe("nextBudget", () => {
  it("steps by halves of powers of two, and has a least", () => {
    const mib = 1024 * 1024;
    expect(nextBudget(256 * mib, 1)).toBe(384 * mib);
    expect(nextBudget(384 * mib, 1)).toBe(512 * mib);
    expect(nextBudget(300 * mib, -1)).toBe(256 * mib);
    expect(nextBudget(4 * mib, -1)).toBe(4 * mib);
  });
});
