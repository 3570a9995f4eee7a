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
  heat0: [239, 8],
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

/** What replaces colours of the dark look where the background is bright, or contrast is to be high. */
const LOOKS_COLORS: Readonly<Record<"light" | "contrast", Readonly<Partial<Record<Tone, Color>>>>> = {
  light: {
    muted: [243, 8],
    border: [250, 7],
    accent: [25, 4],
    title: [17, 4],
    good: [28, 2],
    warning: [130, 3],
    bad: [160, 1],
    key: [25, 4],
    changed: [166, 3],
    cursor: [189, 7],
    graph1: [28, 2],
    graph2: [25, 4],
    graph3: [130, 3],
    graph4: [31, 6],
    graph5: [91, 5],
    mark: [166, 3],
    heat0: [252, 7],
    running: [28, 2],
    ready: [130, 3],
    idle: [31, 6],
    paused: [91, 5],
    swapping: [166, 3],
    swapped: [96, 5],
    terminated: [243, 8],
    crashed: [160, 1],
  },
  contrast: {
    muted: [252, 7],
    border: [252, 7],
    accent: [51, 14],
    title: [231, 15],
    good: [46, 10],
    warning: [226, 11],
    bad: [196, 9],
    key: [51, 14],
    cursor: [21, 4],
    terminated: [252, 7],
  },
};

/** Looks to choose from; `plain` has no colours. */
export const LOOKS = ["dark", "light", "contrast", "plain"] as const;
export type Look = (typeof LOOKS)[number];

/** How many colours a terminal has. */
export type Depth = "none" | "basic" | "palette" | "exact";

/** What lines are painted with. */
export interface Theme {
  readonly depth: Depth;
  readonly look: Look;
  /** True to draw with ASCII alone. */
  readonly ascii: boolean;
}

/** The depth of a terminal by its bits, as `getColorDepth` of node:tty tells it (1 with `NO_COLOR`). */
export function depthOf(bits: number): Depth {
  return bits < 4 ? "none" : bits < 8 ? "basic" : bits < 24 ? "palette" : "exact";
}

/** True where the locale says that text is not UTF-8 (POSIX: LC_ALL before LC_CTYPE before LANG). */
export function wantsAscii(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG;
  return locale !== undefined && locale !== "" && !/utf-?8/i.test(locale);
}

/** The control sequence's parameters that set a tone, undefined where the theme has no colours. */
export function colorCode({ depth, look }: Theme, tone: Tone, place: "text" | "background"): string | undefined {
  if (depth === "none" || look === "plain") return undefined;
  const own = look === "dark" ? undefined : LOOKS_COLORS[look][tone];
  const [palette, basic, exact] = own ?? COLORS[tone];
  if (depth === "exact" && exact) return `${place === "text" ? 38 : 48};2;${exact}`;
  if (depth !== "basic") return `${place === "text" ? 38 : 48};5;${palette}`;
  return String((place === "text" ? 30 : 40) + (basic < 8 ? basic : 52 + basic));
}

export const ThemeContext = createContext<Theme>({ depth: "palette", look: "dark", ascii: false });

export function useTheme(): Theme {
  return useContext(ThemeContext);
}
