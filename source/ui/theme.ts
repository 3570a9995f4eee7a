/**
 * What the tones of presentation functions look like: a number of the 256-colour palette (its codes are half as long as
 * exact colours, and drawing time goes with the length), and one of the 16 basic colours for terminals with no more.
 * Without colours (`NO_COLOR`) bold and inverse text carry what colours do elsewhere.
 */

import { createContext, useContext } from "react";
import type { VmStateName } from "../kernel/index.js";

/** Steps of the heat map, from nothing to most. */
export const HEAT_TONES = ["heat0", "heat1", "heat2", "heat3", "heat4", "heat5", "heat6", "heat7"] as const;
export type HeatTone = (typeof HEAT_TONES)[number];

export type Tone =
  | "muted"
  | "border"
  | "accent"
  | "title"
  | "good"
  | "warning"
  | "bad"
  | "key"
  | "changed"
  | "cursor"
  | "graph1"
  | "graph2"
  | "graph3"
  | "graph4"
  | "graph5"
  | "mark"
  | HeatTone
  | VmStateName;

/** Number in the 256-colour palette and among the 16 basic colours; exact red, green and blue where the palette has none. */
type Color = readonly [palette: number, basic: number, exact?: string];

const COLORS: Readonly<Record<Tone, Color>> = {
  muted: [246, 8],
  border: [240, 8],
  accent: [111, 12],
  title: [189, 15],
  good: [150, 10],
  warning: [179, 11],
  bad: [204, 9],
  key: [117, 14],
  changed: [215, 11],
  cursor: [238, 4, "45;66;112"],
  graph1: [150, 10],
  graph2: [111, 12],
  graph3: [179, 11],
  graph4: [117, 14],
  graph5: [141, 13],
  mark: [215, 11],
  heat0: [236, 8],
  heat1: [24, 4],
  heat2: [30, 6],
  heat3: [71, 2],
  heat4: [149, 10],
  heat5: [220, 11],
  heat6: [208, 3],
  heat7: [196, 9],
  running: [150, 10],
  ready: [179, 11],
  idle: [117, 14],
  paused: [141, 13],
  swapping: [209, 3],
  swapped: [139, 5],
  terminated: [246, 8],
  crashed: [204, 9],
};

/** How many colours are used. */
export type Theme = "none" | "basic" | "palette" | "exact";

/** The theme for a terminal of a colour depth in bits, as `getColorDepth` of node:tty tells it (1 with `NO_COLOR`). */
export function themeOf(depth: number): Theme {
  return depth < 4 ? "none" : depth < 8 ? "basic" : depth < 24 ? "palette" : "exact";
}

/** The control sequence's parameters that set a tone, undefined where the theme has no colours. */
export function colorCode(theme: Theme, tone: Tone, place: "text" | "background"): string | undefined {
  if (theme === "none") return undefined;
  const [palette, basic, exact] = COLORS[tone];
  if (theme === "exact" && exact) return `${place === "text" ? 38 : 48};2;${exact}`;
  if (theme !== "basic") return `${place === "text" ? 38 : 48};5;${palette}`;
  return String((place === "text" ? 30 : 40) + (basic < 8 ? basic : 52 + basic));
}

export const ThemeContext = createContext<Theme>("palette");

export function useTheme(): Theme {
  return useContext(ThemeContext);
}
