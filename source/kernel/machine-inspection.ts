/** What an operator can look at of the machine as a whole: queues, the swap file's map, Ethernets and who talks to whom. */

import type { Parts } from "./boot.js";
import type { FlowSummary, MachineInspection, NetworkSummary, SwapMap } from "./commands.js";
import { formatMacNumber, vmOfMac } from "./net/ethernet.js";
import type { Flow } from "./net/flow-table.js";
import { FLOWS_SHOWN, QUEUE_SHOWN } from "./params.js";
import { PAGE_SIZE } from "./swap/swap-format.js";
import type { Vm } from "./vm/vm.js";

/** @param cells parts that the swap file is divided into for its map */
export function inspectMachine({ scheduler, gatekeeper, lifecycle, core }: Parts, cells: number): MachineInspection {
  return {
    runQueue: first(scheduler.waiting(), QUEUE_SHOWN),
    gatekeeperQueue: first(gatekeeper.waiting(), QUEUE_SHOWN),
    swapMap: swapMap(core.vms, cells),
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

/** How much of each part of the swap file is reserved for VMs, and how much of it holds data: shares of 0 to 1. */
function swapMap(vms: Iterable<Vm>, cells: number): SwapMap {
  const regions = [...vms].flatMap(({ region }) => (region ? [region] : []));
  const pages = regions.reduce((end, { firstPage, extentPages }) => Math.max(end, firstPage + extentPages), 1);
  const cellPages = pages / cells;
  const reserved = new Array<number>(cells).fill(0);
  const stored = new Array<number>(cells).fill(0);
  for (const region of regions) {
    spread(reserved, region.firstPage, region.extentPages, cellPages);
    spread(stored, region.firstPage, Math.ceil(region.storedBytes / PAGE_SIZE), cellPages);
  }
  return { bytes: pages * PAGE_SIZE, regions: regions.length, reserved, stored };
}

/** Adds a run of pages to the cells it lies in, as shares of a cell. */
function spread(cells: number[], firstPage: number, pages: number, cellPages: number): void {
  const end = firstPage + pages;
  for (let cell = Math.floor(firstPage / cellPages); cell < cells.length && cell * cellPages < end; cell++) {
    const overlap = Math.min(end, (cell + 1) * cellPages) - Math.max(firstPage, cell * cellPages);
    cells[cell] = Math.min(1, cells[cell] + Math.max(0, overlap) / cellPages);
  }
}
