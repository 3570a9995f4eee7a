import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../source/kernel/errors.js";
import { createRandom } from "../../../source/kernel/random.js";
import {
  createPolicy,
  moveAll,
  POLICY_NAMES,
  type Policy,
  type Schedulable,
} from "../../../source/kernel/sched/policy.js";

interface Task extends Schedulable {
  readonly name: string;
}

const QUANTUM = 5_000_000;

function task(row: number, tickets = 100): Task {
  return { name: `vm-${row}`, row, tickets, compensation: 1, onPriority: false, supervisor: false };
}

/** Dispatches once: the VM computes for its whole quantum, or idles after a part of it. */
function turn(policy: Policy<Task>, used = QUANTUM, idles = false): Task {
  const chosen = policy.next()!;
  policy.charge(chosen, used, QUANTUM, idles);
  return chosen;
}

describe.each(POLICY_NAMES)("%s", (name) => {
  const make = () => createPolicy<Task>(name, createRandom(1));

  it("has nothing to run when nobody waits", () => {
    const policy = make();
    expect(policy.next()).toBeUndefined();
    expect(policy.size).toBe(0);
  });

  it("dispatches each waiting VM exactly once", () => {
    const policy = make();
    const tasks = Array.from({ length: 1000 }, (_, row) => task(row));
    for (const each of tasks) policy.enqueue(each, each.row % 3 === 0);
    expect(policy.size).toBe(1000);
    const seen = new Set(tasks.map(() => policy.next()!.name));
    expect(seen.size).toBe(1000);
    expect(policy.next()).toBeUndefined();
  });

  it("removes from any place, and ignores who does not wait", () => {
    const policy = make();
    const tasks = Array.from({ length: 5 }, (_, row) => task(row));
    for (const each of tasks) policy.enqueue(each, false);
    for (const row of [0, 2, 4, 2]) policy.remove(tasks[row]);
    policy.remove(task(77));
    expect(policy.size).toBe(2);
    expect([policy.next()!.row, policy.next()!.row].sort()).toEqual([1, 3]);
  });

  it("does not let a VM of a reused row remove its successor", () => {
    const policy = make();
    const old = task(3);
    const successor = task(3);
    policy.enqueue(successor, false);
    policy.remove(old);
    expect(policy.next()).toBe(successor);
  });

  it("refuses to hold a VM twice", () => {
    const policy = make();
    const once = task(1);
    policy.enqueue(once, false);
    expect(() => policy.enqueue(once, false)).toThrow(/enqueued once/);
  });

  it("leaves no computing VM out, whatever idlers do", () => {
    const policy = make();
    const computing = Array.from({ length: 4 }, (_, row) => task(row));
    const pingPong = [task(10), task(11)];
    for (const each of computing) policy.enqueue(each, false);
    policy.enqueue(pingPong[0], true);
    const turns = new Map<string, number>();
    // Whenever one of the two runs it wakes the other and idles, so one of them always waits with priority.
    for (let count = 0; count < 20_000; count++) {
      const chosen = policy.next()!;
      const idler = pingPong.includes(chosen);
      policy.charge(chosen, idler ? QUANTUM / 50 : QUANTUM, QUANTUM, idler);
      turns.set(chosen.name, (turns.get(chosen.name) ?? 0) + 1);
      if (idler) policy.enqueue(chosen === pingPong[0] ? pingPong[1] : pingPong[0], true);
      else policy.enqueue(chosen, false);
    }
    for (const each of computing) expect(turns.get(each.name)).toBeGreaterThan(50);
  });

  it("agrees with a model over any sequence of operations", () => {
    const operation = fc.oneof(
      fc.record({ do: fc.constant("enqueue" as const), row: fc.nat(40), woke: fc.boolean() }),
      fc.record({ do: fc.constant("remove" as const), row: fc.nat(40), woke: fc.boolean() }),
      fc.record({ do: fc.constant("tickets" as const), row: fc.nat(40), woke: fc.boolean() }),
      fc.record({ do: fc.constant("next" as const), row: fc.nat(40), woke: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const policy = make();
        const tasks = Array.from({ length: 41 }, (_, row) => task(row));
        const waiting = new Set<Task>();
        for (const { do: what, row, woke } of operations) {
          const each = tasks[row];
          if (what === "enqueue" && !waiting.has(each)) {
            policy.enqueue(each, woke);
            waiting.add(each);
          } else if (what === "remove") {
            policy.remove(each);
            waiting.delete(each);
          } else if (what === "tickets") {
            each.tickets = 1 + ((each.tickets * 7) % 10_000);
            policy.ticketsChanged(each);
          } else if (what === "next") {
            const chosen = policy.next();
            expect(chosen === undefined).toBe(waiting.size === 0);
            if (chosen === undefined) continue;
            expect(waiting.delete(chosen)).toBe(true);
            policy.charge(chosen, row * 100_000, QUANTUM, woke);
          }
          expect(policy.size).toBe(waiting.size);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("round robin", () => {
  it("has one that is hurried go before those that did not wake, and behind those that did", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    const tasks = Array.from({ length: 5 }, (_, row) => task(row));
    for (const each of tasks) policy.enqueue(each, each.row >= 3);
    policy.hurry(tasks[1]);
    policy.hurry(tasks[3]);
    policy.hurry(task(77));
    expect(Array.from({ length: 5 }, () => turn(policy, 1).row)).toEqual([3, 4, 1, 0, 2]);
  });

  it("foresees whom it serves next, and serves them all the same", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    for (let row = 0; row < 6; row++) policy.enqueue(task(row), row >= 4);
    const foreseen: (Task | undefined)[] = [];
    expect(policy.foresee(4, foreseen)).toBe(4);
    expect(foreseen.map((each) => each?.row)).toEqual([4, 5, 0, 1]);
    expect(policy.size).toBe(6);
    expect(Array.from({ length: 4 }, () => turn(policy, 1))).toEqual(foreseen);
    const rest: (Task | undefined)[] = [];
    expect(policy.foresee(4, rest)).toBe(2);
    expect(rest.map((each) => each?.row)).toEqual([2, 3]);
  });

  it("serves in the order of arrival", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    for (let row = 0; row < 5; row++) policy.enqueue(task(row), false);
    expect(Array.from({ length: 5 }, () => turn(policy).row)).toEqual([0, 1, 2, 3, 4]);
  });

  it("runs a woken VM before all others, for one quantum only", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    for (let row = 0; row < 3; row++) policy.enqueue(task(row), false);
    const woken = task(9);
    policy.enqueue(woken, true);
    expect(turn(policy, QUANTUM)).toBe(woken);
    policy.enqueue(woken, false);
    expect(Array.from({ length: 4 }, () => turn(policy).row)).toEqual([0, 1, 2, 9]);
  });

  it("gives woken VMs and the others one quantum's worth of CPU time each in turn, however many share it", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    for (let row = 0; row < 25; row++) policy.enqueue(task(row), false);
    for (let row = 30; row < 55; row++) policy.enqueue(task(row), true);
    const order = Array.from({ length: 50 }, () => turn(policy, QUANTUM / 10, true).row);
    const woken = order.map((row) => row >= 30);
    const stretch = (value: boolean, length: number) => Array.from({ length }, () => value);
    expect(woken.slice(0, 40)).toEqual([
      ...stretch(true, 10),
      ...stretch(false, 10),
      ...stretch(true, 10),
      ...stretch(false, 10),
    ]);
  });

  it("gives one that computes a turn, not a quantum's worth of turns, before woken VMs go first again", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    policy.enqueue(task(0), false);
    policy.enqueue(task(1), false);
    for (let row = 10; row < 30; row++) policy.enqueue(task(row), true);
    for (let count = 0; count < 10; count++) expect(turn(policy, QUANTUM / 10, true).row).toBe(10 + count);
    expect(turn(policy).row).toBe(0);
    for (let count = 10; count < 20; count++) expect(turn(policy, QUANTUM / 10, true).row).toBe(10 + count);
    expect(turn(policy).row).toBe(1);
  });

  it("has a VM that used up its quantum queue, in however many parts it did and however often it idled", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    for (let row = 0; row < 3; row++) policy.enqueue(task(row), false);
    const woken = task(9);
    for (const part of [0.5, 0.4, 0.3]) {
      policy.enqueue(woken, true);
      expect(turn(policy, part * QUANTUM, true)).toBe(woken);
    }
    policy.enqueue(woken, true);
    const computing = Array.from({ length: 3 }, () => turn(policy));
    expect(computing.map(({ row }) => row)).toEqual([0, 1, 2]);
    for (const each of computing) policy.enqueue(each, false);
    // It has waited for a round; of the next it owes a fifth already.
    expect(turn(policy, 0.1 * QUANTUM, true)).toBe(woken);
    policy.enqueue(woken, true);
    expect(turn(policy, 0.1 * QUANTUM, true)).toBe(woken);
  });

  it("serves a VM at once that has slept for a round, whatever it used before", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    for (let row = 0; row < 4; row++) policy.enqueue(task(row), false);
    const woken = task(9);
    policy.enqueue(woken, true);
    expect(turn(policy, QUANTUM, true)).toBe(woken);
    for (let count = 0; count < 4; count++) policy.enqueue(turn(policy), false);
    policy.enqueue(woken, true);
    expect(turn(policy, QUANTUM, true)).toBe(woken);
  });

  it("serves the supervisor at once whatever it uses, half of the time at most", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    for (let row = 0; row < 4; row++) policy.enqueue(task(row), false);
    const supervisor = { ...task(9), supervisor: true };
    policy.enqueue(supervisor, true);
    const rows = Array.from({ length: 8 }, () => {
      const chosen = turn(policy, QUANTUM, true);
      policy.enqueue(chosen, chosen === supervisor);
      return chosen.row;
    });
    expect(rows).toEqual([9, 0, 9, 1, 9, 2, 9, 3]);
  });

  it("does not hold woken VMs back when nobody else waits", () => {
    const policy = createPolicy<Task>("round-robin", createRandom(1));
    for (let row = 0; row < 10; row++) policy.enqueue(task(row), true);
    for (let row = 0; row < 10; row++) expect(turn(policy, QUANTUM, true).row).toBe(row);
  });
});

describe("lottery", () => {
  /** Turns each VM gets when all compute for ever. */
  function shares(tasks: Task[], draws: number, seed: number): number[] {
    const policy = createPolicy<Task>("lottery", createRandom(seed));
    for (const each of tasks) policy.enqueue(each, false);
    const turns = tasks.map(() => 0);
    for (let draw = 0; draw < draws; draw++) {
      const chosen = turn(policy);
      turns[tasks.indexOf(chosen)]++;
      policy.enqueue(chosen, false);
    }
    return turns;
  }

  it.each([1, 2, 3])("gives CPU time in proportion to tickets, to a twentieth (seed %i)", (seed) => {
    const tickets = [100, 200, 300, 1000, 50];
    const total = tickets.reduce((sum, each) => sum + each);
    const turns = shares(
      tickets.map((count, row) => task(row * 1000, count)),
      200_000,
      seed,
    );
    for (const [index, count] of tickets.entries()) {
      const expected = (200_000 * count) / total;
      expect(Math.abs(turns[index] - expected) / expected).toBeLessThan(0.05);
    }
  });

  it("repeats exactly from its seed", () => {
    const tasks = () => [10, 20, 30].map((count, row) => task(row, count));
    expect(shares(tasks(), 1000, 7)).toEqual(shares(tasks(), 1000, 7));
    expect(shares(tasks(), 1000, 7)).not.toEqual(shares(tasks(), 1000, 8));
  });

  it("compensates a VM that idles early, so that equal tickets mean equal CPU time", () => {
    const policy = createPolicy<Task>("lottery", createRandom(5));
    const computing = task(0);
    const idling = task(1);
    const used = new Map([
      [computing, 0],
      [idling, 0],
    ]);
    policy.enqueue(computing, false);
    policy.enqueue(idling, false);
    for (let draw = 0; draw < 300_000; draw++) {
      const chosen = policy.next()!;
      const time = chosen === idling ? QUANTUM / 5 : QUANTUM;
      policy.charge(chosen, time, QUANTUM, chosen === idling);
      used.set(chosen, used.get(chosen)! + time);
      policy.enqueue(chosen, chosen === idling);
    }
    expect(used.get(idling)! / used.get(computing)!).toBeCloseTo(1, 1);
  });

  it("owes nothing to a VM that was interrupted early but did not idle", () => {
    const policy = createPolicy<Task>("lottery", createRandom(5));
    const tasks = [task(0), task(1)];
    let wins = 0;
    for (const each of tasks) policy.enqueue(each, false);
    for (let draw = 0; draw < 10_000; draw++) {
      const chosen = policy.next() as Task;
      if (chosen === tasks[0]) wins++;
      policy.charge(chosen, chosen === tasks[0] ? QUANTUM / 50 : QUANTUM, QUANTUM, false);
      policy.enqueue(chosen, false);
    }
    expect(wins / 10_000).toBeCloseTo(0.5, 1);
  });

  it("bounds the compensation of a VM that idles at once", () => {
    const policy = createPolicy<Task>("lottery", createRandom(5));
    const idling = task(1, 1);
    const computing = task(0, 10_000);
    policy.enqueue(idling, false);
    expect(turn(policy, 0, true)).toBe(idling);
    policy.enqueue(idling, true);
    policy.enqueue(computing, false);
    let wins = 0;
    for (let draw = 0; draw < 1000; draw++) {
      const chosen = turn(policy, 0, true);
      if (chosen === idling) wins++;
      // The computing VM did not idle: it is charged its whole quantum.
      if (chosen === computing) policy.charge(computing, QUANTUM, QUANTUM, false);
      policy.enqueue(chosen, true);
    }
    expect(wins).toBeLessThan(50);
  });

  it("heeds tickets changed while the VM waits", () => {
    const policy = createPolicy<Task>("lottery", createRandom(5));
    const [rich, poor] = [task(0, 1), task(1, 1)];
    policy.enqueue(rich, false);
    policy.enqueue(poor, false);
    rich.tickets = 10_000;
    policy.ticketsChanged(rich);
    let wins = 0;
    for (let draw = 0; draw < 1000; draw++) {
      const chosen = turn(policy);
      if (chosen === rich) wins++;
      policy.enqueue(chosen, false);
    }
    expect(wins).toBeGreaterThan(990);
  });
});

describe("changing the policy", () => {
  it("moves every waiting VM", () => {
    const from = createPolicy<Task>("round-robin", createRandom(1));
    const to = createPolicy<Task>("lottery", createRandom(1));
    for (let row = 0; row < 100; row++) from.enqueue(task(row), row % 2 === 0);
    moveAll(from, to);
    expect([from.size, to.size]).toEqual([0, 100]);
    moveAll(to, from);
    expect([from.size, to.size]).toEqual([100, 0]);
  });

  it("does not carry a compensation past a turn under another policy", () => {
    const [lottery, roundRobin] = [
      createPolicy<Task>("lottery", createRandom(3)),
      createPolicy<Task>("round-robin", createRandom(3)),
    ];
    const [idler, other] = [task(0, 100), task(1, 10_000)];
    lottery.enqueue(idler, false);
    turn(lottery, QUANTUM / 1000, true);
    roundRobin.enqueue(idler, true);
    turn(roundRobin);
    let wins = 0;
    for (let draw = 0; draw < 1000; draw++) {
      lottery.enqueue(idler, false);
      lottery.enqueue(other, false);
      if (lottery.next() === idler) wins++;
      else lottery.remove(idler);
      lottery.remove(other);
    }
    expect(wins).toBeLessThan(50);
  });

  it("names the policies there are when asked for another", () => {
    expect(() => createPolicy("fifo", createRandom(1))).toThrow(UserError);
    expect(() => createPolicy("fifo", createRandom(1))).toThrow(/"fifo".*round-robin or lottery/);
  });
});
