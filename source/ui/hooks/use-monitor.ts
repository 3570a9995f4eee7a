/** Draws again whenever the controller's state or figures change; answers a number that differs after every change. */

import { useSyncExternalStore } from "react";
import type { Controller } from "../controller.js";

export function useMonitor(monitor: Controller): number {
  return useSyncExternalStore(monitor.store.subscribe, monitor.store.version);
}
