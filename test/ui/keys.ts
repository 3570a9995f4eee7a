/** What a terminal sends for keys that have no character of their own (xterm). */

export const UP = "\u001b[A";
export const DOWN = "\u001b[B";
export const RIGHT = "\u001b[C";
export const LEFT = "\u001b[D";
export const HOME = "\u001b[H";
export const END = "\u001b[F";
export const PAGE_UP = "\u001b[5~";
export const PAGE_DOWN = "\u001b[6~";
export const ENTER = "\r";
export const ESCAPE = "\u001b";
export const TAB = "\t";
export const SHIFT_TAB = "\u001b[Z";
