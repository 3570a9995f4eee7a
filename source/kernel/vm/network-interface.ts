/**
 * A VM's network interface: its socket on the emulated Ethernet. It counts what goes through, charged to its VM, and posts
 * the two interrupts. Received frames wait in the queue until the VM asks for them, in its own time.
 */

import { Interrupt } from "../abi.js";
import type { InstrumentPanel } from "../instruments.js";
import type { EthernetSwitch, TransmitResult } from "../net/switch.js";
import { SwitchPort } from "../net/switch-port.js";
import type { Vm } from "./vm.js";

export class NetworkInterface extends SwitchPort {
  /**
   * @param owner whose it is
   * @param post posts an interrupt to it: one function for all VMs
   */
  constructor(
    readonly ethernet: EthernetSwitch,
    mac: Uint8Array,
    private readonly panel: InstrumentPanel,
    private readonly owner: Vm,
    private readonly post: (vm: Vm, vector: number) => void,
  ) {
    super(mac);
    ethernet.attach(this);
  }

  /** @param frame bytes of guest memory; they are copied when the frame is taken */
  send(frame: Uint8Array): TransmitResult {
    return this.ethernet.transmit(this, frame.slice());
  }

  /** The oldest frame received, shared with other receivers; it stays queued. */
  peek(): Uint8Array | undefined {
    return this.receiveQueue.peek();
  }

  dropOldest(): void {
    this.receiveQueue.shift();
    this.panel.vm.rxQueued[this.owner.row] = this.receiveQueue.length;
  }

  /** Unplugs the interface and drops what its VM did not receive; what it has sent still goes out. */
  unplug(): void {
    this.ethernet.detach(this);
    while (this.receiveQueue.length > 0) this.dropOldest();
  }

  override onReceive(_port: SwitchPort, frame: Uint8Array): void {
    const columns = this.panel.vm;
    columns.rxPackets[this.owner.row]++;
    columns.rxBytes[this.owner.row] += frame.length;
    columns.rxQueued[this.owner.row]++;
    this.post(this.owner, Interrupt.NIC_RECEIVE);
  }

  override onTransmit(_port: SwitchPort, frame: Uint8Array): void {
    this.panel.vm.txPackets[this.owner.row]++;
    this.panel.vm.txBytes[this.owner.row] += frame.length;
  }

  override onTransmitRoom(): void {
    this.post(this.owner, Interrupt.NIC_TRANSMIT);
  }

  override onDrop(): void {
    this.panel.vm.drops[this.owner.row]++;
  }
}
