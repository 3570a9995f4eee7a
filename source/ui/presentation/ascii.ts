/** What the monitor draws, in ASCII: for terminals and locales that have nothing else. A character stays one cell wide. */

const REPLACED: Readonly<Record<string, string>> = {
  "─": "-", "━": "=", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
  "►": ">", "●": "*", "○": "o", "‖": "P", "⇅": "~", "▽": "v", "■": "#", "✗": "X", "✓": "+",
  "▸": ">", "▹": ">", "◂": "<", "▾": "v", "▴": "^", "◆": "@", "→": ">", "←": "<", "↑": "^", "↓": "v", "⏎": "~",
  "…": "~", "·": ".", "≤": "<", "‹": "<", "›": ">", "µ": "u",
  "░": ".", "▒": ":", "▓": "%", "█": "#", "▀": "*",
}; // biome-ignore format: a table

/** Braille patterns by how many of their dots are set. */
const BRAILLE = " ..::++##";

export function toAscii(text: string): string {
  let ascii = "";
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x7f) ascii += character;
    else if (code >= 0x2800 && code <= 0x28ff) ascii += BRAILLE[dots(code - 0x2800)];
    else ascii += REPLACED[character] ?? "?";
  }
  return ascii;
}

function dots(pattern: number): number {
  let count = 0;
  for (let bits = pattern; bits !== 0; bits &= bits - 1) count++;
  return count;
}
