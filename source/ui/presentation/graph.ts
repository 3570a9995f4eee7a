/**
 * Bars and graphs made of text. A graph's cells are braille patterns of 2 by 4 dots (Unicode chart U+2800), so one column
 * shows two samples and one row four levels.
 */

import type { Tone } from "../theme.js";
import { type Line, span } from "./span.js";

const BRAILLE = 0x2800;
const DOTS_DOWN = 4;
/** Bits of the dots from the lowest up, left and right column. */
const LEFT = [0x40, 0x04, 0x02, 0x01];
const RIGHT = [0x80, 0x20, 0x10, 0x08];

/** Where a bar without a tone of its own turns from one tone to the next, as shares of its width. */
const ZONES: readonly (readonly [number, Tone])[] = [
  [0.6, "good"],
  [0.85, "warning"],
  [1, "bad"],
];

/** A horizontal bar, `share` of it filled (0 to 1): in one tone, or in tones that show how near the end is. */
export function bar(share: number, width: number, tone?: Tone): Line {
  const bounded = Math.min(1, Math.max(0, share || 0));
  const filled = bounded > 0 ? Math.max(1, Math.round(bounded * width)) : 0;
  const rest = span("─".repeat(Math.max(0, width - filled)), "border");
  if (tone) return [span("━".repeat(filled), tone), rest];
  let drawn = 0;
  const zones = ZONES.map(([end, zone]) => {
    const length = Math.max(0, Math.min(filled, Math.round(end * width)) - drawn);
    drawn += length;
    return span("━".repeat(length), zone);
  });
  return [...zones.filter(({ text }) => text !== ""), rest];
}

/** Filled graph of the last samples, newest at the right, `height` rows from the top. A `maximum` of 0 means the largest. */
export function graph(samples: readonly number[], width: number, height: number, maximum = 0): string[] {
  const shown = samples.slice(Math.max(0, samples.length - width * 2));
  const top = maximum > 0 ? maximum : Math.max(...shown, 0);
  const levels = height * DOTS_DOWN;
  const first = width * 2 - shown.length;
  const level = (dot: number): number => {
    const value = shown[dot - first];
    if (value === undefined || top <= 0) return 0;
    return value > 0 ? Math.max(1, Math.round((Math.min(value, top) / top) * levels)) : 0;
  };
  const rows = Array.from({ length: height }, () => "");
  for (let column = 0; column < width; column++) {
    const left = level(column * 2);
    const right = level(column * 2 + 1);
    for (let row = 0; row < height; row++) {
      const base = (height - 1 - row) * DOTS_DOWN;
      rows[row] += String.fromCharCode(BRAILLE + dots(LEFT, left - base) + dots(RIGHT, right - base));
    }
  }
  return rows;
}

function dots(bits: readonly number[], level: number): number {
  let pattern = 0;
  for (let dot = 0; dot < DOTS_DOWN && dot < level; dot++) pattern |= bits[dot];
  return pattern;
}
