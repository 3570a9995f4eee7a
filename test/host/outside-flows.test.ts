/** Who talks with the outside: which of many are kept, and what of a VM that goes out is one. */

import { expect, it } from "vitest";
import { OutsideFlows } from "../../source/host/outside-flows.js";
import { OUTSIDE_FLOWS } from "../../source/host/params.js";
import { PortCounter } from "../../source/host/uplink-figures.js";
import { parseOutbound, parsePublish } from "../../source/host/uplink-plan.js";

it("keeps the clients that were active last, and counts all for their port", () => {
  const flows = new OutsideFlows();
  const counter = new PortCounter(parsePublish("8080:web:80", "it"));
  const connect = (index: number) => {
    const flow = flows.begin(counter, `127.0.0.1:${50_000 + index}`);
    flow.opened();
    return flow;
  };
  const [busy, silent] = [connect(0), connect(1)];
  for (let index = 2; index < OUTSIDE_FLOWS; index++) connect(index);
  busy.received(Buffer.from("hello"));
  connect(OUTSIDE_FLOWS);
  const kept = () => flows.figures().map(({ outside }) => outside);
  expect(kept()).toHaveLength(OUTSIDE_FLOWS);
  expect(kept()).toContain("127.0.0.1:50000");
  expect(kept()).not.toContain("127.0.0.1:50001");

  // One that was dropped comes back with all it carried when it is active again.
  silent.sent(Buffer.from("goodbye"));
  expect(flows.figures().at(-1)).toMatchObject({ outside: "127.0.0.1:50001", open: true, received: 0, sent: 7 });
  expect(kept()).toHaveLength(OUTSIDE_FLOWS);
  silent.closed();
  expect(flows.figures().at(-1)).toMatchObject({ outside: "127.0.0.1:50001", open: false });
  expect(counter.figures()).toMatchObject({ open: OUTSIDE_FLOWS, total: OUTSIDE_FLOWS + 1, received: 5, sent: 7 });
});

it("keeps a VM's flow that is open, though silent, while clients come and go", () => {
  const flows = new OutsideFlows();
  const database = new PortCounter(parseOutbound("db.example.org:5432", "it"));
  const counter = new PortCounter(parsePublish("8080:web:80", "it"));
  const first = flows.beginOutward(database, { id: 2, name: "web" });
  first.opened();
  first.sent(Buffer.from("hello"));
  for (let index = 0; index < OUTSIDE_FLOWS + 6; index++) {
    const client = flows.begin(counter, `127.0.0.1:${50_000 + index}`);
    client.opened();
    client.closed();
  }
  const second = flows.beginOutward(database, { id: 2, name: "web" });
  second.opened();
  second.sent(Buffer.from("more"));
  first.sent(Buffer.from("!"));
  const outward = flows.figures().filter((flow) => flow.outward);
  expect(outward).toEqual([expect.objectContaining({ outside: "db.example.org:5432", open: true, sent: 10 })]);
});

it("has one flow for all that a VM and a destination exchange, which is open while any of its connections is", () => {
  const flows = new OutsideFlows();
  const stream = new PortCounter(parseOutbound("example.org:53", "it"));
  const datagrams = new PortCounter(parseOutbound("example.org:53/udp", "it"));
  const connect = (counter: typeof stream, id: number, name: string) => {
    const connection = flows.beginOutward(counter, { id, name });
    connection.opened();
    return connection;
  };
  const [one, other] = [connect(stream, 2, "web"), connect(stream, 2, "web")];
  connect(datagrams, 2, "web").sent(Buffer.from("who?"));
  // Another VM, which has the name of one that is gone.
  connect(stream, 3, "web").closed();
  one.received(Buffer.from("hello"));
  other.sent(Buffer.from("goodbye"));
  one.closed();
  const web = { vm: "web", outside: "example.org:53", outward: true, transport: "tcp" } as const;
  const ofFirst = () => flows.figures().find(({ number }) => number === 1);
  expect(flows.figures()).toHaveLength(3);
  expect(ofFirst()).toEqual({ ...web, number: 1, open: true, received: 5, sent: 7 });
  other.closed();
  expect(ofFirst()).toMatchObject({ open: false });
  expect(flows.figures().filter(({ number }) => number !== 1)).toEqual([
    { ...web, transport: "udp", number: 2, open: true, received: 0, sent: 4 },
    { ...web, number: 3, open: false, received: 0, sent: 0 },
  ]);
  expect(stream.figures()).toMatchObject({ open: 0, total: 3, received: 5, sent: 7 });

  // It goes on where it was.
  connect(stream, 2, "web").received(Buffer.from("!"));
  expect(ofFirst()).toMatchObject({ open: true, received: 6, sent: 7 });
});
