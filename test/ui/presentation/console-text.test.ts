import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConsoleText, consoleLines } from "../../../source/ui/presentation/console-text.js";

describe("consoleLines", () => {
  it.each([
    ["plain lines", "one\ntwo\n", ["one", "two"]],
    ["an unfinished line", "one\ntw", ["one", "tw"]],
    ["nothing", "", []],
    ["a carriage return", "50 %\r60", ["60 %"]],
    ["DOS line ends", "one\r\ntwo\r\n", ["one", "two"]],
    ["a tab", "a\tb", ["a       b"]],
    ["a backspace", "ab\bc", ["ac"]],
    ["colours", "\u001b[1;31mred\u001b[0m", ["red"]],
    ["cursor movement", "\u001b[2J\u001b[10;10Hmoved", ["moved"]],
    ["a title", "\u001b]0;mine\u0007done", ["done"]],
    ["a title ended by ST", "\u001b]0;mine\u001b\\done", ["done"]],
    ["a device control string", "\u001bPq#0\u001b\\done", ["done"]],
    ["an 8-bit sequence", "\u009b31mred", ["red"]],
    ["control characters", "a\u0000b\u0007", ["a·b·"]],
    ["a bidirectional override", "\u202eabc", ["·abc"]],
    ["other writing", "grüße 日本", ["grüße 日本"]],
  ])("shows %s", (_, text, lines) => expect(consoleLines(text)).toEqual(lines));

  it("lets no control character through, whatever a guest prints", () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        "\u001b",
        "[",
        "]",
        "0",
        ";",
        "m",
        "H",
        "\u009b",
        "\u0007",
        "P",
        "\\",
        "a",
        "\n",
        "\r",
        "\b",
        "\t",
        "\u0000",
        "\u007f",
        "\u0085",
        "\u202e",
      ),
    });
    fc.assert(
      fc.property(nasty, (text) => {
        for (const line of consoleLines(text)) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it("shows the same however the output is cut into chunks", () => {
    const text = "one \u001b[31mred\u001b[0m two\r\n\u001b]0;t\u0007three\tfour\n";
    for (let cut = 0; cut <= text.length; cut++) {
      const console = new ConsoleText();
      console.write(text.slice(0, cut));
      console.write(text.slice(cut));
      expect(console.lines()).toEqual(consoleLines(text));
    }
  });

  it("keeps the last lines, and a line that never ends stays short", () => {
    const console = new ConsoleText();
    for (let line = 0; line < 5_000; line++) console.write(`${line}\n`);
    expect(console.lines().length).toBeLessThanOrEqual(2_000);
    expect(console.lines().at(-1)).toBe("4999");
    console.write("x".repeat(100_000));
    expect(console.lines().at(-1)!.length).toBe(1_000);
  });
});
