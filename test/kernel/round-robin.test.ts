/** Round robin as the owners of VMs see it: who has how much of the CPU, and who waits how long, in virtual time. */

import { expect, it } from "vitest";
import { VirtualInstruction } from "../../source/kernel/abi.js";
import type { Kernel } from "../../source/kernel/index.js";
import { boot, figure, MILLISECOND, runFor, SECOND } from "./boot.js";
import { int, jumpBack, move, spin, tinyGuest } from "./tiny-guest.js";

const QUANTUM = 5 * MILLISECOND;
const INSTRUCTIONS_PER_MILLISECOND = 20_000;
const COMPUTING = 20;

/** Computes for so many milliseconds, idles for so many nanoseconds, and so on for ever. */
function computeAndIdle(milliseconds: number, nanoseconds: number): string {
  // `dec ecx; jnz` as often as it takes.
  const compute = [...move("ecx", (milliseconds * INSTRUCTIONS_PER_MILLISECOND) / 2), 0x49, 0x75, 0xfd];
  const idle = [...move("eax", nanoseconds), ...move("edx", 0), ...int(VirtualInstruction.IDLE)];
  return tinyGuest(compute, idle, jumpBack(compute.length + idle.length));
}

/** What a VM has used when it has run beside VMs that compute for so many seconds, and what one of these has. */
function beside(kernel: Kernel, image: string, seconds: number): { id: number; used: number; each: number } {
  const [id] = kernel.spawn({ image });
  const others = kernel.spawn({ image: tinyGuest(spin), count: COMPUTING });
  runFor(kernel, seconds);
  const used = figure(kernel, id, "cpuTime");
  const each = others.reduce((sum, other) => sum + figure(kernel, other, "cpuTime"), 0) / COMPUTING;
  return { id, used, each };
}

it.each([
  ["near the end of each quantum", 0.98 * 5, { nanoseconds: QUANTUM }],
  ["four times in each quantum", 0.24 * 5, { nanoseconds: QUANTUM }],
  ["near the end of each quantum of instructions", 0.98 * 5, { instructions: 5 * INSTRUCTIONS_PER_MILLISECOND }],
])("gives a VM that idles for a nanosecond %s what it gives all others", (_when, milliseconds, quantum) => {
  const { used, each } = beside(boot({ quantum }), computeAndIdle(milliseconds, 1), 10);
  expect(used / each).toBeGreaterThan(0.9);
  expect(used / each).toBeLessThan(1.1);
});

it.each([
  ["time", { nanoseconds: QUANTUM }],
  ["instructions", { instructions: 5 * INSTRUCTIONS_PER_MILLISECOND }],
])("serves a VM that wakes for a tenth of a millisecond within a quantum of %s, whoever computes", (_kind, quantum) => {
  const kernel = boot({ quantum });
  const { id, used } = beside(kernel, computeAndIdle(0.1, 10 * MILLISECOND), 3);
  const wakes = figure(kernel, id, "slices");
  // 10 ms of idling and at most 5 ms of waiting: a fifteenth of a hundred times a second.
  expect(wakes).toBeGreaterThan((3 * SECOND) / (16 * MILLISECOND) - COMPUTING);
  expect(used / wakes).toBeLessThan(0.11 * MILLISECOND);
  expect(figure(kernel, id, "readyTime") / wakes).toBeLessThan(QUANTUM + 0.5 * MILLISECOND);
});
