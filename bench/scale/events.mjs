/**
 * What an event costs with few VMs and with many: a scheduling decision, a timer, a delivered packet. As many events a second
 * whatever the number of VMs, in virtual time, so that nothing waits; the figure is CPU time of the kernel's thread for each event.
 *
 * `active` VMs cause the events and `vms` are there. With all of them active the caches of the host's CPU count as well: ten VMs
 * fit them and ten thousand do not. Kernels that are compared are there at the same time, each in a process of its own, and measure
 * by turns, whenever they are sent a message (bench/scale/turns.mjs): what else the host does then befalls all of them.
 */

import { once } from "node:events";
import { threadTime } from "../support/thread-time.mjs";

const SECOND = 1e9;
const MEMORY = 128 * 1024;

/** Ticks, requests or turns of all VMs in a second of virtual time. */
const RATE = 10_000;

const SLEEPER = { image: "ticker", memory: MEMORY, arguments: ["100000000"] };

/** By event: guests that cause it; the figure that counts it; virtual seconds of one measurement, in which each VM has its turn. */
const EVENTS = {
  decision: {
    guest: (active, { yielder }) => [{ image: yielder, count: active }],
    count: "contextSwitches",
    seconds: 0.1,
  },
  timer: {
    guest: (active, { ticker }) => [{ image: ticker, count: active, arguments: [period(active)] }],
    count: "contextSwitches",
    seconds: 1,
  },
  "timer and line": {
    guest: (active) => [{ image: "ticker", count: active, arguments: [period(active)] }],
    count: "contextSwitches",
    seconds: 1,
  },
  packet: { guest: pairs, count: "packetsSwitched", seconds: 1 },
};

/** @param options event: one of EVENTS; active, vms: how many */
export async function measure(client, { event, active, vms, ...rest }) {
  const { guest, count, seconds } = EVENTS[event];
  const { panel } = client;
  if (vms > active) await client.spawn({ ...SLEEPER, count: vms - active });
  await pass(client, 2);
  for (const spec of guest(active, rest)) await client.spawn({ memory: MEMORY, ...spec });
  await pass(client, 2 + seconds); // V8 compiles, and everybody has found each other.
  globalThis.gc();
  process.send("ready");
  for (;;) {
    const [message] = await once(process, "message");
    if (message === "end") break;
    const before = { events: panel.get(count), time: threadTime() };
    await pass(client, seconds);
    process.send((threadTime() - before.time) / (panel.get(count) - before.events));
  }
  process.disconnect();
  return {};
}

const pass = (client, seconds) => client.passUntil(client.time + seconds * SECOND);

/** Milliseconds between two events of one VM. */
const period = (active) => String((1000 * active) / RATE);

/** Every one asks its own pong, on an Ethernet of theirs: on one for all, everybody would find the same pong. */
function pairs(active, { asker }) {
  return Array.from({ length: active / 2 }, (_, pair) => [
    { image: "pong", network: `pair-${pair}` },
    { image: asker, network: `pair-${pair}`, arguments: [period(active)] },
  ]).flat();
}
