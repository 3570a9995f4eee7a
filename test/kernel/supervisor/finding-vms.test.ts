/** How the supervisor finds VMs among many: by name, by number, in pieces of a list, and those that have ended. */

import { beforeEach, expect, it } from "vitest";
import { AbiError, ControlHandle, ControlOperation, ControlVm } from "../../../source/kernel/abi.js";
import { InstrumentPanel } from "../../../source/kernel/instruments.js";
import { CapabilityTable } from "../../../source/kernel/supervisor/capabilities.js";
import { ControlDevice, type SupervisorCommands } from "../../../source/kernel/supervisor/control-device.js";
import { ImageStore } from "../../../source/kernel/vm/image-store.js";
import type { Vm } from "../../../source/kernel/vm/vm.js";
import { VmTable } from "../../../source/kernel/vm/vm-table.js";
import { IMAGES } from "../boot.js";

const images = new ImageStore([IMAGES]);

let table: VmTable;
let capabilities: CapabilityTable;
let device: ControlDevice;
/** VMs that the kernel described: what an operation costs. */
let described: number;

beforeEach(() => {
  table = new VmTable(new InstrumentPanel(2_000));
  capabilities = new CapabilityTable(table);
  device = new ControlDevice({} as SupervisorCommands, table, images, capabilities);
  described = 0;
});

function add(name: string): Vm {
  const vm = {
    ...table.allocate(),
    name: table.uniqueName(name),
    memorySize: 65_536,
    image: { name: "hello" },
    get shownState() {
      described++;
      return 2;
    },
  } as Vm;
  table.add(vm);
  capabilities.grant(vm);
  return vm;
}

function remove(vm: Vm): void {
  capabilities.revoke(vm);
  table.remove(vm);
}

/** Performs an operation of the machine's handle with room for so many records. */
function ask(operation: number, room: number, fill: (buffer: Buffer) => void = () => {}) {
  const buffer = Buffer.alloc(room * ControlVm.SIZE);
  fill(buffer);
  const result = device.perform(operation, ControlHandle.MACHINE, buffer);
  const records = Array.from({ length: room }, (_, index) => buffer.subarray(index * ControlVm.SIZE));
  const numbers = records.map((record) => record.readUInt32LE(ControlVm.VM_ID));
  return { result, numbers: numbers.slice(0, Math.max(0, result)), first: numbers[0] };
}

const lookUp = (name: string, id = 0) =>
  ask(ControlOperation.LOOKUP, 1, (buffer) => {
    buffer.write(name, ControlVm.NAME);
    buffer.writeUInt32LE(id, ControlVm.VM_ID);
  });
const listFrom = (handle: number, room: number) =>
  ask(ControlOperation.LIST_FROM, room, (buffer) => buffer.writeUInt32LE(handle, ControlVm.HANDLE));
const takeEnded = (room: number) => ask(ControlOperation.TAKE_ENDED, room);

it("finds a VM by name, or by number where no name is given, and looks at no other", () => {
  const vms = Array.from({ length: 1_000 }, (_, index) => add(`web${index}`));
  expect(lookUp("web700")).toMatchObject({ result: 0, first: vms[700].id });
  expect(lookUp("", vms[3].id)).toMatchObject({ result: 0, first: vms[3].id });
  expect(lookUp("nobody").result).toBe(AbiError.NOT_FOUND);
  expect(lookUp("", 5_000).result).toBe(AbiError.NOT_FOUND);
  expect(described).toBe(2);
  remove(vms[700]);
  expect(lookUp("web700").result).toBe(AbiError.NOT_FOUND);
  expect(lookUp("web700", vms[3].id).result).toBe(AbiError.NOT_FOUND);
  expect(lookUp("", vms[700].id).result).toBe(AbiError.NOT_FOUND);
  const again = add("web700");
  expect(lookUp("web700").first).toBe(again.id);
});

it("refuses a record that is none", () => {
  add("web");
  for (const operation of [ControlOperation.LOOKUP, ControlOperation.LIST_FROM])
    expect(device.perform(operation, ControlHandle.MACHINE, new Uint8Array(ControlVm.SIZE - 1))).toBeLessThan(0);
  expect(ask(ControlOperation.LIST_FROM, 0).result).toBe(AbiError.TOO_BIG);
  for (const operation of [ControlOperation.LOOKUP, ControlOperation.LIST_FROM, ControlOperation.TAKE_ENDED])
    expect(device.perform(operation, ControlHandle.IMAGE_STORE, new Uint8Array(96))).toBe(AbiError.DENIED);
});

it("lists all in pieces, each VM once, while others come and go", () => {
  const vms = Array.from({ length: 1_000 }, () => add("web"));
  const listed: number[] = [];
  let handle = 0;
  for (let piece = listFrom(handle, 64); piece.result > 0; piece = listFrom(handle, 64)) {
    expect(described).toBeLessThanOrEqual(listed.length + 64);
    listed.push(...piece.numbers);
    handle = (table.find(listed.at(-1) as number) as Vm).handle + 1;
    if (listed.length === 128) for (const vm of [...vms.slice(0, 100), ...vms.slice(200, 900)]) remove(vm);
    if (listed.length === 192) add("web");
  }
  const stayed = [...vms.slice(0, 200), ...vms.slice(900)].map(({ id }) => id);
  expect(listed).toEqual([...stayed, 1_001]);
});

it("tells of each VM that has ended once, as many as there is room for, and of none that is forgotten", () => {
  const vms = Array.from({ length: 10 }, () => add("web"));
  for (const vm of vms.slice(2, 9).reverse()) capabilities.noteEnd(vm);
  remove(vms[6]);
  expect(takeEnded(0).numbers).toEqual([]);
  expect(takeEnded(4).numbers).toEqual([9, 8, 6, 5]);
  expect(takeEnded(4).numbers).toEqual([4, 3]);
  expect(takeEnded(4).numbers).toEqual([]);
  expect(described).toBe(6);
});
