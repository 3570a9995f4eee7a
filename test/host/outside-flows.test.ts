/** Clients of published ports: which of many are kept. */

import { expect, it } from "vitest";
import { OutsideFlows } from "../../source/host/outside-flows.js";
import { OUTSIDE_FLOWS } from "../../source/host/params.js";
import { PortCounter } from "../../source/host/uplink-figures.js";
import { parsePublish } from "../../source/host/uplink-plan.js";

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
