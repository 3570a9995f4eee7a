/** What a VM owes for the kernel's work, in time that passes whether or not the kernel is let run. */

import { expect, it } from "vitest";
import { GUEST_TIME_FOR_CARRYING, LONGEST_CARRYING } from "../../../source/kernel/params.js";
import type { Accounting } from "../../../source/kernel/run/accounting.js";
import type { Core } from "../../../source/kernel/run/core.js";
import { Debts } from "../../../source/kernel/run/debts.js";
import type { Vm } from "../../../source/kernel/vm/vm.js";
import { MILLISECOND, SECOND } from "../boot.js";

const QUANTUM = 5 * MILLISECOND;

it("counts work in which the process was stopped for a minute as no more than such work ever is", () => {
  let now = 0;
  const accounting = {
    ownTime: 0,
    chargeWork(_: Vm, began: number, end: number) {
      this.ownTime += end - began;
    },
  };
  const core = { clock: { virtual: false, now: () => now }, settings: { quantum: { nanoseconds: QUANTUM } } };
  const debts = new Debts(core as unknown as Core, accounting as unknown as Accounting);
  const vm = { row: 3, ended: false, supervisor: false, speed: 0 } as unknown as Vm;

  debts.beginWork();
  now += 60 * SECOND;
  debts.endWork(vm, 64);
  expect(accounting.ownTime).toBe(60 * SECOND);
  let turns = 0;
  for (; debts.owesTurn(vm); turns++) debts.payTurn(vm);
  expect(turns).toBe(LONGEST_CARRYING / QUANTUM);
  // Others' broadcasts go on when guests have computed for a moment.
  expect(debts.mayWork(true)).toBe(false);
  accounting.ownTime += GUEST_TIME_FOR_CARRYING * (LONGEST_CARRYING + MILLISECOND);
  expect(debts.mayWork(true)).toBe(true);
});
