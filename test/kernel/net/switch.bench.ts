/** What the switch costs per frame, by the number of ports: `npx vitest bench test/kernel/net`. */

import { bench, describe } from "vitest";
import { macOf } from "../../../source/kernel/net/ethernet.js";
import { EthernetSwitch } from "../../../source/kernel/net/switch.js";
import type { PortEvents } from "../../../source/kernel/net/switch-port.js";
import { EventPort } from "./event-port.js";

const FRAMES = 1000;

describe.each([2, 100, 10_000])("1,000 frames among 50 senders at most, %i ports", (count) => {
  const events: PortEvents = {
    onReceive: () => {},
    onTransmit: () => {},
    onTransmitRoom: () => {},
    onCarrying: () => {},
    onCarried: () => {},
    onDrop: () => {
      throw new Error("a frame was lost");
    },
  };
  const ethernet = new EthernetSwitch("lan");
  const ports = Array.from({ length: count }, (_, id) => new EventPort(macOf(id + 1), events));
  for (const port of ports) ethernet.attach(port);
  const senders = Math.min(count, 50);
  const frames = ports
    .slice(0, senders)
    .map((port, id) => Uint8Array.of(...macOf(((id + 1) % count) + 1), ...port.mac, 0x88, 0xb5, ...new Uint8Array(50)));

  bench("sent, moved and collected", () => {
    for (let sent = 0; sent < FRAMES; sent += senders) {
      for (let id = 0; id < senders; id++) ethernet.transmit(ports[id], frames[id]);
      ethernet.drain(256);
      for (let id = 0; id < senders; id++) ports[(id + 1) % count].receiveQueue.shift();
    }
  });
});
