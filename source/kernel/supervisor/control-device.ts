/**
 * The control device: the supervisor VM's way to use its handles. Requests and answers are the records of abi.ts in a buffer
 * of the supervisor's own memory; what does not make sense is answered with an error and changes nothing.
 */

import {
  AbiError,
  ControlCreate,
  ControlImage,
  ControlMachine,
  ControlOperation,
  ControlVm,
  NAME_SIZE,
} from "../abi.js";
import type { Quantum, VmSpec } from "../commands.js";
import { UserError } from "../errors.js";
import type { InstrumentPanel } from "../instruments.js";
import { POLICY_NAMES } from "../sched/policy.js";
import type { ImageStore } from "../vm/image-store.js";
import type { VmTable } from "../vm/vm-table.js";
import type { Capability, CapabilityTable } from "./capabilities.js";

/** Longest text an argument can be, its NUL included. */
const ARGUMENTS_SIZE = ControlCreate.SIZE - ControlCreate.ARGUMENTS;

/** The operator's commands that handles stand for. */
export interface SupervisorCommands {
  spawn(spec: VmSpec): number[];
  pause(id: number): void;
  resume(id: number): void;
  kill(id: number): void;
  setQuantum(quantum: Quantum): void;
  setPolicy(name: string): void;
}

export class ControlDevice {
  readonly #commands: SupervisorCommands;
  readonly #panel: InstrumentPanel;
  readonly #images: ImageStore;
  readonly #vms: VmTable;
  readonly capabilities: CapabilityTable;

  constructor(commands: SupervisorCommands, vms: VmTable, images: ImageStore, capabilities: CapabilityTable) {
    this.#commands = commands;
    this.#panel = vms.panel;
    this.#vms = vms;
    this.#images = images;
    this.capabilities = capabilities;
  }

  /**
   * @param buffer view of the supervisor's memory: arguments, then results
   * @returns the operation's result, or an `AbiError`
   */
  perform(operation: number, handle: number, buffer: Uint8Array): number {
    const capability = this.capabilities.get(handle);
    if (!capability) return AbiError.NOT_FOUND;
    try {
      switch (capability.kind) {
        case "machine":
          return this.#machine(operation, buffer);
        case "image store":
          return this.#imageStore(operation, buffer);
        case "vm":
          return this.#vm(operation, capability);
      }
    } catch (error) {
      if (error instanceof UserError) return AbiError.INVALID;
      throw error;
    }
  }

  #machine(operation: number, buffer: Uint8Array): number {
    switch (operation) {
      case ControlOperation.LIST:
        return this.#list(buffer);
      case ControlOperation.MACHINE:
        return this.#describe(buffer);
      case ControlOperation.SET_QUANTUM:
        if (buffer.length !== 8) return AbiError.INVALID;
        this.#commands.setQuantum({ nanoseconds: Number(viewOf(buffer).getBigUint64(0, true)) });
        return 0;
      case ControlOperation.SET_POLICY:
        this.#commands.setPolicy(text(buffer, 0, buffer.length));
        return 0;
      default:
        return AbiError.DENIED;
    }
  }

  #imageStore(operation: number, buffer: Uint8Array): number {
    switch (operation) {
      case ControlOperation.LIST_IMAGES:
        return this.#listImages(buffer);
      case ControlOperation.CREATE:
        return this.#create(buffer);
      default:
        return AbiError.DENIED;
    }
  }

  #vm(operation: number, capability: Capability & { kind: "vm" }): number {
    if (!capability.control) return AbiError.DENIED;
    const { id } = capability.vm;
    switch (operation) {
      case ControlOperation.PAUSE:
        this.#commands.pause(id);
        return 0;
      case ControlOperation.RESUME:
        this.#commands.resume(id);
        return 0;
      case ControlOperation.KILL:
        this.#commands.kill(id);
        return 0;
      default:
        return AbiError.DENIED;
    }
  }

  #list(buffer: Uint8Array): number {
    const { vm: columns } = this.#panel;
    const records = Math.floor(buffer.length / ControlVm.SIZE);
    let count = 0;
    for (const vm of this.capabilities.vms()) {
      if (count < records) {
        const record = viewOf(buffer, count * ControlVm.SIZE, ControlVm.SIZE);
        record.setUint32(ControlVm.HANDLE, vm.handle, true);
        record.setUint32(ControlVm.VM_ID, vm.id, true);
        record.setUint32(ControlVm.STATE, vm.shownState, true);
        record.setUint32(ControlVm.MEMORY_SIZE, vm.memorySize, true);
        record.setBigUint64(ControlVm.CPU_NANOSECONDS, BigInt(Math.round(columns.cpuTime[vm.row])), true);
        record.setBigUint64(ControlVm.INSTRUCTIONS, BigInt(columns.instructions[vm.row]), true);
        setText(record, ControlVm.NAME, vm.name);
        setText(record, ControlVm.IMAGE, vm.image.name);
      }
      count++;
    }
    return count;
  }

  #listImages(buffer: Uint8Array): number {
    const images = this.#images.all();
    images.slice(0, Math.floor(buffer.length / ControlImage.SIZE)).forEach((image, index) => {
      const record = viewOf(buffer, index * ControlImage.SIZE, ControlImage.SIZE);
      setText(record, ControlImage.NAME, image.name);
      record.setUint32(ControlImage.MEMORY_SIZE, image.memorySize, true);
      record.setUint32(ControlImage.TEXT_SIZE, image.summary.textSize, true);
    });
    return images.length;
  }

  #create(buffer: Uint8Array): number {
    if (buffer.length !== ControlCreate.SIZE) return AbiError.INVALID;
    const name = text(buffer, ControlCreate.NAME, NAME_SIZE);
    const memory = viewOf(buffer).getUint32(ControlCreate.MEMORY_SIZE, true);
    const words = text(buffer, ControlCreate.ARGUMENTS, ARGUMENTS_SIZE).split(" ").filter(Boolean);
    const image = text(buffer, ControlCreate.IMAGE, NAME_SIZE);
    if (!this.#images.names.includes(image)) return AbiError.NOT_FOUND;
    const [id] = this.#commands.spawn({
      image,
      arguments: words,
      ...(name ? { name } : {}),
      ...(memory ? { memory } : {}),
    });
    return this.capabilities.handleOf(this.#vms.get(id)) ?? AbiError.NOT_FOUND;
  }

  #describe(buffer: Uint8Array): number {
    if (buffer.length < ControlMachine.SIZE) return AbiError.TOO_BIG;
    const record = viewOf(buffer, 0, ControlMachine.SIZE);
    const panel = this.#panel;
    record.setUint32(ControlMachine.VM_COUNT, this.#vms.size, true);
    record.setBigUint64(ControlMachine.QUANTUM, BigInt(Math.round(panel.get("quantum"))), true);
    record.setBigUint64(ControlMachine.MEMORY_BUDGET, BigInt(panel.get("memoryBudget")), true);
    record.setBigUint64(ControlMachine.MEMORY_RESIDENT, BigInt(panel.get("memoryResident")), true);
    setText(record, ControlMachine.POLICY, POLICY_NAMES[panel.get("policy")]);
    return 0;
  }
}

function viewOf(buffer: Uint8Array, offset = 0, length = buffer.length): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset + offset, length);
}

/** A NUL-terminated string in a field of `size` bytes, copied before it is looked at. */
function text(buffer: Uint8Array, offset: number, size: number): string {
  const field = Buffer.from(buffer.slice(offset, offset + size));
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

function setText(record: DataView, offset: number, value: string): void {
  const field = new Uint8Array(record.buffer, record.byteOffset + offset, NAME_SIZE);
  field.fill(0);
  const encoded = Buffer.from(value, "utf8").subarray(0, NAME_SIZE - 1);
  field.set(encoded);
}
