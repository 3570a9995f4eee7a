/** What an operator can look at of the machine as a whole: queues, the swap file's map, Ethernets and who talks to whom. */

import type { Parts } from "./boot.js";
import type { FlowSummary, MachineInspection, NetworkSummary } from "./commands.js";
import { formatMacNumber, vmOfMac } from "./net/ethernet.js";
import type { Flow } from "./net/flow-table.js";
import { FLOWS_SHOWN, QUEUE_SHOWN } from "./params.js";
import type { Vm } from "./vm/vm.js";

/** @param cells parts that the swap file is divided into for its map */
export function inspectMachine(
  { scheduler, gatekeeper, lifecycle, swapFile }: Parts,
  cells: number,
): MachineInspection {
  return {
    runQueue: first(scheduler.waiting(), QUEUE_SHOWN),
    gatekeeperQueue: first(gatekeeper.waiting(), QUEUE_SHOWN),
    swapMap: swapFile.map(cells),
    networks: [...lifecycle.networks].map(
      ({ name, size, framesSwitched, bytesSwitched, framesDropped }): NetworkSummary => ({
        name,
        ports: size,
        frames: framesSwitched,
        bytes: bytesSwitched,
        drops: framesDropped,
      }),
    ),
    flows: lifecycle.networks.flows.largest(FLOWS_SHOWN).map(summary),
  };
}

function first(vms: Iterable<Vm>, most: number): number[] {
  const ids: number[] = [];
  for (const { id } of vms) {
    if (ids.length >= most) break;
    ids.push(id);
  }
  return ids;
}

function summary({ source, destination, frames, bytes }: Flow): FlowSummary {
  const from = vmOfMac(source);
  const to = vmOfMac(destination);
  return {
    source: formatMacNumber(source),
    destination: formatMacNumber(destination),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    frames,
    bytes,
  };
}
