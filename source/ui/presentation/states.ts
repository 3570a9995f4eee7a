/** How a VM's state is shown: one sign and one tone each, the same everywhere. */

import type { VmStateName } from "../../kernel/index.js";
import { type Span, span } from "./span.js";

const SIGNS: Record<VmStateName, string> = {
  running: "►",
  ready: "●",
  idle: "○",
  paused: "‖",
  swapping: "⇅",
  swapped: "▽",
  terminated: "■",
  crashed: "✗",
};

/** Whether a VM in that state is over: its record is kept, and it takes nothing any more. */
export function hasEnded(state: VmStateName | undefined): boolean {
  return state === "terminated" || state === "crashed";
}

export function stateSign(state: VmStateName): Span {
  return span(SIGNS[state], state);
}

/** Sign and name: `● ready`. */
export function stateText(state: VmStateName): string {
  return `${SIGNS[state]} ${state}`;
}
