/** What creating VMs takes and must give back: numbers, names, Ethernets, and room in the swap file. */

import { afterEach, expect, it } from "vitest";
import { boot as bootParts, type Parts } from "../../source/kernel/boot.js";
import { InstrumentPanel, UserError } from "../../source/kernel/index.js";
import { withDefaults } from "../../source/kernel/options.js";
import type { SupervisorCommands } from "../../source/kernel/supervisor/control-device.js";
import type { Vm } from "../../source/kernel/vm/vm.js";
import { VmTable } from "../../source/kernel/vm/vm-table.js";
import { IMAGES, MIB, temporaryFolder } from "./boot.js";
import { heapInUse } from "./support/heap.js";

let parts: Parts | undefined;
afterEach(async () => {
  await parts?.swapFile.close();
  parts = undefined;
});

/** A kernel's parts, to get at what no command of an operator reaches. */
function boot(): Parts {
  const options = {
    clock: "virtual",
    supervisor: false,
    stateFolder: temporaryFolder(),
    imageFolders: [IMAGES],
  } as const;
  parts = bootParts(withDefaults(options), {} as SupervisorCommands, () => {});
  return parts;
}

it("refuses VMs for which there are no numbers left, and changes nothing", () => {
  const { core, lifecycle, swapFile } = boot();
  const { vms } = core;
  let row = 0;
  // All of a MAC address' 24 bits but the last two numbers.
  for (let id = 0; id < 0xffffff - 2; vms.giveBack(row, "")) ({ id, row } = vms.allocate());
  const refused = (count: number) => () => lifecycle.create({ image: "hello", count });
  expect(refused(3)).toThrow(UserError);
  expect(refused(3)).toThrow("no numbers are left for 3 more VMs: the kernel gives each of 16777215 once; restart it");
  expect([vms.size, swapFile.reservedBytes]).toEqual([0, 0]);
  expect(refused(2)().map(({ id }) => id)).toEqual([0xfffffe, 0xffffff]);
  expect(refused(1)).toThrow("no numbers are left");
});

it("gives the room in the swap file back where a VM cannot be made", () => {
  const { lifecycle, swapFile } = boot();
  lifecycle.create({ image: "hello" });
  const before = swapFile.reservedBytes;
  lifecycle.networks.join = () => {
    throw new UserError("no Ethernet");
  };
  expect(() => lifecycle.create({ image: "hello" })).toThrow("no Ethernet");
  expect(swapFile.reservedBytes).toBe(before);
});

it("keeps nothing of names that VMs had", () => {
  const table = new VmTable(new InstrumentPanel(4));
  const create = (wanted: string): Vm => {
    const vm = { ...table.allocate(), name: table.uniqueName(wanted) } as Vm;
    table.add(vm);
    return vm;
  };
  const live = (from: number, until: number) => {
    for (let round = from; round < until; round++) {
      const vms = [create(`web of customer ${round}`), create(`web of customer ${round}`)];
      // A third could not be made.
      table.giveBack(table.allocate().row, table.uniqueName(vms[0].name));
      for (const vm of round % 2 === 0 ? vms : vms.reverse()) table.remove(vm);
    }
  };
  live(0, 1_000);
  const before = heapInUse();
  live(1_000, 101_000);
  expect(heapInUse() - before).toBeLessThan(2 * MIB);
});

it("keeps an Ethernet until the last VM that was on it is forgotten", () => {
  const { core, lifecycle } = boot();
  const networks = () => [...lifecycle.networks].map(({ name }) => name);
  lifecycle.create({ image: "hello" });
  for (let round = 0; round < 20; round++) {
    const [first, second] = lifecycle.create({ image: "hello", network: `of customer ${round}`, count: 2 });
    lifecycle.kill(first);
    lifecycle.kill(second);
    lifecycle.reap(first);
    expect(networks()).toEqual(["lan", `of customer ${round}`]);
    lifecycle.reap(second);
    expect(networks()).toEqual(["lan"]);
  }
  expect(core.vms.size).toBe(1);
});
