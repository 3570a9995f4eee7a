/** A port of a switch that hands on what it is told. */

import { type MacNumber, macNumber } from "../../../source/kernel/net/ethernet.js";
import { type DropReason, type PortEvents, SwitchPort } from "../../../source/kernel/net/switch-port.js";

export interface PortOptions {
  readonly promiscuous?: boolean;
  readonly bridge?: boolean;
}

export class EventPort extends SwitchPort {
  readonly address: MacNumber;

  constructor(
    mac: Uint8Array,
    readonly events: PortEvents,
    readonly options: PortOptions = {},
  ) {
    super();
    this.address = macNumber(mac);
  }

  override get promiscuous(): boolean {
    return this.options.promiscuous ?? false;
  }

  override get bridge(): boolean {
    return this.options.bridge ?? false;
  }

  onReceive(port: SwitchPort, frame: Uint8Array): void {
    this.events.onReceive(port, frame);
  }

  onTransmit(port: SwitchPort, frame: Uint8Array): void {
    this.events.onTransmit(port, frame);
  }

  onTransmitRoom(port: SwitchPort): void {
    this.events.onTransmitRoom(port);
  }

  onCarrying(port: SwitchPort): void {
    this.events.onCarrying(port);
  }

  onCarried(port: SwitchPort, work: number): void {
    this.events.onCarried(port, work);
  }

  onDrop(port: SwitchPort, reason: DropReason): void {
    this.events.onDrop(port, reason);
  }
}
