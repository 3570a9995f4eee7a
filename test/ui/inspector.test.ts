/** Rates of what passes, where not everything that passes is listed. */

import { expect, it } from "vitest";
import type { OutsideFlow } from "../../source/host/outside-flows.js";
import { FLOWS_SHOWN, type FlowSummary, type MachineInspection, UserError } from "../../source/kernel/index.js";
import { Inspector } from "../../source/ui/inspector.js";
import { FakeClient } from "./fake-client.js";

const flow = (source: string, bytes: number): FlowSummary => ({
  source,
  destination: "there",
  frames: bytes / 100,
  bytes,
});

/** Asks at a time, and waits for what is answered. */
async function ask(inspector: Inspector, now: number): Promise<void> {
  inspector.ask({ machineCells: 8, uplink: true }, now);
  await new Promise(setImmediate);
}

/** What passes between two VMs, the largest first. */
function listing(): { inspector: Inspector; list: (flows: FlowSummary[]) => void } {
  const client = new FakeClient();
  let flows: FlowSummary[] = [];
  client.inspectMachine = async () =>
    ({ networks: [], runQueue: [], gatekeeperQueue: [], flows }) as unknown as MachineInspection;
  const list = (now: FlowSummary[]) => {
    flows = now;
  };
  return { inspector: new Inspector(client, () => {}), list };
}

it("a flow that has just begun is rated by all it is", async () => {
  const { inspector, list } = listing();
  await ask(inspector, 1);
  list([flow("old", 500)]);
  await ask(inspector, 2);
  list([flow("old", 500), flow("new", 400)]);
  await ask(inspector, 4);
  expect(inspector.flows).toMatchObject([
    { bytesPerSecond: 0, framesPerSecond: 0 },
    { bytesPerSecond: 200, framesPerSecond: 2 },
  ]);
});

it("a flow that comes into a full list is not rated by what passed while it was not listed", async () => {
  const { inspector, list } = listing();
  const idle = Array.from({ length: FLOWS_SHOWN }, (_, index) => flow(`idle ${index}`, 1_000_000));
  list(idle);
  await ask(inspector, 1);
  await ask(inspector, 2);
  list([flow("busy", 1_000_100), ...idle.slice(1)]);
  await ask(inspector, 3);
  const [busy] = inspector.flows;
  expect(busy.bytesPerSecond).toBe(100);
  expect(busy.framesPerSecond).toBeCloseTo(1, 3);
});

it("a client that was silent for long is not rated by all it ever sent, a new one is", async () => {
  const client = new FakeClient();
  const outside = (number: number, received: number): OutsideFlow => ({
    number,
    outside: "127.0.0.1:5",
    vm: "web",
    vmPort: 80,
    transport: "tcp",
    open: true,
    received,
    sent: 0,
  });
  const show = (...flows: OutsideFlow[]) => {
    client.uplink = { ...client.uplink, flows };
  };
  const inspector = new Inspector(client, () => {});
  show(outside(7, 0));
  await ask(inspector, 1);
  show(outside(7, 100), outside(3, 5_000), outside(8, 50));
  await ask(inspector, 2);
  expect(inspector.uplink.flows.map(({ receivedPerSecond }) => receivedPerSecond)).toEqual([100, 0, 50]);
});

it.each([
  ["an answer", (found: () => void) => found()],
  ["a refusal", (_: () => void, refuse: (error: Error) => void) => refuse(new UserError("it was not looked into"))],
])("%s that comes late is none for the VM that was selected meanwhile", async (_, end) => {
  const client = FakeClient.fleet();
  const inspect = client.inspect.bind(client);
  let endSearch = () => {};
  client.inspect = (id) =>
    id === 2 ? new Promise((found, refuse) => (endSearch = () => end(() => found(inspect(2)), refuse))) : inspect(id);
  const inspector = new Inspector(client, () => {});
  inspector.ask({ vm: 2 }, 1);
  inspector.ask({ vm: 3 }, 1);
  await new Promise(setImmediate);
  expect(inspector.vm(3)?.id).toBe(3);
  endSearch();
  await new Promise(setImmediate);
  expect([inspector.vm(3)?.id, inspector.refusal(3), inspector.refusal(2)]).toEqual([3, undefined, undefined]);
});
