/** One of the five panels of the fleet view. */

import type { ReactNode } from "react";
import type { VmFigures } from "../../host/figures.js";
import type { VmInspection } from "../../kernel/index.js";
import type { Dashboard } from "../dashboard.js";
import type { Stretch } from "../history.js";
import { FRAME_COLUMNS, FRAME_ROWS, type PanelId, type PlacedPanel } from "../layout.js";
import { historyPanel, interruptsPanel, networkPanel, swapPanel } from "../presentation/machine-panels.js";
import { type Line, muted, span, strong } from "../presentation/span.js";
import { stateText } from "../presentation/states.js";
import { freeLine, vmPanel } from "../presentation/vm-panel.js";
import { DeviceTable } from "./device-table.js";
import { Frame } from "./frame.js";

export interface Inspected {
  readonly vm: VmFigures | undefined;
  readonly inspection: VmInspection | undefined;
  readonly before: readonly number[] | undefined;
  readonly unknown: string | undefined;
}

export interface PanelViewProps {
  readonly placed: PlacedPanel;
  readonly dashboard: Dashboard;
  readonly inspected: Inspected;
  readonly stretch: Stretch;
}

const TITLES: Record<PanelId, string> = {
  vm: "VM",
  interrupts: "Interrupts",
  swap: "Swap",
  network: "Network",
  history: "History",
};

export function PanelView({ placed, dashboard, inspected, stretch }: PanelViewProps): ReactNode {
  const width = placed.width - FRAME_COLUMNS;
  const height = placed.height - FRAME_ROWS;
  const { vm } = inspected;
  const who: Line = vm ? [strong(vm.name, "title"), muted(` ${vm.id} `)] : [];
  const note: Line = placed.id !== "vm" || !vm ? [] : [...who, span(stateText(vm.state), vm.state)];
  const free = placed.id === "vm" && inspected.inspection ? freeLine(width, height) : undefined;
  return (
    <>
      <Frame
        {...placed}
        title={[strong(TITLES[placed.id], "accent")]}
        note={note}
        lines={panelLines(placed.id, dashboard, inspected, stretch, width, height)}
      />
      {inspected.inspection && free !== undefined && (
        <DeviceTable
          inspection={inspected.inspection}
          left={placed.left + 2}
          top={placed.top + 1 + free}
          height={height - free}
        />
      )}
    </>
  );
}

function panelLines(
  id: PanelId,
  dashboard: Dashboard,
  inspected: Inspected,
  stretch: Stretch,
  width: number,
  height: number,
): Line[] {
  const { vm, inspection, before, unknown } = inspected;
  switch (id) {
    case "vm":
      return vm ? vmPanel({ vm, inspection, before, unknown }, width, height) : [[muted("no VM selected")]];
    case "interrupts":
      return interruptsPanel(dashboard, stretch, inspection, width, height);
    case "swap":
      return swapPanel(dashboard, stretch, width, height);
    case "network":
      return networkPanel(dashboard, stretch, width, height);
    case "history":
      return historyPanel(dashboard, stretch, width, height);
  }
}
