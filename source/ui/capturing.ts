/** The key that starts and stops writing traffic to a file: the selected VM's, in the network view everybody's. */

import type { CaptureSummary } from "../host/client.js";
import type { Controller } from "./controller.js";
import { stamp } from "./export/stamp.js";
import { count } from "./presentation/units.js";

export function toggleCapture(monitor: Controller): void {
  // Also one that has ended by itself: its file still wants its end, and whoever did not notice means to stop it.
  if (monitor.state.capture) stop(monitor);
  else if (!monitor.isCapturing) start(monitor);
  else monitor.inform("everybody's traffic is being captured since the start, by --pcap");
}

function start(monitor: Controller): void {
  const { store, state, operator, client, dashboard } = monitor;
  const vm = state.view === "network" ? undefined : dashboard.vm(state.cursor);
  if (!vm && state.view !== "network") {
    monitor.inform("there is no VM to capture the traffic of; the network view captures everybody's");
    return;
  }
  const path = `denali-${stamp(new Date())}.pcapng`;
  operator.ask(async () => {
    await client.startCapture(path, vm?.id);
    const whose = vm ? `${vm.name}'s` : "everybody's";
    store.dispatch({ type: "set", change: { capture: { path, whose } } });
    return `capturing ${whose} traffic in ${path}; the same key stops it`;
  });
}

function stop({ store, operator, client }: Controller): void {
  store.dispatch({ type: "set", change: { capture: undefined } });
  operator.ask(async () => told(await client.stopCapture()));
}

function told(summary: CaptureSummary | undefined): string {
  if (!summary) return "nothing was being captured";
  const { path, frames, dropped, ended } = summary;
  const lost = dropped > 0 ? `, ${count(dropped)} are missing` : "";
  const full = ended === undefined ? "" : "; it had ended at its limit";
  return `${count(frames)} frames are in ${path}${lost}${full}`;
}
