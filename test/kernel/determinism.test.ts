import { describe, expect, it } from "vitest";
import { type KernelOptions, VM_COLUMNS } from "../../source/kernel/index.js";
import { boot, consoleOf, MIB, runFor, SECOND } from "./boot.js";

/** A mixed fleet, run for three seconds of virtual time: everything that anyone could see of it. */
function everythingOf(options: Partial<KernelOptions>, looks = 1): string {
  const kernel = boot({ supervisor: true, memoryBudget: 5 * MIB, ...options });
  kernel.spawn({ image: "primes", count: 2 });
  kernel.spawn({ image: "ticker", count: 5, arguments: ["70"] });
  kernel.spawn({ image: "pong" });
  kernel.spawn({ image: "ping", count: 2, arguments: ["30"] });
  kernel.spawn({ image: "memory", count: 2, arguments: ["200", "50"] });
  for (let look = 1; look <= looks; look++) kernel.runUntil((3 * SECOND * look) / looks);
  const rows = kernel.panel.get("rows");
  const figures = VM_COLUMNS.map((column) => [column, Array.from(kernel.panel.vm[column].subarray(0, rows))]);
  const consoles = Array.from({ length: rows }, (_, row) => consoleOf(kernel, kernel.panel.vm.id[row]));
  return JSON.stringify({ figures, consoles });
}

describe("virtual time", () => {
  it("repeats a run exactly", () => {
    expect(everythingOf({ seed: 1 })).toBe(everythingOf({ seed: 1 }));
  });

  it("repeats a lottery run of one seed exactly, and another seed's draw differs", () => {
    const first = everythingOf({ seed: 1, policy: "lottery" });
    expect(everythingOf({ seed: 1, policy: "lottery" })).toBe(first);
    expect(everythingOf({ seed: 2, policy: "lottery" })).not.toBe(first);
  });

  it("does not depend on how often the host looks", () => {
    // How much of it ran translated does depend on it: where the host looks, the last instructions are interpreted.
    const options = { seed: 1, engine: "interpreter" } as const;
    expect(everythingOf(options, 1000)).toBe(everythingOf(options));
  });

  it.each([1, 7, 100, 10_000])("prints the same with a quantum of %i instructions", (instructions) => {
    const output = (quantum: KernelOptions["quantum"]) => {
      const kernel = boot({ quantum });
      const [hello] = kernel.spawn({ image: "hello" });
      const [interrupts] = kernel.spawn({ image: "exit", arguments: ["3"] });
      const [memory] = kernel.spawn({ image: "memory", arguments: ["8", "10"] });
      runFor(kernel, 0.5);
      const rounds = consoleOf(kernel, memory).split("\n").slice(0, 3);
      return [consoleOf(kernel, hello), kernel.inspect(interrupts).status, rounds, kernel.panel.vm.instructions[0]];
    };
    expect(output({ instructions })).toEqual(output({ nanoseconds: 5e6 }));
  });
});
