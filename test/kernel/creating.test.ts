/** What creating VMs takes and must give back: numbers, and room in the swap file. */

import { afterEach, expect, it } from "vitest";
import { boot as bootParts, type Parts } from "../../source/kernel/boot.js";
import { UserError } from "../../source/kernel/index.js";
import { withDefaults } from "../../source/kernel/options.js";
import type { SupervisorCommands } from "../../source/kernel/supervisor/control-device.js";
import { IMAGES, temporaryFolder } from "./boot.js";

let parts: Parts;
afterEach(() => parts.swapFile.close());

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
  for (let id = 0; id < 0xffffff - 2; vms.giveBack(row)) ({ id, row } = vms.allocate());
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
  lifecycle.networks.named = () => {
    throw new UserError("no Ethernet");
  };
  expect(() => lifecycle.create({ image: "hello" })).toThrow("no Ethernet");
  expect(swapFile.reservedBytes).toBe(before);
});
