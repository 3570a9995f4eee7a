/**
 * A guest's console as lines that are safe to draw. Guests print what they like; nothing they print may reach the
 * terminal as a control sequence, so only printable characters pass. Tabs, carriage returns and backspaces do what a
 * plain terminal would do with them.
 */

import { CONSOLE_LINE_LENGTH, CONSOLE_LINES } from "../params.js";
import { printable } from "./printable.js";

const TAB = 8;

/** Characters of a control sequence that may still get an end; a longer one is none. */
const LONGEST_WAIT = 64;

/** An escape sequence: CSI, OSC ended by BEL or ST, or a two-character one (ECMA-48, section 5). */
const ESCAPE_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it finds
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])?|\u009b[0-?]*[ -/]*[@-~]/g;

/** The lines of a text, its unfinished last one included; an empty text has none. */
export function consoleLines(text: string): string[] {
  const console = new ConsoleText();
  console.write(text);
  return console.lines();
}

/** A console that grows: the last lines of everything written to it. */
export class ConsoleText {
  readonly #finished: string[] = [];
  #characters: string[] = [];
  #column = 0;
  #dropped = 0;
  /** An escape sequence whose end has not come yet. */
  #held = "";

  write(text: string): void {
    const whole = this.#held + text;
    const start = whole.lastIndexOf("\u001b");
    // A sequence may be cut in two by the end of a chunk: what begins within the last few characters waits.
    const waits = start >= 0 && whole.length - start < LONGEST_WAIT && isUnfinished(whole.slice(start));
    this.#held = waits ? whole.slice(start) : "";
    for (const character of (waits ? whole.slice(0, start) : whole).replaceAll(ESCAPE_SEQUENCES, ""))
      this.#put(character);
  }

  /** Everything kept, oldest first; the unfinished last line only if something is on it. */
  lines(): string[] {
    return this.#characters.length > 0 ? this.linesToCursor() : [...this.#finished];
  }

  /** Everything kept, the line the guest would print on next included. */
  linesToCursor(): string[] {
    return [...this.#finished, this.#characters.join("")];
  }

  /** How many lines there were before the first that is kept. */
  get dropped(): number {
    return this.#dropped;
  }

  #put(character: string): void {
    switch (character) {
      case "\n":
        this.#finished.push(this.#characters.join(""));
        if (this.#finished.length > CONSOLE_LINES) {
          this.#finished.shift();
          this.#dropped++;
        }
        this.#characters = [];
        this.#column = 0;
        return;
      case "\r":
        this.#column = 0;
        return;
      case "\b":
        this.#column = Math.max(0, this.#column - 1);
        return;
      case "\t":
        do this.#draw(" ");
        while (this.#column % TAB !== 0);
        return;
      default:
        this.#draw(printable(character));
    }
  }

  #draw(character: string): void {
    if (this.#column >= CONSOLE_LINE_LENGTH) return;
    while (this.#characters.length < this.#column) this.#characters.push(" ");
    this.#characters[this.#column++] = character;
  }
}

function isUnfinished(sequence: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it finds
  return /^\u001b(?:\[[0-?]*[ -/]*|\][^\u0007\u001b]*|[ -/]*)?$/.test(sequence);
}
