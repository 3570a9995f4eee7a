/** Follows a VM's console while it is shown. */

import { useEffect, useMemo, useRef, useState } from "react";
import type { Controller } from "../controller.js";
import { messageOf } from "../operator.js";
import { CONSOLE_INTERVAL } from "../params.js";
import { ConsoleText } from "../presentation/console-text.js";
import { Folding } from "../presentation/folding.js";

export interface ConsoleContent {
  readonly lines: readonly string[];
  /** How many lines there were before these. */
  readonly dropped: number;
  readonly ended: boolean;
}

/** The VM's console from the oldest line the kernel kept. One read at a time, the next a moment after its answer. */
export function useConsole(monitor: Controller, id: number): ConsoleContent {
  const [content, setContent] = useState<ConsoleContent>({ lines: [], dropped: 0, ended: false });
  useEffect(() => {
    let text = new ConsoleText();
    let decoder = new TextDecoder();
    let position = 0;
    let timer: NodeJS.Timeout | undefined;
    let closed = false;
    const read = async (): Promise<void> => {
      const chunk = await monitor.client.readConsole(id, position);
      if (closed) return;
      const isApart = chunk.position !== position;
      if (isApart) {
        // A recording that was set to before some of it was written, or to where more has come than a console keeps.
        text = new ConsoleText();
        decoder = new TextDecoder();
      }
      position = chunk.position + chunk.bytes.length;
      text.write(decoder.decode(chunk.bytes, { stream: true }));
      if (chunk.bytes.length > 0 || chunk.ended || isApart) {
        const lines = chunk.ended ? text.lines() : text.linesToCursor();
        setContent({ lines, dropped: text.dropped, ended: chunk.ended });
      }
      if (!chunk.ended) timer = setTimeout(follow, CONSOLE_INTERVAL);
    };
    const follow = (): void => {
      read().catch((error: unknown) => !closed && monitor.say(messageOf(error)));
    };
    follow();
    return () => {
      closed = true;
      clearTimeout(timer);
    };
  }, [monitor, id]);
  return content;
}

/** The console's lines, each in rows of at most so many cells. */
export function useFolded(lines: readonly string[], width: number): readonly (readonly string[])[] {
  const [folding] = useState(() => new Folding());
  return useMemo(() => folding.fold(lines, width), [folding, lines, width]);
}

/**
 * How many rows a console that is scrolled back is away from its last: as many as the state says, and those that came below
 * since, so that what is read stays where it is.
 * @param rows the console's lines, each in the rows it takes
 * @param height rows that are seen
 */
export function useScrolledBack(
  { store, state }: Controller,
  rows: readonly (readonly string[])[],
  dropped: number,
  height: number,
): number {
  const before = useRef({ last: -1, rows: 0 });
  const { last } = before.current;
  const below = last < 0 ? 0 : countRows(rows.slice(Math.max(0, last - dropped))) - before.current.rows;
  const wanted = state.offset > 0 ? state.offset + below : 0;
  const offset = Math.max(0, Math.min(wanted, countRows(rows) - height));
  useEffect(() => {
    before.current = { last: dropped + rows.length - 1, rows: rows.at(-1)?.length ?? 0 };
    // A key may have scrolled, gone to the end or left the console since this was drawn: what came below is added to that.
    const now = store.state;
    if (offset === state.offset || now.mode !== "console" || now.offset === 0) return;
    store.dispatch({ type: "offset", offset: now.offset + offset - state.offset });
  });
  return offset;
}

function countRows(lines: readonly (readonly string[])[]): number {
  return lines.reduce((total, rows) => total + rows.length, 0);
}
