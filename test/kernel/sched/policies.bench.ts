/** What one scheduling decision costs, by policy and number of VMs: `npx vitest bench test/kernel/sched`. */

import { bench, describe } from "vitest";
import { createRandom } from "../../../source/kernel/random.js";
import { createPolicy, POLICY_NAMES, type Schedulable } from "../../../source/kernel/sched/policy.js";

const DECISIONS = 1000;
const QUANTUM = 5_000_000;

describe.each(POLICY_NAMES)("1,000 decisions, %s", (name) => {
  for (const count of [10, 10_000]) {
    const policy = createPolicy<Schedulable>(name, createRandom(1));
    for (let row = 0; row < count; row++) {
      policy.enqueue({ row, tickets: 100, compensation: 1, onPriority: false, supervisor: false }, false);
    }
    bench(`${count} VMs: next, charge, enqueue`, () => {
      for (let decision = 0; decision < DECISIONS; decision++) {
        const task = policy.next() as Schedulable;
        const idles = (decision & 3) === 0;
        policy.charge(task, idles ? QUANTUM / 10 : QUANTUM, QUANTUM, idles);
        policy.enqueue(task, idles);
      }
    });
  }
});
