/**
 * In the place of Ink's `Output`, which puts everything that is drawn together to one text: the same text for a fraction of
 * the time. A row is a function of what is written on it, and most rows are what they were a frame before; those that changed are
 * put together in composed-row.ts. Whatever that cannot do is left to Ink's own.
 *
 * scripts/build.mjs puts it in its place; nothing else imports it.
 */

import type GeneralOutput from "../../node_modules/ink/build/output.js";
import { composedRow, type Writing } from "./composed-row.js";

type Place = ConstructorParameters<typeof GeneralOutput>[0];
type Write = Parameters<GeneralOutput["write"]>;
type Clip = Parameters<GeneralOutput["clip"]>[0];

/** The last frame's rows by what was written on them. */
let remembered = new Map<string, string>();

/** @param General Ink's own class. It is given because a bundle alone can reach it: Ink does not export it */
export function screenOutput(General: typeof GeneralOutput) {
  return class Output {
    readonly place: Place;
    readonly writes: Write[] = [];
    /** Ink's own, once there is something to clip. */
    general: GeneralOutput | undefined;

    constructor(place: Place) {
      this.place = place;
    }

    write(...given: Write): void {
      if (this.general) this.general.write(...given);
      else if (given[2]) this.writes.push(given);
    }

    clip(clip: Clip): void {
      if (!this.general) {
        this.general = new General(this.place);
        for (const given of this.writes) this.general.write(...given);
      }
      this.general.clip(clip);
    }

    unclip(): void {
      this.general?.unclip();
    }

    get(): { output: string; height: number } {
      if (this.general) return this.general.get();
      const { width, height } = this.place;
      const known = remembered;
      remembered = new Map();
      const rows = rowsOf(this.writes, height).map((writings) => {
        const key = writings.map(({ x, painted }) => `${x}\n${painted}`).join("\n");
        const row = known.get(key) ?? composedRow(writings, width) ?? generally(writings, width, General);
        remembered.set(key, row);
        return row;
      });
      return { output: rows.join("\n"), height };
    }
  };
}

/** What is written on each row, in order. */
function rowsOf(writes: readonly Write[], height: number): Writing[][] {
  const rows = Array.from({ length: height }, (): Writing[] => []);
  for (const [x, y, text, { transformers }] of writes) {
    if (y < 0) continue;
    for (const [index, line] of text.split("\n").entries()) {
      rows[y + index]?.push({ x, painted: transformers.reduce((given, transform) => transform(given, index), line) });
    }
  }
  return rows;
}

function generally(writings: readonly Writing[], width: number, General: typeof GeneralOutput): string {
  const general = new General({ width, height: 1 });
  for (const { x, painted } of writings) general.write(x, 0, painted, { transformers: [] });
  return general.get().output;
}
