/** Folds the lines of a text that grows at its end, and none of them twice. */

import { folded } from "./span.js";

/**
 * Measuring a line whose characters are not all one cell wide takes many times what drawing it does, and a console has
 * thousands of lines of which a few are seen and one changes.
 */
export class Folding {
  #width = 0;
  /** Of the lines that were folded last. */
  #known = new Map<string, readonly string[]>();

  /** The lines in rows of at most so many cells; the very same rows for a line that was there before. */
  fold(lines: readonly string[], width: number): (readonly string[])[] {
    const before = width === this.#width ? this.#known : new Map<string, readonly string[]>();
    const known = new Map<string, readonly string[]>();
    const all = lines.map((line) => {
      const rows = known.get(line) ?? before.get(line) ?? folded(line, width);
      known.set(line, rows);
      return rows;
    });
    this.#width = width;
    this.#known = known;
    return all;
  }
}
