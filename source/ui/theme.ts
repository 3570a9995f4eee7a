/**
 * What the tones of presentation functions look like. There are two themes: one with colours, one without (`NO_COLOR`), in
 * which bold and inverse text carry what colours do elsewhere. Terminals with fewer colours get the nearest ones.
 */

import { createContext, useContext } from "react";
import type { VmStateName } from "../kernel/index.js";

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
  | "cursorText"
  | "graph1"
  | "graph2"
  | "graph3"
  | "graph4"
  | "graph5"
  | VmStateName;

export interface Theme {
  /** The colour of a tone, undefined for the terminal's own. */
  readonly colors: Partial<Record<Tone, string>>;
  /** True when the cursor must be shown by inverse text. */
  readonly plain: boolean;
}

export const COLOR_THEME: Theme = {
  plain: false,
  colors: {
    muted: "#7d88a1",
    border: "#46506a",
    accent: "#7aa2f7",
    title: "#c0caf5",
    good: "#9ece6a",
    warning: "#e0af68",
    bad: "#f7768e",
    key: "#7dcfff",
    changed: "#ffb454",
    cursor: "#2d4270",
    cursorText: "#ffffff",
    graph1: "#9ece6a",
    graph2: "#7aa2f7",
    graph3: "#e0af68",
    graph4: "#7dcfff",
    graph5: "#bb9af7",
    running: "#9ece6a",
    ready: "#e0af68",
    idle: "#7dcfff",
    paused: "#bb9af7",
    swapping: "#ff9e64",
    swapped: "#8a7fb8",
    terminated: "#7d88a1",
    crashed: "#f7768e",
  },
};

export const PLAIN_THEME: Theme = { plain: true, colors: {} };

export const ThemeContext = createContext<Theme>(COLOR_THEME);

export function useTheme(): Theme {
  return useContext(ThemeContext);
}
