import type { Key } from "ink";
import { describe, expect, it } from "vitest";
import { bindingOf, KEY_BINDINGS, KEY_GROUPS } from "../../source/ui/key-bindings.js";
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
    for (const mode of ["filter", "sort", "spawn", "kill", "help"] as const) {
      expect(bindingOf(mode, "escape")?.intent).toBe("cancel");
    }
    expect(bindingOf("console", "ctrl+]")?.intent).toBe("detach");
    expect(bindingOf("console", "ctrl+c")).toBeUndefined();
  });
});
