/**
 * What presentation functions make: lines of styled text, measured in terminal cells. They name a tone, never a colour;
 * the theme turns tones into colours when a line is drawn. A line that went through {@link sized} is exactly as wide as its
 * place, so nothing on the screen wraps or spills.
 */

import stringWidth from "string-width";
import { isSimple } from "../simple-text.js";
import type { Tone } from "../theme.js";
import { printable } from "./printable.js";

export interface Style {
  readonly tone?: Tone;
  readonly background?: Tone;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

export interface Span extends Style {
  readonly text: string;
}

export type Line = readonly Span[];

export const BLANK: Line = [];

/** A span of text in a tone. Whoever wrote the text: what must not be drawn of it is not in the span. */
export function span(text: string, tone?: Tone, style?: Omit<Style, "tone">): Span {
  const shown = printable(text);
  return tone === undefined ? { text: shown, ...style } : { text: shown, tone, ...style };
}

export const muted = (text: string): Span => span(text, "muted");
export const strong = (text: string, tone?: Tone): Span => span(text, tone, { bold: true });

/** Cells that a text takes. */
export function cells(text: string): number {
  return isSimple(text) ? text.length : stringWidth(text);
}

export function lineCells(line: Line): number {
  return line.reduce((sum, { text }) => sum + cells(text), 0);
}

/** Made when it is first needed: getting its tables ready takes a moment. */
let segmenter: Intl.Segmenter | undefined;

/** What a person takes for one character, which may be several: a letter with its accents, a sign that is to be an emoji. */
function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Cuts a text to a number of cells, with an ellipsis where something was lost. */
export function cut(given: string, width: number): string {
  const text = printable(given);
  if (cells(text) <= width) return text;
  if (width <= 0) return "";
  if (isSimple(text)) return `${text.slice(0, width - 1)}…`;
  let kept = "";
  let used = 0;
  for (const grapheme of graphemes(text)) {
    const size = cells(grapheme);
    if (used + size > width - 1) break;
    kept += grapheme;
    used += size;
  }
  return `${kept}…${" ".repeat(width - 1 - used)}`;
}

/** A text in pieces of at most so many cells, one of which at least it has. */
export function folded(text: string, width: number): string[] {
  if (cells(text) <= width) return [text];
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const grapheme of isSimple(text) ? text : graphemes(text)) {
    const size = cells(grapheme);
    if (used + size > width && piece !== "") {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += grapheme;
    used += size;
  }
  return [...pieces, piece];
}

export function padEnd(text: string, width: number): string {
  const shown = cut(text, width);
  return shown + " ".repeat(Math.max(0, width - cells(shown)));
}

export function padStart(text: string, width: number): string {
  const shown = cut(text, width);
  return " ".repeat(Math.max(0, width - cells(shown))) + shown;
}

/** Makes a line exactly `width` cells wide; cut or filled up at its end. */
export function sized(line: Line, width: number): Line {
  const total = lineCells(line);
  if (total > width) return shortened(line, width);
  return total < width ? [...line, { text: " ".repeat(width - total) }] : line;
}

/** Makes a line at most `width` cells wide. */
export function clip(line: Line, width: number): Line {
  return lineCells(line) > width ? shortened(line, width) : line;
}

/** Cuts a line that is too long; its last cell becomes an ellipsis. */
function shortened(line: Line, width: number): Line {
  const kept: Span[] = [];
  let left = width;
  for (const part of line) {
    const size = cells(part.text);
    if (size >= left) {
      // Something is lost here or behind it.
      kept.push({ ...part, text: cut(`${part.text}  `, left) });
      break;
    }
    kept.push(part);
    left -= size;
  }
  return kept;
}

/** A left and a right part with the space between them filled; the left one is cut first. */
export function spread(left: Line, right: Line, width: number): Line {
  const size = Math.min(width, lineCells(right));
  const room = Math.max(0, width - size);
  return [...sized(left, room), ...sized(right, size)];
}

/** Two blocks side by side, `leftWidth` and the rest of `width`, with a gap between them. */
export function beside(
  left: readonly Line[],
  right: readonly Line[],
  width: number,
  leftWidth: number,
  gap = 2,
): Line[] {
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_, index) => [
    ...sized(left[index] ?? BLANK, leftWidth),
    { text: " ".repeat(gap) },
    ...sized(right[index] ?? BLANK, Math.max(0, width - leftWidth - gap)),
  ]);
}

/** Joins groups of spans with a separator. */
export function joined(groups: readonly Line[], separator = "  "): Line {
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index > 0 ? [{ text: separator }, ...group] : group));
}

/** Joins as many groups as fit, the first ones first. */
export function fitting(groups: readonly Line[], width: number, separator = "   "): Line {
  const kept: Line[] = [];
  let used = -separator.length;
  for (const group of groups) {
    used += separator.length + lineCells(group);
    if (used > width) break;
    kept.push(group);
  }
  return joined(kept, separator);
}

/** Gives every span of a line the same background or weight. */
export function highlighted(line: Line, style: Omit<Style, "tone">): Line {
  return line.map((part) => ({ ...part, ...style }));
}

/** A text in lines of whole words. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
