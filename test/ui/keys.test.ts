import type { Key } from "ink";
import { describe, expect, it } from "vitest";
import { KEY_BINDINGS, KEY_GROUPS, MODES } from "../../source/ui/key-bindings.js";
import { DEFAULT_KEYS, KeyMap } from "../../source/ui/key-map.js";
import { keyBytes, keyNames } from "../../source/ui/keys.js";

const key = (parts: Partial<Key> = {}) => parts as Key;

describe("keyNames", () => {
  it.each([
    ["a letter", "q", key(), ["q"]],
    ["joined letters", "xy", key(), ["x", "y"]],
    ["a line typed at once", "ab\r", key(), ["a", "b", "enter"]],
    ["an arrow", "", key({ upArrow: true }), ["up"]],
    ["a control key", "c", key({ ctrl: true }), ["ctrl+c"]],
    ["Ctrl-]", "\u001d", key(), ["ctrl+]"]],
    ["a control character among letters", "a\u0003", key(), ["a", "ctrl+c"]],
    ["space", " ", key(), ["space"]],
    ["other writing", "ü日", key(), ["ü", "日"]],
    ["Alt with a letter", "x", key({ meta: true }), []],
    ["a mouse report", "[<0;10;10M", key(), []],
    ["Shift-Tab", "", key({ tab: true, shift: true }), ["shift+tab"]],
  ])("reads %s", (_, input, pressed, names) => expect(keyNames(input, pressed)).toEqual(names));
});

describe("keyBytes", () => {
  it.each([
    ["a", [0x61]],
    ["enter", [0x0a]],
    ["backspace", [0x7f]],
    ["ctrl+c", [0x03]],
    ["up", [0x1b, 0x5b, 0x41]],
    ["ü", [0xc3, 0xbc]],
  ])("%s sends %j", (name, bytes) => expect([...keyBytes(name)]).toEqual(bytes));
});

describe("the key table", () => {
  it("gives no key two meanings in one mode", () => {
    const claimed = KEY_BINDINGS.flatMap(({ mode, keys }) => keys.map((name) => `${mode} ${name}`));
    expect(claimed.filter((name, index) => claimed.indexOf(name) !== index)).toEqual([]);
  });

  it("explains every key of the table and has every mode's way out", () => {
    for (const binding of KEY_BINDINGS.filter(({ mode }) => mode === "table")) {
      expect(binding.help).toBeTruthy();
      expect(KEY_GROUPS).toContain(binding.group);
    }
    for (const mode of MODES.filter((name) => name !== "table" && name !== "console")) {
      expect(DEFAULT_KEYS.bindingOf(mode, "escape")?.intent).toBe("cancel");
    }
    expect(DEFAULT_KEYS.bindingOf("console", "ctrl+]")?.intent).toBe("detach");
    expect(DEFAULT_KEYS.bindingOf("console", "ctrl+c")).toBeUndefined();
  });
});

describe("remapped keys", () => {
  it("take the place of the table's, in what they do and in what is shown of them", () => {
    const keys = new KeyMap({ table: { kill: ["X", "ctrl+x"] } });
    expect(keys.bindingOf("table", "X")?.intent).toBe("kill");
    expect(keys.bindingOf("table", "ctrl+x")?.label).toBe("X Ctrl-X");
    expect(keys.bindingOf("table", "K")).toBeUndefined();
    expect(keys.hintsOf("table").find(({ intent }) => intent === "kill")?.label).toBe("X Ctrl-X");
  });

  it("take a key away from what it meant before", () => {
    const keys = new KeyMap({ table: { kill: ["p"] } });
    expect(keys.bindingOf("table", "p")?.intent).toBe("kill");
    expect(keys.hintsOf("table").some(({ intent }) => intent === "pauseOrResume")).toBe(false);
  });

  it("are shown for what they do alone", () => {
    const hints = new KeyMap({ table: { kill: ["?"], spawn: ["]"] } }).hintsOf("table");
    const shown = (key: string) => hints.filter(({ label, hintLabel = label }) => hintLabel.split(" ").includes(key));
    expect(shown("?").map(({ intent }) => intent)).toEqual(["kill"]);
    expect(shown("h").map(({ intent }) => intent)).toEqual(["help"]);
    expect(shown("]").map(({ intent }) => intent)).toEqual(["spawn"]);
    expect(shown("[").map(({ intent }) => intent)).toEqual(["quantumDown"]);
  });

  it.each([
    [{ tabel: { kill: ["X"] } }, /there are no keys for 'tabel'/],
    [{ tabel: {} }, /there are no keys for 'tabel'; they are for table, filter, /],
    [
      { table: { kill: ["X"], spawn: ["N", "X"] } },
      /the key 'X' of 'table' is given to both 'kill' and 'spawn'; give it to one/,
    ],
    [{ table: { slay: ["X"] } }, /no key of 'table' does 'slay'/],
    [{ table: { kill: ["q", "ctrl+c"] } }, /no key is left for 'quit' of 'table'/],
    [{ console: { detach: [] } }, /no key is left for 'cancel' of 'console'/],
  ])("are refused whole where they make no sense: %j", (wishes, message) => {
    expect(() => new KeyMap(wishes)).toThrow(message);
  });
});
