import { describe, expect, it } from "vitest";
import { Sampler } from "../../source/host/sampler.js";
import { parseFilter } from "../../source/ui/filter.js";
import { VmOrder } from "../../source/ui/vm-order.js";
import { FakeClient } from "./fake-client.js";

function ordered(client: FakeClient) {
  const sampler = new Sampler(client.panel);
  const order = new VmOrder(sampler);
  const ids = () => order.rows.map((row) => sampler.id(row));
  return { sampler, order, ids };
}

describe("VmOrder", () => {
  it("sorts by any column, either way, ties by id", () => {
    const client = FakeClient.fleet();
    client.panel.vm.instructions.set([5, 9, 9, 1, 0, 0, 0, 3]);
    const { sampler, order, ids } = ordered(client);
    sampler.take();
    order.update(undefined, { column: "instructions", descending: true });
    expect(ids()).toEqual([2, 3, 1, 8, 4, 5, 6, 7]);
    order.update(undefined, { column: "instructions", descending: false });
    expect(ids()).toEqual([5, 6, 7, 4, 8, 1, 2, 3]);
    order.update(undefined, { column: "id", descending: true });
    expect(ids()).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it("sorts names as people do: 2 before 10", () => {
    const client = new FakeClient();
    for (const name of ["web-10", "web-2", "api"]) client.add("ticker", name);
    const { sampler, order, ids } = ordered(client);
    sampler.take();
    order.update(undefined, { column: "name", descending: false });
    expect(ids()).toEqual([3, 2, 1]);
  });

  it("follows the figures, and VMs that come and go", async () => {
    const client = FakeClient.fleet();
    const { sampler, order, ids } = ordered(client);
    sampler.take();
    order.update(parseFilter("primes"), { column: "id", descending: false });
    expect(ids()).toEqual([2, 3]);
    await client.reap(2);
    const id = client.add("primes");
    sampler.take();
    order.update(parseFilter("primes"), { column: "id", descending: false });
    expect(ids()).toEqual([3, id]);
    expect(order.indexOf(id)).toBe(1);
    expect(order.idAt(7)).toBeUndefined();
  });

  it("shows the new VM's name when a row is used again", async () => {
    const client = FakeClient.fleet();
    const { sampler, order } = ordered(client);
    sampler.take();
    const row = client.row(2);
    expect(order.name(row)).toBe("primes");
    await client.reap(2);
    client.add("echo", "parrot");
    sampler.take();
    expect(order.name(row)).toBe("parrot");
  });

  it("lets a filter see states as they are now", () => {
    const client = FakeClient.fleet();
    const { sampler, order, ids } = ordered(client);
    const paused = parseFilter("state:paused");
    sampler.take();
    order.update(paused, { column: "id", descending: false });
    expect(ids()).toEqual([]);
    client.state(4, "paused");
    sampler.take();
    order.update(paused, { column: "id", descending: false });
    expect(ids()).toEqual([4]);
  });
});
