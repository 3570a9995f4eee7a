/** Turns styled lines into text with colours, for a terminal with as many colours as it has. */

import { Chalk, type ChalkInstance, supportsColor } from "chalk";
import type { Theme } from "../theme.js";
import type { Line, Span, Style } from "./span.js";

export type Painter = (line: Line) => string;

const PAINTERS = new Map<Theme, Painter>();

export function painterOf(theme: Theme): Painter {
  const known = PAINTERS.get(theme);
  if (known) return known;
  const painter = makePainter(theme);
  PAINTERS.set(theme, painter);
  return painter;
}

/** A painter works out each combination of styles once. */
function makePainter(theme: Theme): Painter {
  // Bold and inverse are no colours: they stay where the theme or the terminal has none.
  const chalk = new Chalk({ level: theme.plain || !supportsColor ? 1 : supportsColor.level });
  const brushes = new Map<string, ChalkInstance | undefined>();
  const brushOf = (part: Span): ChalkInstance | undefined => {
    const key = `${part.tone} ${part.background} ${part.bold} ${part.inverse}`;
    if (!brushes.has(key)) brushes.set(key, makeBrush(chalk, theme, part));
    return brushes.get(key);
  };
  return (line) => line.map((part) => brushOf(part)?.(part.text) ?? part.text).join("");
}

function makeBrush(chalk: ChalkInstance, theme: Theme, { tone, background, bold, inverse }: Style): ChalkInstance | undefined {
  const color = tone && theme.colors[tone];
  const ground = background && theme.colors[background];
  const inverted = inverse || (background !== undefined && !ground);
  if (!color && !ground && !bold && !inverted) return undefined;
  let brush = chalk;
  if (color) brush = brush.hex(color);
  if (ground) brush = brush.bgHex(ground);
  if (bold) brush = brush.bold;
  if (inverted) brush = brush.inverse;
  return brush;
}
