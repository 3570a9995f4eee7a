/** Follows a VM's console while it is shown. */

import { useEffect, useState } from "react";
import type { Controller } from "../controller.js";
import { messageOf } from "../operator.js";
import { CONSOLE_INTERVAL } from "../params.js";
import { ConsoleText } from "../presentation/console-text.js";

export interface ConsoleContent {
  readonly lines: readonly string[];
  readonly ended: boolean;
}

/** The VM's console from the oldest line the kernel kept. One read at a time, the next a moment after its answer. */
export function useConsole(monitor: Controller, id: number): ConsoleContent {
  const [content, setContent] = useState<ConsoleContent>({ lines: [], ended: false });
  useEffect(() => {
    let text = new ConsoleText();
    let decoder = new TextDecoder();
    let position = 0;
    let timer: NodeJS.Timeout | undefined;
    let closed = false;
    const read = async (): Promise<void> => {
      const chunk = await monitor.client.readConsole(id, position);
      if (closed) return;
      const wentBack = chunk.position < position;
      if (wentBack) {
        // A recording that was set back to before some of it was written.
        text = new ConsoleText();
        decoder = new TextDecoder();
      }
      position = chunk.position + chunk.bytes.length;
      text.write(decoder.decode(chunk.bytes, { stream: true }));
      if (chunk.bytes.length > 0 || chunk.ended || wentBack)
        setContent({ lines: chunk.ended ? text.lines() : text.linesToCursor(), ended: chunk.ended });
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
