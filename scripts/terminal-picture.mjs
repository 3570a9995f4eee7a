/**
 * Draws an xterm.js screen as a picture. Letters come from a monospaced system font; box lines, blocks and braille dots are
 * drawn as shapes, so that they join from cell to cell as they do in a terminal.
 */

import { Resvg } from "@resvg/resvg-js";

const FONT = "DejaVu Sans Mono, Liberation Mono, Menlo, Consolas, monospace";
const FONT_SIZE = 16;
const CELL_WIDTH = 9.634;
const CELL_HEIGHT = 20;
const BASELINE = 15;
const PADDING = 14;
const BACKGROUND = "#15161e";
const FOREGROUND = "#c8cfe8";

/** The first 16 colours of a dark terminal. */
const PALETTE = [
  "#15161e", "#f7768e", "#9ece6a", "#e0af68", "#7aa2f7", "#bb9af7", "#7dcfff", "#a9b1d6",
  "#414868", "#f7768e", "#9ece6a", "#e0af68", "#7aa2f7", "#bb9af7", "#7dcfff", "#c0caf5",
]; // biome-ignore format: two rows of eight

/** Arms of box characters, as left, right, up, down, and their weight. */
const BOX = {
  "─": ["lr", 1.2], "│": ["ud", 1.2], "├": ["rud", 1.2], "┤": ["lud", 1.2], "┬": ["lrd", 1.2], "┴": ["lru", 1.2],
  "┼": ["lrud", 1.2], "━": ["lr", 4.5],
}; // biome-ignore format: a table

/** Rounded corners as paths from one edge's middle to the other's, in cell sizes. */
const CORNERS = {
  "╭": (x, y, w, h) => `M${x + w / 2} ${y + h}V${y + h / 2 + w / 2}Q${x + w / 2} ${y + h / 2} ${x + w} ${y + h / 2}`,
  "╮": (x, y, w, h) => `M${x + w / 2} ${y + h}V${y + h / 2 + w / 2}Q${x + w / 2} ${y + h / 2} ${x} ${y + h / 2}`,
  "╰": (x, y, w, h) => `M${x + w / 2} ${y}V${y + h / 2 - w / 2}Q${x + w / 2} ${y + h / 2} ${x + w} ${y + h / 2}`,
  "╯": (x, y, w, h) => `M${x + w / 2} ${y}V${y + h / 2 - w / 2}Q${x + w / 2} ${y + h / 2} ${x} ${y + h / 2}`,
};

/** @returns PNG bytes of what the terminal shows */
export function picture(terminal, scale = 1.2) {
  const width = terminal.cols * CELL_WIDTH + 2 * PADDING;
  const height = terminal.rows * CELL_HEIGHT + 2 * PADDING;
  const shapes = [];
  const buffer = terminal.buffer.active;
  for (let row = 0; row < terminal.rows; row++)
    drawLine(buffer.getLine(buffer.baseY + row), row, terminal.cols, shapes);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" xml:space="preserve">
<rect width="100%" height="100%" rx="10" fill="${BACKGROUND}"/>
<g font-family="${FONT}" font-size="${FONT_SIZE}">${shapes.join("\n")}</g></svg>`;
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans Mono", monospaceFamily: "DejaVu Sans Mono" },
  });
  return resvg.render().asPng();
}

function drawLine(line, row, columns, shapes) {
  const y = PADDING + row * CELL_HEIGHT;
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const x = PADDING + column * CELL_WIDTH;
    const style = styleOf(cell);
    if (style.background) {
      shapes.push(
        `<rect x="${n(x)}" y="${y}" width="${n(CELL_WIDTH * cell.getWidth() + 0.4)}" height="${CELL_HEIGHT}" fill="${style.background}"/>`,
      );
    }
    const character = cell.getChars();
    if (character !== "" && character !== " ") shapes.push(drawCharacter(character, x, y, style));
  }
}

function drawCharacter(character, x, y, { color, bold }) {
  const code = character.codePointAt(0);
  if (CORNERS[character]) {
    return `<path d="${CORNERS[character](x, y, CELL_WIDTH, CELL_HEIGHT)}" fill="none" stroke="${color}" stroke-width="1.2"/>`;
  }
  if (BOX[character]) return drawBox(BOX[character], x, y, color);
  if (code >= 0x2800 && code <= 0x28ff) return drawBraille(code - 0x2800, x, y, color);
  const weight = bold ? ' font-weight="bold"' : "";
  return `<text x="${n(x)}" y="${y + BASELINE}" fill="${color}"${weight}>${escaped(character)}</text>`;
}

function drawBox([arms, weight], x, y, color) {
  const middleX = x + CELL_WIDTH / 2;
  const middleY = y + CELL_HEIGHT / 2;
  const lines = [];
  if (arms.includes("l")) lines.push(`M${n(x)} ${middleY}H${n(middleX)}`);
  if (arms.includes("r")) lines.push(`M${n(middleX)} ${middleY}H${n(x + CELL_WIDTH)}`);
  if (arms.includes("u")) lines.push(`M${n(middleX)} ${y}V${middleY}`);
  if (arms.includes("d")) lines.push(`M${n(middleX)} ${middleY}V${y + CELL_HEIGHT}`);
  return `<path d="${lines.join("")}" stroke="${color}" stroke-width="${weight}"/>`;
}

/** Bits of a braille pattern: dots 1 to 3 down the left, 4 to 6 down the right, 7 and 8 below them. */
const BRAILLE_DOTS = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [0, 3], [1, 3]]; // biome-ignore format: a table

function drawBraille(pattern, x, y, color) {
  return BRAILLE_DOTS.filter((_, bit) => pattern & (1 << bit))
    .map(([column, row]) => {
      const centreX = x + CELL_WIDTH * (0.27 + 0.46 * column);
      const centreY = y + CELL_HEIGHT * (0.125 + 0.25 * row);
      return `<circle cx="${n(centreX)}" cy="${n(centreY)}" r="1.7" fill="${color}"/>`;
    })
    .join("");
}

function styleOf(cell) {
  const foreground = cell.isFgDefault() ? FOREGROUND : colorOf(cell.isFgRGB(), cell.getFgColor());
  const background = cell.isBgDefault() ? undefined : colorOf(cell.isBgRGB(), cell.getBgColor());
  const bold = cell.isBold() !== 0;
  return cell.isInverse()
    ? { color: background ?? BACKGROUND, background: foreground, bold }
    : { color: foreground, background, bold };
}

function colorOf(rgb, value) {
  if (rgb) return `#${value.toString(16).padStart(6, "0")}`;
  if (value < 16) return PALETTE[value];
  if (value >= 232) return `#${(8 + (value - 232) * 10).toString(16).padStart(2, "0").repeat(3)}`;
  const level = (step) => (step === 0 ? 0 : 55 + step * 40).toString(16).padStart(2, "0");
  const index = value - 16;
  return `#${level(Math.floor(index / 36))}${level(Math.floor(index / 6) % 6)}${level(index % 6)}`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function n(value) {
  return value.toFixed(2);
}
