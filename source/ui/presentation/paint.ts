/**
 * Turns styled lines into text with control sequences (SGR, ECMA-48 section 8.3.117). Only what changes from one span to the
 * next is said: Ink takes a line apart character by character, so a screen costs what its control sequences are long.
 */

import { colorCode, type Theme } from "../theme.js";
import { toAscii } from "./ascii.js";
import type { Line, Span } from "./span.js";

const ESCAPE = "\u001b[";
const DEFAULT_TEXT = "39";
const DEFAULT_BACKGROUND = "49";

interface Pen {
  readonly text: string;
  readonly background: string;
  readonly bold: boolean;
  readonly inverse: boolean;
}

const PLAIN: Pen = { text: DEFAULT_TEXT, background: DEFAULT_BACKGROUND, bold: false, inverse: false };

export function paint(line: Line, theme: Theme): string {
  let pen = PLAIN;
  let painted = "";
  for (const part of line) {
    if (part.text === "") continue;
    const next = penOf(part, theme);
    painted += change(pen, next) + (theme.ascii ? toAscii(part.text) : part.text);
    pen = next;
  }
  return painted + change(pen, PLAIN);
}

function penOf({ tone, background, bold = false, inverse = false }: Span, theme: Theme): Pen {
  const ground = background && colorCode(theme, background, "background");
  return {
    text: (tone && colorCode(theme, tone, "text")) ?? DEFAULT_TEXT,
    background: ground ?? DEFAULT_BACKGROUND,
    bold,
    // Where a background cannot be shown, inverse text stands for it.
    inverse: inverse || (background !== undefined && ground === undefined),
  };
}

function change(from: Pen, to: Pen): string {
  const codes: string[] = [];
  if (from.text !== to.text) codes.push(to.text);
  if (from.background !== to.background) codes.push(to.background);
  if (from.bold !== to.bold) codes.push(to.bold ? "1" : "22");
  if (from.inverse !== to.inverse) codes.push(to.inverse ? "7" : "27");
  return codes.map((code) => `${ESCAPE}${code}m`).join("");
}
