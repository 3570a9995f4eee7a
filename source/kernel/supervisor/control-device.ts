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
  ControlUpload,
  ControlVm,
  NAME_SIZE,
} from "../abi.js";
import type { Quantum, VmSpec } from "../commands.js";
import { UserError } from "../errors.js";
import type { InstrumentPanel } from "../instruments.js";
import { POLICY_NAMES } from "../sched/policy.js";
import type { ImageStore } from "../vm/image-store.js";
import type { Vm } from "../vm/vm.js";
import type { VmTable } from "../vm/vm-table.js";
import type { Capability, CapabilityTable } from "./capabilities.js";
import { setText, text, viewOf } from "./records.js";
import { type Upload, Uploads } from "./uploads.js";
import { describeDetails, describeVm, performOnVm, type VmCommands } from "./vm-handle.js";

/** Longest text an argument can be, its NUL included. */
const ARGUMENTS_SIZE = ControlCreate.SIZE - ControlCreate.ARGUMENTS;

/** The operator's commands that handles stand for. */
export interface SupervisorCommands extends VmCommands {
  spawn(spec: VmSpec): number[];
  setQuantum(quantum: Quantum): void;
  setPolicy(name: string): void;
}

export class ControlDevice {
  readonly #commands: SupervisorCommands;
  readonly #panel: InstrumentPanel;
  readonly #images: ImageStore;
  readonly #vms: VmTable;
  readonly capabilities: CapabilityTable;
  readonly #uploads: Uploads;
  /** Why an operation was last refused. */
  #reason = "";

  constructor(commands: SupervisorCommands, vms: VmTable, images: ImageStore, capabilities: CapabilityTable) {
    this.#commands = commands;
    this.#panel = vms.panel;
    this.#vms = vms;
    this.#images = images;
    this.capabilities = capabilities;
    this.#uploads = new Uploads(images);
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
          return this.#vm(operation, capability, buffer);
        case "upload":
          return this.#upload(operation, handle, capability.upload, buffer);
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#reason = error.message;
      return AbiError.INVALID;
    }
  }

  #machine(operation: number, buffer: Uint8Array): number {
    switch (operation) {
      case ControlOperation.LIST:
        this.#list(this.capabilities.vmsFrom(0), buffer);
        return this.#vms.size;
      case ControlOperation.LIST_FROM:
        if (buffer.length < ControlVm.SIZE) return AbiError.TOO_BIG;
        return this.#list(this.capabilities.vmsFrom(viewOf(buffer).getUint32(ControlVm.HANDLE, true)), buffer);
      case ControlOperation.TAKE_ENDED:
        return this.#list(this.capabilities.takeEnded(), buffer);
      case ControlOperation.LOOKUP:
        return this.#lookup(buffer);
      case ControlOperation.MACHINE:
        return this.#describe(buffer);
      case ControlOperation.SET_QUANTUM:
        if (buffer.length !== 8) return AbiError.INVALID;
        this.#commands.setQuantum({ nanoseconds: Number(viewOf(buffer).getBigUint64(0, true)) });
        return 0;
      case ControlOperation.SET_POLICY:
        this.#commands.setPolicy(text(buffer, 0, buffer.length));
        return 0;
      case ControlOperation.REASON:
        return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length).write(this.#reason, "utf8");
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
      case ControlOperation.UPLOAD:
        return this.#beginUpload(buffer);
      default:
        return AbiError.DENIED;
    }
  }

  #vm(operation: number, { vm, control }: Capability & { kind: "vm" }, buffer: Uint8Array): number {
    if (operation === ControlOperation.DETAILS) return describeDetails(vm, buffer);
    return control ? performOnVm(this.#commands, operation, vm, buffer) : AbiError.DENIED;
  }

  #beginUpload(buffer: Uint8Array): number {
    if (buffer.length !== ControlUpload.SIZE) return AbiError.INVALID;
    const length = viewOf(buffer).getUint32(ControlUpload.LENGTH, true);
    const upload = this.#uploads.begin(text(buffer, ControlUpload.NAME, NAME_SIZE), length);
    return typeof upload === "number" ? upload : this.capabilities.grantUpload(upload);
  }

  #upload(operation: number, handle: number, upload: Upload, buffer: Uint8Array): number {
    switch (operation) {
      case ControlOperation.APPEND:
        return this.#uploads.append(upload, buffer);
      case ControlOperation.COMPLETE:
        this.capabilities.revokeUpload(handle);
        this.#uploads.complete(upload);
        return 0;
      case ControlOperation.ABANDON:
        this.capabilities.revokeUpload(handle);
        this.#uploads.abandon(upload);
        return 0;
      default:
        return AbiError.DENIED;
    }
  }

  /** Fills in as many records as fit, and takes no more VMs than that. @returns how many */
  #list(vms: IterableIterator<Vm>, buffer: Uint8Array): number {
    const records = Math.floor(buffer.length / ControlVm.SIZE);
    for (let count = 0; count < records; count++) {
      const { value: vm, done } = vms.next();
      if (done) return count;
      describeVm(vm, this.#panel, viewOf(buffer, count * ControlVm.SIZE, ControlVm.SIZE));
    }
    return records;
  }

  #lookup(buffer: Uint8Array): number {
    if (buffer.length !== ControlVm.SIZE) return AbiError.INVALID;
    const record = viewOf(buffer);
    const name = text(buffer, ControlVm.NAME, NAME_SIZE);
    const vm = name ? this.#vms.withName(name) : this.#vms.find(record.getUint32(ControlVm.VM_ID, true));
    if (!vm || this.capabilities.handleOf(vm) === undefined) return AbiError.NOT_FOUND;
    describeVm(vm, this.#panel, record);
    return 0;
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
