/** Themes, ASCII, the mouse, remapped keys, files made of the screen, settings that are remembered, the tour. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { VmInspection } from "../../source/kernel/index.js";
import { cellsOf } from "../../source/ui/export/cells.js";
import { writeScreen } from "../../source/ui/export/screen-file.js";
import { hex } from "../../source/ui/export/svg.js";
import { initialState } from "../../source/ui/initial-state.js";
import { KeyMap } from "../../source/ui/key-map.js";
import { parseMouse } from "../../source/ui/mouse.js";
import { readPreferences, rememberChanges } from "../../source/ui/preferences.js";
import { toAscii } from "../../source/ui/presentation/ascii.js";
import { helpLines } from "../../source/ui/presentation/help.js";
import { lineCells } from "../../source/ui/presentation/span.js";
import { tourLines } from "../../source/ui/presentation/tour.js";
import { registers } from "../../source/ui/presentation/vm-panel.js";
import { SCENES } from "../../source/ui/scenes.js";
import { wantsAscii } from "../../source/ui/theme.js";
import { temporaryFolder } from "../kernel/boot.js";
import { FakeClient } from "./fake-client.js";
import { expectWholeFrame, Screen, type ScreenOptions, SIZES } from "./screen.js";

let screen: Screen | undefined;
afterEach(() => {
  screen?.close();
  screen = undefined;
});

async function open(client: FakeClient, options?: ScreenOptions): Promise<Screen> {
  screen = await Screen.running(client, options, 1);
  return screen;
}

describe("without Unicode", () => {
  it.each(SIZES)("every view is drawn in ASCII at $columns x $rows", async (size) => {
    const shown = await open(FakeClient.crowd(50), { ...size, ascii: true });
    for (const key of ["1", "2", "m", "3", "4", "5", "6", "7", "\t", "\t", "\t", "8", "?"]) {
      await shown.press(key);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for nothing but ASCII
      expect(shown.text()).toMatch(/^[\x00-\x7e]*$/);
    }
  });

  it("keeps every character one cell wide", () => {
    expect(toAscii("╭─ ● idle ⣿⠀ µs →")).toBe("+- * idle #  us >");
    expect(toAscii("日é")).toBe("??");
  });

  it.each([
    [{}, false],
    [{ LANG: "C.UTF-8" }, false],
    [{ LANG: "de_DE.utf8" }, false],
    [{ LANG: "C" }, true],
    [{ LANG: "en_US.ISO-8859-1" }, true],
    [{ LANG: "C.UTF-8", LC_ALL: "POSIX" }, true],
    [{ LANG: "C", LC_CTYPE: "C.UTF-8" }, false],
  ])("is what the locale %j asks for: %s", (environment, ascii) => expect(wantsAscii(environment)).toBe(ascii));
});

describe("the mouse", () => {
  const click = (column: number, row: number) => `\u001b[<0;${column + 1};${row + 1}M`;
  const release = (column: number, row: number) => `\u001b[<0;${column + 1};${row + 1}m`;
  const WHEEL_DOWN = "\u001b[<65;5;9M";

  it.each(SIZES)(
    "selects a VM, opens it with a second click, and switches views, at $columns x $rows",
    async (size) => {
      const shown = await open(FakeClient.fleet(), size);
      await shown.press(click(10, 5 + 3), release(10, 8));
      expect(shown.cursorLines()).toEqual([expect.stringContaining(" 4 ping")]);
      await shown.press(click(10, 8));
      expect(shown.text()).toContain("02:44:4e:00:00:04");
      await shown.press(click(shown.lines()[3].indexOf("2Heat") + 2, 3));
      expect(shown.text()).toContain("● ● ● ● ● ● ○ ●");
      await shown.press(click(2 + 2 * 5, 5));
      expect(shown.line("▸")).toContain("ticker  VM 6");
    },
  );

  it("scrolls with its wheel", async () => {
    const shown = await open(FakeClient.crowd(100));
    await shown.press(WHEEL_DOWN, WHEEL_DOWN);
    expect(shown.cursorLines()).toEqual([expect.stringMatching(/ 7 /)]);
  });

  it("leaves the table alone where panels stand beside it", async () => {
    const shown = await open(FakeClient.fleet(), { columns: 200, rows: 50 });
    const [row] = shown.lines().flatMap((line, index) => (line.includes(" 4 ping") ? [index] : []));
    await shown.press(click(190, row), click(190, row));
    expect(shown.cursorLines()).toEqual([expect.stringContaining(" 1 supervisor")]);
    await shown.press(click(10, row));
    expect(shown.cursorLines()).toEqual([expect.stringContaining(" 4 ping")]);
  });

  it("switches to the view that is under it where the table is narrower than the screen", async () => {
    const shown = await open(FakeClient.fleet(), { columns: 160, rows: 40 });
    await shown.press(click(shown.lines()[3].indexOf("4Sched") + 2, 3));
    expect(shown.text()).toContain("who had the CPU");
  });

  it("switches views whatever the number keys do", async () => {
    const keys = new KeyMap({ table: { kill: ["1"] } });
    const shown = await open(FakeClient.fleet(), { keys, initial: { view: "heat" } });
    await shown.press(click(shown.lines()[3].indexOf("1Fleet") + 2, 3));
    expect(shown.text()).toContain("INSTR/s");
    expect(shown.text()).not.toContain("Kill ");
  });

  it("selects nobody below the heat map", async () => {
    const shown = await open(FakeClient.crowd(5000), { initial: { view: "heat" } });
    const line = shown.lines().findIndex((text) => text.includes("▸ supervisor"));
    await shown.press(click(10, line));
    expect(shown.line("▸ ")).toContain("supervisor  VM 1");
    await shown.press(click(10, line - 1));
    expect(shown.line("▸ ")).not.toContain("supervisor");
  });

  it("is read from what terminals send, and from nothing else", () => {
    expect(parseMouse("[<0;10;5M")).toEqual({ what: "press", column: 9, row: 4 });
    expect(parseMouse("[<64;1;1M")).toEqual({ what: "wheelUp", column: 0, row: 0 });
    for (const other of ["[<0;10;5m", "[<2;10;5M", "[<0;10M", "jj", "[A"]) expect(parseMouse(other)).toBeUndefined();
  });
});

describe("themes", () => {
  it("go round with T", async () => {
    const shown = await open(FakeClient.fleet());
    for (const look of ["light", "contrast", "plain", "dark"]) {
      await shown.press("T");
      expect(shown.monitor.state.look).toBe(look);
      expectWholeFrame(shown, { columns: 80, rows: 24 });
    }
  });
});

describe("without colours", () => {
  it.each(SIZES)(
    "the heat map says every VM's state by its sign, however many there are, at $columns x $rows",
    async (size) => {
      const shown = await open(FakeClient.crowd(10_000), { ...size, initial: { view: "heat", look: "plain" } });
      const map = shown.lines().slice(5, -3);
      for (const line of map) expect(line).toMatch(/^│ [►●○‖⇅▽■✗]+ │$/);
      expect(shown.text()).toMatch(/1-\d+ of \d+ lines/);
      expectWholeFrame(shown, size);
      await shown.press("\u001b[F");
      expect(shown.line("▸ ")).toContain("VM 10000");
      // Where there are colours two VMs share a cell.
      await shown.press("T");
      expect(shown.text()).toContain("▀");
    },
  );

  it("the heat map is the same on a terminal that has none", async () => {
    const shown = await open(FakeClient.crowd(10_000), { initial: { view: "heat" }, colors: false });
    expect(shown.text()).not.toContain("▀");
  });

  it("a register that changed is bold", () => {
    const inspection = { registers: [1, 2, 3, 4, 5, 6, 7, 8], eip: 9 } as unknown as VmInspection;
    const bold = registers(inspection, [1, 0, 3, 4, 5, 6, 7, 8, 9])
      .flat()
      .filter((part) => part.bold);
    expect(bold.map(({ text }) => text)).toEqual(["00000002"]);
  });
});

describe("remapped keys", () => {
  it("do what they were given, and help and footer show them", async () => {
    const shown = await open(FakeClient.fleet(), { keys: new KeyMap({ table: { kill: ["X"] } }) });
    expect(shown.lines().at(-1)).toContain("X kill");
    await shown.press("K");
    expect(shown.text()).not.toContain("Kill supervisor?");
    await shown.press("X");
    expect(shown.text()).toContain("Kill supervisor?");
    await shown.press("n", "?");
    expect(shown.text()).toMatch(/X +kill, after asking/);
  });
});

describe("the screen as a file", () => {
  const inFolder = async (key: string, size: { columns: number; rows: number }) => {
    const folder = temporaryFolder();
    const before = process.cwd();
    process.chdir(folder);
    try {
      const theme = { depth: "palette", look: "dark", ascii: false } as const;
      const shown = await open(FakeClient.fleet(), {
        ...size,
        exportScreen: (monitor, form) => writeScreen(monitor, form, theme, new Date("2026-11-25T08:30:00Z")),
      });
      const seen = shown.lines().slice(0, -1);
      await shown.press(key);
      return { seen, shown, folder };
    } finally {
      process.chdir(before);
    }
  };

  it.each(SIZES)("is what is seen, as text, at $columns x $rows", async (size) => {
    const { seen, shown, folder } = await inFolder("w", size);
    const written = readFileSync(join(folder, "denali-20261125-083000.txt"), "utf8").split("\n");
    expect(written.slice(0, size.rows - 1)).toEqual(seen);
    expect(shown.lines().at(-1)).toContain("wrote ");
  });

  it("is a picture: well-formed SVG with every line's text and its colours", async () => {
    const { folder } = await inFolder("W", SIZES[0]);
    const svg = readFileSync(join(folder, "denali-20261125-083000.svg"), "utf8");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="698.4" height="456"/);
    expect(svg).toContain(">DENALI<");
    expect(svg).toMatch(/fill="#87d7ff"/);
    const open = svg.match(/<(svg|g|text)\b/g)?.length;
    expect(svg.match(/<\/(svg|g|text)>/g)).toHaveLength(open ?? 0);
    expect(svg).not.toMatch(/&(?!amp;|lt;|gt;)/);
  });

  it("is never written over another", async () => {
    const { shown, folder } = await inFolder("w", SIZES[0]);
    process.chdir(folder);
    await shown.press("w");
    expect(shown.lines().at(-1)).toMatch(/✗ cannot write .*denali-20261125-083000\.txt: it exists already/);
    process.chdir("/");
  });

  it("knows the colours of control sequences", () => {
    expect(
      cellsOf("a\u001b[38;5;150mb\u001b[1mc\u001b[39m\u001b[22md\u001b[48;2;1;2;3me\u001b[49m\u001b[92mf"),
    ).toEqual([
      { text: "a" },
      { text: "b", color: "150" },
      { text: "c", color: "150", bold: true },
      { text: "d", bold: false },
      { text: "e", bold: false, background: "1;2;3" },
      { text: "f", bold: false, color: "10" },
    ]);
    expect([hex("16"), hex("231"), hex("196"), hex("232"), hex("255"), hex("1;2;255")]).toEqual([
      "#000000",
      "#ffffff",
      "#ff0000",
      "#080808",
      "#eeeeee",
      "#0102ff",
    ]);
  });
});

describe("settings", () => {
  const file = (content?: string) => {
    const path = join(temporaryFolder(), "denali", "settings.json");
    if (content === undefined) return path;
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
    return path;
  };

  it("are nothing where there is no file", () => expect(readPreferences(file())).toEqual({ state: {} }));

  it("are remembered, beside what a person wrote", () => {
    const path = file('{ "keys": { "table": { "kill": ["X"] } }, "mouse": false }');
    rememberChanges(path, { view: "heat", look: "light", columns: ["name", "cpu"], timeBase: 300 });
    const { keys, mouse, state } = readPreferences(path);
    expect(keys).toEqual({ table: { kill: ["X"] } });
    expect(mouse).toBe(false);
    expect(state).toMatchObject({ view: "heat", look: "light", columns: ["name", "cpu"], timeBase: 300 });
    rememberChanges(path, { view: "swap", columns: undefined });
    expect(readPreferences(path).state).toEqual({ view: "swap", look: "light", timeBase: 300 });
  });

  it("are what keys changed, not what the screen was started with", async () => {
    const path = file('{ "view": "swap", "theme": "light" }');
    const sort = { column: "cpu", descending: true } as const;
    const initial = { ...readPreferences(path).state, view: "heat", sort, interval: 2000 } as const;
    const shown = await open(FakeClient.fleet(), { initial });
    const remembered = () => {
      rememberChanges(path, shown.monitor.remembering.changes);
      return JSON.parse(readFileSync(path, "utf8"));
    };
    await shown.press("\r");
    expect(shown.text()).toContain("EFLAGS");
    expect(remembered()).toEqual({ view: "swap", theme: "light" });
    await shown.press("\u001b", "}", "1", "r");
    expect(remembered()).toEqual({
      view: "fleet",
      theme: "light",
      timeBase: 120,
      sort: { column: "cpu", descending: false },
    });
    // The same that the command line said, by a key now.
    await shown.press("2", "r", "+", "-");
    expect(remembered()).toEqual({ view: "heat", theme: "light", timeBase: 120, sort, interval: 2000 });
    await shown.press("C", " ", "\u001b");
    expect(remembered().columns).toContain("name");
    await shown.press("C", "a", "\u001b");
    expect(remembered()).not.toHaveProperty("columns");
  });

  it("remember the view that a VM was looked into from, where that was gone to", async () => {
    const shown = await open(FakeClient.fleet(), { initial: { view: "vm" } });
    expect(shown.monitor.remembering.changes).toEqual({});
    await shown.press("5", "\r");
    expect(shown.text()).toContain("EFLAGS");
    expect(shown.monitor.remembering.changes).toEqual({ view: "swap" });
  });

  it("keep their view where a VM that the command line asked for is left again, which goes to that view", async () => {
    const initial = initialState({ view: "heat", look: "light" }, { view: "vm" });
    const shown = await open(FakeClient.fleet(), { initial });
    expect(shown.text()).toContain("EFLAGS");
    await shown.press("\u001b");
    expect(shown.text()).toContain("● ● ● ● ● ● ○ ●");
    expect(shown.monitor.remembering.changes).toEqual({});
    await shown.press("1");
    expect(shown.monitor.remembering.changes).toEqual({ view: "fleet" });
  });

  it("that begin with a VM leave it for the fleet, and go on beginning with a VM", async () => {
    const shown = await open(FakeClient.fleet(), { initial: initialState({ view: "vm" }, {}) });
    await shown.press("\u001b");
    expect(shown.text()).toContain("INSTR/s");
    expect(shown.monitor.remembering.changes).toEqual({});
  });

  it("are not made where nothing was changed", async () => {
    const path = file();
    const shown = await open(FakeClient.fleet());
    await shown.press("j", "p");
    rememberChanges(path, shown.monitor.remembering.changes);
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ["{", /settings\.json: it is no JSON: .*; mend the file or remove it/],
    ["[]", /it is not an object of settings/],
    ['{ "them": "light" }', /there is no setting "them"; there are keys, mouse/],
    ['{ "theme": "pink" }', /"theme" is not dark, light, contrast, plain/],
    ['{ "columns": ["name", "height"] }', /"columns" is not a list of id, name/],
    ['{ "keys": { "table": { "kill": "X" } } }', /"keys" is not keys by action/],
    [
      '{ "keys": { "tabel": {} } }',
      /settings\.json: "keys": there are no keys for 'tabel'; they are for table, .*; mend/,
    ],
    [
      '{ "keys": { "table": { "kil": ["X"] } } }',
      /settings\.json: "keys": no key of 'table' does 'kil'; its keys do help, /,
    ],
    [
      '{ "keys": { "table": { "kill": ["X"], "spawn": ["X"] } } }',
      /settings\.json: "keys": the key 'X' of 'table' is given to both 'kill' and 'spawn'; give it to one; mend/,
    ],
    ['{ "keys": { "tabel": {} }, "theme": "pink" }', /settings\.json: "theme" is not dark, light, contrast, plain/],
    ['{ "interval": 5 }', /"interval" is not milliseconds, at least 100/],
  ])("that make no sense are refused whole and not written over: %s", (content, message) => {
    const path = file(content);
    expect(() => readPreferences(path)).toThrow(message);
    expect(readFileSync(path, "utf8")).toBe(content);
  });
});

describe("the tour", () => {
  it("says no more than its strip has room for at 80 columns", () => {
    for (const [scene, { steps }] of SCENES.entries()) {
      for (const { text } of steps) {
        const lines = tourLines({ scene, text }, 76);
        expect(lines).toHaveLength(5);
        for (const line of lines) expect(lineCells(line)).toBeLessThanOrEqual(76);
      }
    }
  });

  it.each([60, 70])("says all of it at %d columns too, and which keys go on", async (columns) => {
    const client = FakeClient.fleet(256);
    const shown = await open(client, { columns, rows: 24 });
    for (const { steps } of SCENES) {
      await shown.press("u");
      for (const { text } of steps) {
        const words = text.join(" ").split(" ");
        const strip = () =>
          shown
            .lines()
            .slice(-9, -1)
            .join(" ")
            .replaceAll(/[│\s]+/g, " ");
        for (let second = 0; second < 20 && !strip().includes(words.slice(0, 4).join(" ")); second++)
          await shown.advance(1);
        expect(strip()).toContain(words.join(" "));
        expect(shown.lines().at(-3)).toMatch(/│ u .*Esc leave/);
        expectWholeFrame(shown, { columns, rows: 24 });
      }
    }
  });

  it("leaves room for a console's last line and for help's", async () => {
    const client = FakeClient.fleet(256);
    const shown = await open(client);
    await shown.press("u");
    for (const id of client.consoles.keys()) client.consoles.set(id, `${"line\n".repeat(40)}prompt> `);
    await shown.press("c");
    expect(shown.text()).toContain("prompt>");
    expect(shown.text()).toContain("Tour 1 of 5");
    expectWholeFrame(shown, { columns: 80, rows: 24 });
    await shown.press("\u001d", "?", ...Array<string>(15).fill("\u001b[6~"));
    expect(shown.text()).toContain("Tour 1 of 5");
    const last = helpLines(76).findLast((line) => line.length > 0)!;
    expect(shown.text()).toContain(last.map(({ text }) => text).join(""));
  });

  it("brings back what was set before this tour, not before another, and the view", async () => {
    const client = FakeClient.fleet(256);
    const shown = await open(client);
    await shown.press("u", "\u001b");
    await shown.advance(0.25);
    await shown.press("]", "2");
    await shown.advance(0.25);
    const before = client.calls.length;
    await shown.press("u");
    for (let second = 0; second < 5; second++) await shown.advance(1);
    await shown.press("\u001b");
    await shown.advance(0.25);
    expect(shown.lines()[1]).toContain("quantum 10 ms");
    expect(client.calls.slice(before).filter((call) => call.startsWith("setQuantum"))).toEqual([]);
    expect(shown.text()).toMatch(/▸ \S+ +VM \d/);
    expect(shown.text()).not.toContain("NAME");
  });

  it("brings back the same where the next begins while the last one tidies up", async () => {
    const client = FakeClient.fleet(256);
    const tidying: (() => void)[] = [];
    const shown = await open(client);
    const idleModes = () => client.calls.filter((call) => call.startsWith("setIdleMode"));
    /** Until VMs that idle keep the CPU, in the second scene. */
    const spinning = async () => {
      const before = idleModes().length;
      for (let second = 0; second < 60 && idleModes().length === before; second++) await shown.advance(1);
      expect(idleModes().at(-1)).toBe("setIdleMode spin");
    };
    await shown.press("u", "u");
    await spinning();
    const reap = client.reap.bind(client);
    client.reap = (id) => new Promise((resolve) => tidying.push(() => resolve(reap(id))));
    await shown.press("\u001b", "u", "u");
    await shown.advance(1);
    expect(tidying).not.toEqual([]);
    client.reap = reap;
    for (const go of tidying) go();
    await shown.advance(1);
    expect(idleModes().at(-1)).toBe("setIdleMode yield");
    await spinning();
    await shown.press("\u001b");
    await shown.advance(1);
    expect(idleModes().at(-1)).toBe("setIdleMode yield");
  });

  it.each(SIZES)("goes through five scenes and leaves the machine as it was, at $columns x $rows", async (size) => {
    const client = FakeClient.fleet(256);
    const shown = await open(client, size);
    for (const [index, { title }] of SCENES.entries()) {
      await shown.press("u");
      await shown.advance(0.25);
      await shown.advance(0.25);
      expect(shown.line(`Tour ${index + 1} of 5`)).toContain(title);
      expectWholeFrame(shown, size);
      for (let second = 0; second < 15; second++) await shown.advance(1);
    }
    await shown.press("u");
    await shown.advance(0.25);
    await shown.advance(0.25);
    expect(shown.text()).not.toContain("Tour ");
    const settings = client.calls.filter((call) => call.startsWith("set"));
    expect(settings).toEqual([
      "setIdleMode spin",
      "setIdleMode yield",
      "setInterruptMode immediate",
      "setInterruptMode batched",
      `setMemoryBudget ${8 * 1024 * 1024}`,
      `setMemoryBudget ${256 * 1024 * 1024}`,
      'setQuantum {"nanoseconds":50000000}',
      'setQuantum {"nanoseconds":1000000}',
      'setQuantum {"nanoseconds":5000000}',
    ]);
    expect(shown.lines()[0]).toContain("8 VMs");
  });

  it("does not begin in a recording, of which nothing can be changed", async () => {
    const refusal = "this is a recording: nothing in it can be changed";
    const playback = { from: 0, to: 20, position: 10, playing: true, refusal, play: () => {}, seek: () => {} };
    const client = Object.assign(FakeClient.fleet(), { playback });
    const shown = await open(client);
    await shown.press("u");
    expect(shown.text()).not.toContain("Tour ");
    expect(shown.lines().at(-1)).toContain(refusal);
    expect(client.calls).toEqual([]);
  });

  it("is nothing to be remembered: what was shown before it is", async () => {
    const sort = { column: "cpu", descending: true } as const;
    const shown = await open(FakeClient.fleet(64), { initial: { view: "fleet" } });
    await shown.press("2", "s", "jjjj\r");
    const before = { view: "heat", sort };
    expect(shown.monitor.remembering.changes).toEqual(before);
    await shown.press("u");
    await shown.advance(1);
    expect(shown.text()).toContain("NAME");
    expect(shown.monitor.remembering.changes).toEqual(before);
    await shown.press("u");
    expect(shown.monitor.remembering.changes).toEqual(before);
    await shown.press("\u001b", "5");
    expect(shown.monitor.remembering.changes).toEqual({ view: "swap", sort });
  });

  it("changes nothing that is remembered by itself", async () => {
    const shown = await open(FakeClient.fleet(64), { initial: { view: "heat" } });
    await shown.press("u");
    await shown.advance(1);
    await shown.press("u", "\u001b");
    await shown.advance(1);
    expect(shown.text()).toContain("● ● ● ● ● ● ○ ●");
    expect(shown.monitor.remembering.changes).toEqual({});
  });

  it("brings back where Esc goes to from a VM that it began at", async () => {
    const shown = await open(FakeClient.fleet(64));
    await shown.press("\r", "u", "u", "\u001b");
    expect(shown.text()).toContain("EFLAGS");
    await shown.press("\u001b");
    expect(shown.text()).toContain("INSTR/s");
    expect(shown.monitor.remembering.changes).toEqual({});
  });

  it("is not what is remembered where it began at a VM: the view is that the VM was looked into from", async () => {
    const shown = await open(FakeClient.fleet(64));
    await shown.press("2", "\r", "u", "u");
    expect(shown.text()).toContain("Tour 2 of 5");
    expect(shown.monitor.remembering.changes).toEqual({ view: "heat" });
  });

  it("is left with Esc at any time, and what it started ends", async () => {
    const client = FakeClient.fleet(64);
    const shown = await open(client);
    await shown.press("u");
    await shown.advance(1);
    expect(client.calls.filter((call) => call.startsWith("spawn"))).toHaveLength(3);
    await shown.press("\u001b");
    await shown.advance(1);
    await shown.advance(1);
    expect(client.calls.filter((call) => call.startsWith("reap"))).toHaveLength(3);
    expect(shown.text()).not.toContain("Tour ");
  });
});
