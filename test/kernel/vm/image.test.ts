/** How much memory an image may want, and what happens to one that wants more than any VM has. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../source/kernel/index.js";
import { boot, consoleOf, IMAGES, MIB, runFor, temporaryFolder } from "../boot.js";
import { spin, tinyGuest } from "../tiny-guest.js";

const GIB = 1024 * MIB;

/** A program that says hello and whose note asks for so many bytes. */
function wishing(bytes: number): string {
  const file = readFileSync(join(IMAGES, "hello.elf"));
  file.writeUInt32LE(bytes, file.indexOf("Denali\0") + 8);
  const path = join(temporaryFolder(), "wishing.elf");
  writeFileSync(path, file);
  return path;
}

/** A program whose only segment ends at an address. */
function endingAt(address: number): string {
  const path = tinyGuest(spin);
  const file = readFileSync(path);
  const header = file.readUInt32LE(28);
  file.writeUInt32LE(address - file.readUInt32LE(header + 8), header + 20);
  writeFileSync(path, file);
  return path;
}

describe.each(["interpreter", "translator"] as const)("an image, with the %s", (engine) => {
  it("that asks for more memory than a VM has is refused, and the others go on", () => {
    const kernel = boot({ engine, memoryBudget: 8 * GIB });
    for (const wish of [GIB + 1, 3 * GIB, 4 * GIB - 1]) {
      const image = wishing(wish);
      const refused = () => kernel.spawn({ image });
      expect(refused).toThrow(UserError);
      expect(refused).toThrow(/^wishing wants \d+ bytes of memory and a VM has at most 1073741824; build it for less$/);
    }
    const [hello] = kernel.spawn({ image: "hello" });
    runFor(kernel, 1);
    expect(consoleOf(kernel, hello)).toMatch(/hello/i);
  });

  it("that leaves no room for a stack in the largest memory is refused", () => {
    const kernel = boot({ engine, memoryBudget: 8 * GIB });
    const image = endingAt(GIB);
    expect(() => kernel.spawn({ image })).toThrow(/^tiny wants \d+ bytes of memory and a VM has at most 1073741824/);
  });

  it("that asks for as much as a VM may have gets it", () => {
    const kernel = boot({ engine, memoryBudget: 8 * GIB });
    const ids = kernel.spawn({ image: wishing(GIB) });
    runFor(kernel, 1);
    expect(kernel.panel.vm.memorySize[0]).toBe(GIB);
    expect(kernel.inspect(ids[0])).toMatchObject({ state: "terminated", status: 0 });
  });
});
