import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { Snapshots } from "../../source/host/snapshot.js";
import type { FaultSummary } from "../../source/kernel/index.js";
import { collectGarbage } from "../../source/kernel/vm/memory-collector.js";
import { FakeClient } from "../ui/fake-client.js";

/** A machine that answers each fault with an object of its own, and lets go of it. */
class Machine extends FakeClient {
  readonly faults: WeakRef<FaultSummary>[] = [];

  override async inspect(id: number) {
    const inspection = await super.inspect(id);
    const fault = { ...(inspection.fault as FaultSummary) };
    this.faults.push(new WeakRef(fault));
    return { ...inspection, fault };
  }
}

it("asks for a fault once, and forgets it with its VM", async () => {
  const machine = new Machine();
  const snapshots = new Snapshots(machine, true);
  const id = machine.add("bad-jump");
  machine.state(id, "crashed");
  const causes = async () => {
    machine.advance(1);
    return (await snapshots.take()).vms.map(({ fault }) => fault?.cause);
  };
  for (let second = 0; second < 3; second++) expect(await causes()).toEqual(["illegal instruction"]);
  expect(machine.faults).toHaveLength(1);
  await machine.reap(id);
  expect(await causes()).toEqual([]);
  await setImmediate();
  collectGarbage();
  expect(machine.faults[0].deref()).toBeUndefined();
});
