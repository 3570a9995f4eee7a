/** burst, the guest for tuning the quantum, in real time on hosts of different speeds. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { consoleOf, MILLISECOND } from "../kernel/boot.js";
import { PacedHost } from "../kernel/support/paced-host.js";

afterEach(() => void vi.restoreAllMocks());

/** Microseconds that 50 bursts of a millisecond took each, beside so many VMs that compute for ever. */
function computed(speed: number, quantum: number, crowd: number): number {
  const host = new PacedHost(speed, { quantum: { nanoseconds: quantum * MILLISECOND } });
  const { kernel } = host;
  if (crowd > 0) kernel.spawn({ image: "primes", count: crowd });
  const [id] = kernel.spawn({ image: "burst", arguments: ["1", "2"] });
  host.runUntil(() => consoleOf(kernel, id) !== "", 2);
  return Number(/computed (\d+) us each/.exec(consoleOf(kernel, id))?.[1]);
}

// Interpreted code on a slow host, and what a fast one makes of translated code, about.
describe.each([25_000, 200_000])("burst, where a millisecond has %i instructions", (speed) => {
  it("computes for as long as it was asked to", () => {
    expect(computed(speed, 5, 0)).toBeGreaterThan(950);
    expect(computed(speed, 5, 0)).toBeLessThan(1050);
  });

  it("is stretched by others where the quantum is shorter than a burst, and not where it is longer", () => {
    expect(computed(speed, 0.2, 2)).toBeGreaterThan(2000);
    expect(computed(speed, 5, 2)).toBeLessThan(1100);
  });
});
