/**
 * What an event costs with few VMs and with many: a scheduling decision, a timer, a delivered packet. As many events a second
 * whatever the number of VMs, in virtual time, so that nothing waits; the figure is CPU time of the kernel's thread for each event.
 *
 * `active` VMs cause the events and `vms` are there. With all of them active the caches of the host's CPU count as well: ten VMs
 * fit them and ten thousand do not.
 */

import { threadTime } from "../support/thread-time.mjs";

const SECOND = 1e9;
const MEMORY = 128 * 1024;

/** Ticks, requests or turns of all VMs in a second of virtual time. */
const RATE = 10_000;

const SLEEPER = { image: "ticker", memory: MEMORY, arguments: ["100000000"] };

const EVENTS = {
  decision: { guest: (active, { yielder }) => [{ image: yielder, count: active }], count: "contextSwitches" },
  timer: {
    guest: (active) => [{ image: "ticker", count: active, arguments: [period(active)] }],
    count: "contextSwitches",
  },
  packet: { guest: pairs, count: "packetsSwitched" },
};

/** @param options event: one of EVENTS; active, vms: how many */
export async function measure(client, { event, active, vms, seconds, ...rest }) {
  const { guest, count } = EVENTS[event];
  const { panel } = client;
  if (vms > active) await client.spawn({ ...SLEEPER, count: vms - active });
  await pass(client, 2);
  for (const spec of guest(active, rest)) await client.spawn({ memory: MEMORY, ...spec });
  await pass(client, 2 * Number(seconds)); // V8 compiles, and everybody has found each other.
  const before = { events: panel.get(count), time: threadTime() };
  await pass(client, seconds);
  return {
    events: panel.get(count) - before.events,
    each: (threadTime() - before.time) / (panel.get(count) - before.events),
  };
}

const pass = (client, seconds) => client.passUntil(client.time + seconds * SECOND);

/** Milliseconds between two events of one VM. */
const period = (active) => String((1000 * active) / RATE);

/** Every ping asks its own pong, on an Ethernet of theirs: on one for all, everybody would find the same pong. */
function pairs(active) {
  return Array.from({ length: active / 2 }, (_, pair) => [
    { image: "pong", network: `pair-${pair}` },
    { image: "ping", network: `pair-${pair}`, arguments: [period(active)] },
  ]).flat();
}
