/**
 * Keys by name: `a`, `K`, `space`, `enter`, `up`, `pageDown`, `ctrl+c`. Terminals join keys that come fast (`xy` is one
 * input), so one input may be several keys. {@link keyBytes} says what a keyboard would have sent, for a guest's console.
 */

import type { Key } from "ink";

const NAMED = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageUp"],
  ["pageDown", "pageDown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
] as const satisfies readonly (readonly [keyof Key, string])[];

/** What is left of a sequence the terminal sent and nobody knows, such as a mouse report. */
const UNKNOWN_SEQUENCE = /^[[O][\d;<?]*[A-Za-z~]$/;

/** The keys in one input, in the order they were pressed. */
export function keyNames(input: string, key: Key): string[] {
  for (const [property, name] of NAMED) if (key[property]) return [key.shift && name === "tab" ? "shift+tab" : name];
  if (key.ctrl && input.length === 1) return [`ctrl+${input}`];
  if (key.meta || (input.length > 1 && UNKNOWN_SEQUENCE.test(input))) return [];
  return [...input].map(characterName);
}

function characterName(character: string): string {
  switch (character) {
    case " ":
      return "space";
    case "\r":
    case "\n":
      return "enter";
    case "\t":
      return "tab";
    case "\u001b":
      return "escape";
    case "\u007f":
    case "\b":
      return "backspace";
    case "\u001d":
      return "ctrl+]";
    default:
      return character < " " ? `ctrl+${String.fromCharCode(character.charCodeAt(0) + 0x60)}` : character;
  }
}

const SEQUENCES: Record<string, string> = {
  space: " ",
  enter: "\n",
  escape: "\u001b",
  tab: "\t",
  "shift+tab": "\u001b[Z",
  backspace: "\u007f",
  delete: "\u001b[3~",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  end: "\u001b[F",
  pageUp: "\u001b[5~",
  pageDown: "\u001b[6~",
};

/** What a key sends to a guest's keyboard: UTF-8, with a line feed for Enter. */
export function keyBytes(name: string): Uint8Array {
  const control = /^ctrl\+([a-z])$/.exec(name)?.[1];
  const text = control ? String.fromCharCode(control.charCodeAt(0) - 0x60) : (SEQUENCES[name] ?? name);
  return new TextEncoder().encode(text);
}
