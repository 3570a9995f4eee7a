/** A screen as a picture: SVG 1.1 with a line of text for each run of one style, in a monospaced font. */

import { cells } from "../presentation/span.js";
import type { Look } from "../theme.js";
import type { Run } from "./cells.js";

const FONT_SIZE = 14;
const CELL_WIDTH = 8.43;
const LINE_HEIGHT = 18;
const MARGIN = 12;

const GROUND: Readonly<Record<"dark" | "light", { readonly paper: string; readonly ink: string }>> = {
  dark: { paper: "#15161e", ink: "#c8cfe8" },
  light: { paper: "#ffffff", ink: "#20222c" },
};

/** The 16 basic colours as most dark terminals show them. */
const BASIC = [
  "#15161e", "#f7768e", "#9ece6a", "#e0af68", "#7aa2f7", "#bb9af7", "#7dcfff", "#a9b1d6",
  "#414868", "#f7768e", "#9ece6a", "#e0af68", "#7aa2f7", "#bb9af7", "#7dcfff", "#c0caf5",
]; // biome-ignore format: two rows of eight

export function svgOf(lines: readonly (readonly Run[])[], columns: number, rows: number, look: Look): string {
  const ground = GROUND[look === "light" ? "light" : "dark"];
  const width = n(columns * CELL_WIDTH + 2 * MARGIN);
  const height = rows * LINE_HEIGHT + 2 * MARGIN;
  const shapes = lines.flatMap((runs, row) => lineShapes(runs, row, ground));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="${ground.paper}"/>
<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="${FONT_SIZE}" fill="${ground.ink}">
${shapes.join("\n")}
</g>
</svg>
`;
}

function lineShapes(runs: readonly Run[], row: number, { paper, ink }: { paper: string; ink: string }): string[] {
  const y = MARGIN + row * LINE_HEIGHT;
  const shapes: string[] = [];
  let column = 0;
  for (const run of runs) {
    const x = MARGIN + column * CELL_WIDTH;
    const size = cells(run.text);
    const own = { color: run.color && hex(run.color), background: run.background && hex(run.background) };
    const color = run.inverse ? (own.background ?? paper) : own.color;
    const background = run.inverse ? (own.color ?? ink) : own.background;
    if (background) {
      shapes.push(
        `<rect x="${n(x)}" y="${y}" width="${n(size * CELL_WIDTH)}" height="${LINE_HEIGHT}" fill="${background}"/>`,
      );
    }
    if (run.text.trim() !== "") {
      const style = `${color ? ` fill="${color}"` : ""}${run.bold ? ' font-weight="bold"' : ""}`;
      const length = ` textLength="${n(size * CELL_WIDTH)}" lengthAdjust="spacingAndGlyphs"`;
      shapes.push(
        `<text x="${n(x)}" y="${y + FONT_SIZE}"${length} xml:space="preserve"${style}>${escaped(run.text)}</text>`,
      );
    }
    column += size;
  }
  return shapes;
}

/** `#rrggbb` of a palette number (xterm's: 16 basic ones, a 6x6x6 cube, 24 greys) or of `r;g;b`. */
export function hex(color: string): string {
  const parts = color.split(";").map(Number);
  if (parts.length === 3) return rgb(parts);
  const [number] = parts;
  if (number < 16) return BASIC[number];
  if (number >= 232) return rgb(Array.from({ length: 3 }, () => 8 + 10 * (number - 232)));
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const cube = number - 16;
  return rgb([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level));
}

function rgb(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}
