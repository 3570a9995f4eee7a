/** What the scripted kernel answers about the machine as a whole: made from its panel, so that screens agree with it. */

import {
  type InstrumentPanel,
  type MachineInspection,
  type VirtualRegisters,
  VmState,
} from "../../source/kernel/index.js";

/** @param cells parts of the swap file's map */
export function inspectFakeMachine(panel: InstrumentPanel, cells: number): MachineInspection {
  const { vm } = panel;
  const rows = Array.from({ length: panel.get("rows") }, (_, row) => row).filter((row) => vm.id[row] !== 0);
  const idsIn = (state: number) => rows.filter((row) => vm.state[row] === state).map((row) => vm.id[row]);
  const talkers = rows.filter((row) => vm.txBytes[row] > 0);
  return {
    runQueue: idsIn(VmState.READY).slice(0, 64),
    gatekeeperQueue: idsIn(VmState.SWAPPED).slice(0, Math.min(64, panel.get("gatekeeperQueue"))),
    swapMap: {
      bytes: panel.get("swapReserved"),
      regions: rows.length,
      reserved: Array.from({ length: cells }, (_, cell) => (cell < cells * 0.9 ? 1 : 0)),
      stored: Array.from({ length: cells }, (_, cell) => (cell % 3 === 0 ? 0.5 : 0)),
    },
    networks: [
      {
        name: "lan",
        ports: rows.length,
        frames: panel.get("packetsSwitched"),
        bytes: panel.get("bytesSwitched"),
        drops: panel.get("packetsDropped"),
      },
    ],
    flows: talkers.map((row, index) => ({
      source: `02:44:4e:00:00:${vm.id[row].toString(16).padStart(2, "0")}`,
      destination: "ff:ff:ff:ff:ff:ff",
      from: vm.id[row],
      ...(index % 2 === 0 && talkers[index + 1] !== undefined ? { to: vm.id[talkers[index + 1]] } : {}),
      frames: vm.txPackets[row],
      bytes: vm.txBytes[row],
    })),
  };
}

/** What the scripted guest's register page says. */
export function fakeRegisters(panel: InstrumentPanel, row: number): VirtualRegisters {
  return {
    cpuSpeed: 20_000,
    memorySize: panel.vm.memorySize[row],
    systemTime: panel.get("time"),
    wallClock: 1_039_392_000_000 * 1e6 + panel.get("time"),
    interruptsEnabled: 1,
    interruptsPending: panel.vm.pendingMask[row],
    interruptHandler: 0x401000,
    interruptsDelivered: 0b101,
    diskCount: 0,
    argumentCount: 1,
  };
}
