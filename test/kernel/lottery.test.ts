/** Lottery scheduling as an operator sees it: shares of the CPU over ten seconds of virtual time. */

import { expect, it } from "vitest";
import { VirtualInstruction } from "../../source/kernel/abi.js";
import type { Kernel, KernelOptions } from "../../source/kernel/index.js";
import { boot, figure, MILLISECOND, runFor } from "./boot.js";
import { int, jumpBack, move, tinyGuest } from "./tiny-guest.js";

const lottery = (quantum: KernelOptions["quantum"] = { nanoseconds: 1 * MILLISECOND }) =>
  boot({ policy: "lottery", quantum });

/** What each VM's CPU time grew by in ten seconds, as a share of what all of them together used. */
function shares(kernel: Kernel, ids: readonly number[]): number[] {
  const used = () => ids.map((id) => figure(kernel, id, "cpuTime"));
  const before = used();
  runFor(kernel, 10);
  const grown = used().map((time, index) => time - before[index]);
  const all = grown.reduce((sum, time) => sum + time, 0);
  return grown.map((time) => time / all);
}

/** Every share is the one expected, give or take a twentieth of it. */
function expectShares(measured: readonly number[], expected: readonly number[]): void {
  for (const [index, share] of expected.entries()) expect(Math.abs(measured[index] / share - 1)).toBeLessThan(0.05);
}

it("gives CPU time by tickets, and by new tickets once they are changed", () => {
  const kernel = lottery();
  const ids = [200, 300, 500].flatMap((tickets) => kernel.spawn({ image: "primes", tickets }));
  expectShares(shares(kernel, ids), [0.2, 0.3, 0.5]);
  kernel.setTickets(ids[0], 1000);
  kernel.setTickets(ids[1], 600);
  kernel.setTickets(ids[2], 400);
  expectShares(shares(kernel, ids), [0.5, 0.3, 0.2]);
  expect(figure(kernel, ids[0], "tickets")).toBe(1000);
});

it.each([{ nanoseconds: 1 * MILLISECOND }, { instructions: 20_000 }])(
  "gives a VM that gives up three quarters of each quantum (%o) the share of its tickets all the same",
  (quantum) => {
    const kernel = lottery(quantum);
    // 5,000 instructions are a quarter of a millisecond of virtual time.
    const countdown = [...move("ecx", 2500), 0x49, 0x75, 0xfd];
    const giveUp = [...move("eax", 0), ...move("edx", 0), ...int(VirtualInstruction.IDLE)];
    const loop = [...countdown, ...giveUp];
    const [yielding] = kernel.spawn({ image: tinyGuest(loop, jumpBack(loop.length)) });
    const [computing] = kernel.spawn({ image: "primes" });
    expectShares(shares(kernel, [yielding, computing]), [0.5, 0.5]);
  },
);

it("refuses tickets that nobody can hold, and changes nothing", () => {
  const kernel = lottery();
  const [id] = kernel.spawn({ image: "primes", tickets: 7 });
  for (const wrong of [0, -1, 1.5, Number.NaN, 10_001]) expect(() => kernel.setTickets(id, wrong)).toThrow(/tickets/);
  expect(figure(kernel, id, "tickets")).toBe(7);
});
