/** Refreshes the figures at the chosen interval, and fetches the kernel's notices. */

import { useEffect } from "react";
import type { Controller } from "../controller.js";
import { NOTICE_INTERVAL } from "../params.js";

export function useRefresh(monitor: Controller, interval: number): void {
  useEffect(() => {
    const timer = setInterval(monitor.refresh, interval);
    return () => clearInterval(timer);
  }, [monitor, interval]);
}

/** Shows each new notice once. Those from before the start are history, but for what there is to mend. */
export function useNotices(monitor: Controller): void {
  useEffect(() => {
    let seen = 0;
    let started = false;
    let asking = false;
    const look = async (): Promise<void> => {
      const notices = await monitor.client.notices(seen);
      const last = notices.at(-1);
      if (last) seen = last.index + 1;
      const shown = started ? last : notices.findLast(({ severity }) => severity === "error");
      if (shown) monitor.announce({ severity: shown.severity, text: shown.text });
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
