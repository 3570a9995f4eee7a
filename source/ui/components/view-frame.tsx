/** A view over the whole body, its frame naming all views by their keys. */

import type { ReactNode } from "react";
import type { Controller } from "../controller.js";
import { FRAME_COLUMNS, FRAME_ROWS, type Rectangle } from "../layout.js";
import type { Line } from "../presentation/span.js";
import { viewTabs, vmTitle } from "../presentation/tabs.js";
import { heatView } from "../presentation/views/heat.js";
import { historyView } from "../presentation/views/history.js";
import { interruptsView } from "../presentation/views/interrupts.js";
import { networkView } from "../presentation/views/network.js";
import { schedulerView } from "../presentation/views/scheduler.js";
import { swapView } from "../presentation/views/swap.js";
import type { ViewData } from "../presentation/views/view-data.js";
import { machineHeight, vmView } from "../presentation/views/vm.js";
import { freeLine } from "../presentation/vm-panel.js";
import type { ViewId } from "../views.js";
import { DeviceTable } from "./device-table.js";
import { Frame, noteRoom } from "./frame.js";

const DRAW: Readonly<Record<ViewId, (data: ViewData, width: number, height: number) => Line[]>> = {
  fleet: () => [],
  heat: heatView,
  interrupts: interruptsView,
  scheduler: schedulerView,
  swap: swapView,
  network: networkView,
  vm: vmView,
  history: historyView,
};

export function ViewFrame({ monitor, area }: { monitor: Controller; area: Rectangle }): ReactNode {
  const { view } = monitor.state;
  const data = viewData(monitor);
  const title = viewTabs(view, area.width);
  return (
    <>
      <Frame
        {...area}
        active={monitor.state.mode === "table" || monitor.state.mode === "filter"}
        title={title}
        note={view === "vm" ? vmTitle(data.state.vmPage, data.vm, noteRoom(title, area.width)) : []}
        lines={DRAW[view](data, area.width - FRAME_COLUMNS, area.height - FRAME_ROWS)}
      />
      {view === "vm" && <Devices data={data} area={area} />}
    </>
  );
}

/** The devices of the VM, below its registers and vectors where there is room. */
function Devices({ data: { state, inspection }, area }: { data: ViewData; area: Rectangle }): ReactNode {
  const height = machineHeight(area.height - FRAME_ROWS);
  const free = freeLine(area.width - FRAME_COLUMNS, height);
  if (state.vmPage !== "machine" || !inspection || free === undefined) return null;
  return <DeviceTable inspection={inspection} left={area.left + 2} top={area.top + 1 + free} height={height - free} />;
}

function viewData(monitor: Controller): ViewData {
  const { dashboard, state, inspector, client, stretch } = monitor;
  const present = monitor.unknown === undefined;
  const inspection = present ? inspector.vm(state.cursor) : undefined;
  return {
    dashboard,
    state,
    stretch,
    policies: client.policies,
    vm: dashboard.vm(state.cursor),
    hasColors: monitor.hasColors,
    past: state.moment !== undefined || client.playback !== undefined,
    unknown: monitor.unknown ?? inspector.refusal(state.cursor),
    inspection,
    before: inspection && inspector.before,
    machine: present ? inspector.machine : undefined,
    memory: present ? inspector.memory(state.cursor) : undefined,
    flows: present ? inspector.flows : [],
    uplink: inspector.uplink,
    capturing: monitor.isCapturing,
  };
}
