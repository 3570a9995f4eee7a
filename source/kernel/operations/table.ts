/** All virtual instructions by the number of their `int` instruction. */

import { VirtualInstruction } from "../abi.js";
import { consoleGet, consolePut } from "./console.js";
import { control } from "./control.js";
import { diskCompletion, diskRead, diskWrite } from "./disks.js";
import { idle, interruptReturn, setTimer, terminate } from "./execution.js";
import type { Operation } from "./operation.js";
import { packetReceive, packetSend } from "./packets.js";
import { REGISTER_NIC_VECTOR, registerNic } from "./register-nic.js";
import { uplink } from "./uplink.js";

const BY_VECTOR: readonly [number, Operation][] = [
  [VirtualInstruction.IDLE, idle],
  [VirtualInstruction.TERMINATE, terminate],
  [VirtualInstruction.INTERRUPT_RETURN, interruptReturn],
  [VirtualInstruction.SET_TIMER, setTimer],
  [VirtualInstruction.CONSOLE_PUT, consolePut],
  [VirtualInstruction.CONSOLE_GET, consoleGet],
  [VirtualInstruction.PACKET_SEND, packetSend],
  [VirtualInstruction.PACKET_RECEIVE, packetReceive],
  [VirtualInstruction.DISK_READ, diskRead],
  [VirtualInstruction.DISK_WRITE, diskWrite],
  [VirtualInstruction.DISK_COMPLETION, diskCompletion],
  [VirtualInstruction.CONTROL, control],
  [VirtualInstruction.UPLINK, uplink],
  [REGISTER_NIC_VECTOR, registerNic],
];

/** Indexed by vector, 0 to 255; undefined where no virtual instruction has that number. */
export const OPERATIONS: readonly (Operation | undefined)[] = (() => {
  const table = new Array<Operation | undefined>(256).fill(undefined);
  for (const [vector, operation] of BY_VECTOR) table[vector] = operation;
  return table;
})();
