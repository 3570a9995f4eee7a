/** The guest runtime's ethernet_send(): a full transmit queue ends, wherever the quantum does. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { boot, consoleOf, runFor, temporaryFolder } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const canCompile =
  spawnSync("gcc", ["-m32", "-ffreestanding", "-x", "c", "-c", "-o", "/dev/null", "-"], { input: "int probe;" })
    .status === 0;

describe("ethernet_send", () => {
  it.skipIf(!canCompile)("waits for the queue with a handler that takes the interrupt", { timeout: 60_000 }, () => {
    const image = join(temporaryFolder(), "sender.elf");
    execFileSync(here("../../guests/denali-cc"), ["-o", image, here("programs/sender.c")]);
    // Lengths of a quantum that ends about when the queue is full: with loops of 16 to 26 instructions for each frame.
    const lengths = [1026, 1032, 1038, 1050, 1129, 1133, ...Array.from({ length: 16 }, (_, i) => 1640 + 5 * i)];
    let waits = 0;
    for (const instructions of lengths) {
      const kernel = boot({ quantum: { instructions } });
      const [id] = kernel.spawn({ image });
      runFor(kernel, 1);
      expect(consoleOf(kernel, id), `${instructions} instructions a quantum`).toMatch(/^sent, /);
      if (consoleOf(kernel, id) === "sent, having waited\n") waits++;
    }
    expect(waits).toBeGreaterThan(0);
  });
});
