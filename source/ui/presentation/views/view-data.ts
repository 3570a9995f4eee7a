/** What the views are drawn from. */

import type { VmFigures } from "../../../host/figures.js";
import type { MachineInspection, VmInspection } from "../../../kernel/index.js";
import type { Dashboard } from "../../dashboard.js";
import type { Stretch } from "../../history.js";
import type { FlowRate, MemoryPart, UplinkRates } from "../../inspector.js";
import type { MonitorState } from "../../state.js";

export interface ViewData {
  readonly dashboard: Dashboard;
  readonly state: MonitorState;
  /** What graphs show. */
  readonly stretch: Stretch;
  readonly policies: readonly string[];
  /** The selected VM; undefined where there is none. */
  readonly vm: VmFigures | undefined;
  /** Whether colours can say something. */
  readonly hasColors: boolean;
  /** Whether a moment of the past is shown, or a recording. */
  readonly past: boolean;
  /** Why nothing below can be known, where it cannot. */
  readonly unknown: string | undefined;
  /** Each undefined until the kernel answered, and of the past. */
  readonly inspection: VmInspection | undefined;
  readonly before: readonly number[] | undefined;
  readonly machine: MachineInspection | undefined;
  readonly memory: MemoryPart | undefined;
  readonly flows: readonly FlowRate[];
  readonly uplink: UplinkRates;
  /** Whether traffic is being written to a file. */
  readonly capturing: boolean;
}

/**
 * Why something is not known that the kernel has to be asked for: `flows are`. Undefined while it is asked for it. A recording
 * answers at once what it holds.
 */
export function notAsked({ state, past, machine }: ViewData, what: string): string | undefined {
  if (!state.frozen) return past && !machine ? `of this moment, ${what} not recorded` : undefined;
  return state.moment === undefined ? `${what} not read while the display is frozen` : `of the past, ${what} not kept`;
}
