/** Refreshes the figures at the chosen interval, and fetches the kernel's notices. */

import { useEffect } from "react";
import type { KernelNotice } from "../../kernel/index.js";
import type { Controller } from "../controller.js";
import { NOTICE_INTERVAL } from "../params.js";
import type { Message } from "../state.js";

export function useRefresh(monitor: Controller, interval: number): void {
  useEffect(() => {
    const timer = setInterval(monitor.refresh, interval);
    return () => clearInterval(timer);
  }, [monitor, interval]);
}

/** From the worst. */
const SEVERITIES = ["error", "warning", "information"] as const;

/** The last of the worst, and how many others there are. */
function worst(notices: readonly KernelNotice[]): Message | undefined {
  const severity = SEVERITIES.find((each) => notices.some((notice) => notice.severity === each));
  const shown = notices.findLast((notice) => notice.severity === severity);
  return shown && { severity: shown.severity, text: shown.text, more: notices.length - 1 };
}

/** Shows each new notice once, of several the worst. Those from before the start are history, but for what there is to mend. */
export function useNotices(monitor: Controller): void {
  useEffect(() => {
    let seen = 0;
    let started = false;
    let asking = false;
    const look = async (): Promise<void> => {
      const notices = await monitor.client.notices(seen);
      const last = notices.at(-1);
      if (last) seen = last.index + 1;
      const shown = started ? notices : notices.filter(({ severity }) => severity === "error");
      const message = worst(shown);
      if (message) monitor.announce(message);
      started = true;
    };
    const ask = (): void => {
      if (asking) return;
      asking = true;
      // A kernel that cannot answer has stopped, which runMonitor notices.
      look()
        .catch(() => {})
        .finally(() => {
          asking = false;
        });
    };
    ask();
    const timer = setInterval(ask, NOTICE_INTERVAL);
    return () => clearInterval(timer);
  }, [monitor]);
}
