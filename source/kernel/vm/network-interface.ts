/**
 * A VM's network interface: its socket on the emulated Ethernet. It counts what goes through, charged to its VM, and posts
 * the two interrupts. Received frames wait in the queue until the VM asks for them, in its own time.
 */

import { Interrupt } from "../abi.js";
import type { InstrumentPanel } from "../instruments.js";
import { type MacNumber, macNumberOf } from "../net/ethernet.js";
import type { EthernetSwitch, TransmitResult } from "../net/switch.js";
import { SwitchPort } from "../net/switch-port.js";
import { RECEIVE_QUEUE_FRAMES, SUPERVISOR_QUEUE_FRAMES } from "../params.js";
import type { Vm } from "./vm.js";

/** What the interfaces of all VMs have in common. */
export interface InterfaceOwner {
  readonly panel: InstrumentPanel;
  /** Posts an interrupt. */
  post(vm: Vm, vector: number): void;
  /** The kernel's work for a VM begins; it is done, and was as much as so many deliveries of a frame: the VM pays for it. */
  beginWork(): void;
  endWork(vm: Vm, deliveries: number): void;
}

export class NetworkInterface extends SwitchPort {
  constructor(
    readonly ethernet: EthernetSwitch,
    private readonly vm: Vm,
    private readonly owner: InterfaceOwner,
  ) {
    super();
    ethernet.attach(this);
  }

  /** Guest-physical address of the buffer that the last frame was received into. */
  buffer = 0;

  /** The VM that its VM sent to last; undefined where that was none. */
  get partnerVm(): Vm | undefined {
    return this.partner instanceof NetworkInterface ? this.partner.vm : undefined;
  }

  /** Reads what sending and receiving look at first, and changes nothing: see run/foresight.ts. @returns any number */
  lookAhead(): number {
    const { memory, pending } = this.vm;
    const buffer = memory?.view.getUint8(this.buffer) ?? 0;
    return buffer ^ (pending?.count(Interrupt.NIC_RECEIVE) ?? 0) ^ this.framesWaiting ^ this.ethernet.framesSwitched;
  }

  get address(): MacNumber {
    return macNumberOf(this.vm.id);
  }

  override get receiveCapacity(): number {
    return this.vm.supervisor ? SUPERVISOR_QUEUE_FRAMES : RECEIVE_QUEUE_FRAMES;
  }

  /** @param frame bytes of guest memory, as many as the guest says; they are copied when the frame is taken */
  send(frame: Uint8Array): TransmitResult {
    return this.ethernet.transmit(this, frame);
  }

  /** The oldest frame received, shared with other receivers; it stays queued. */
  peek(): Uint8Array | undefined {
    return this.receiveQueue.peek();
  }

  dropOldest(): void {
    this.receiveQueue.shift();
    this.owner.panel.vm.rxQueued[this.vm.row] = this.receiveQueue.length;
  }

  /** Unplugs the interface and drops what its VM did not receive; what it has sent still goes out. */
  unplug(): void {
    this.ethernet.detach(this);
    while (this.receiveQueue.length > 0) this.dropOldest();
  }

  override onReceive(_port: SwitchPort, frame: Uint8Array): void {
    const columns = this.owner.panel.vm;
    columns.rxPackets[this.vm.row]++;
    columns.rxBytes[this.vm.row] += frame.length;
    columns.rxQueued[this.vm.row] = this.receiveQueue.length;
    this.owner.post(this.vm, Interrupt.NIC_RECEIVE);
  }

  override onTransmit(_port: SwitchPort, frame: Uint8Array): void {
    this.owner.panel.vm.txPackets[this.vm.row]++;
    this.owner.panel.vm.txBytes[this.vm.row] += frame.length;
  }

  override onTransmitRoom(): void {
    this.owner.post(this.vm, Interrupt.NIC_TRANSMIT);
  }

  override onCarrying(): void {
    this.owner.beginWork();
  }

  override onCarried(_port: SwitchPort, work: number): void {
    this.owner.endWork(this.vm, work);
  }

  override onDrop(): void {
    this.owner.panel.vm.drops[this.vm.row]++;
  }
}
