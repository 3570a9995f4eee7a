import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Timed, Timer, TimerQueue } from "../../source/kernel/timers.js";

describe("TimerQueue", () => {
  it("fires what is due, oldest deadline first, and keeps the rest", () => {
    const queue = new TimerQueue();
    const fired: number[] = [];
    for (const deadline of [30, 10, 20, 40]) queue.at(deadline, () => fired.push(deadline));
    queue.fireDue(30);
    expect(fired).toEqual([10, 20, 30]);
    expect(queue.next).toBe(40);
  });

  it("fires timers of one deadline in the order they were armed", () => {
    const queue = new TimerQueue();
    const fired: string[] = [];
    for (const name of ["a", "b", "c"]) queue.at(5, () => fired.push(name));
    queue.fireDue(5);
    expect(fired).toEqual(["a", "b", "c"]);
  });

  it("fires a due timer that was armed by another timer in the same round", () => {
    const queue = new TimerQueue();
    const fired: string[] = [];
    queue.at(1, () => {
      fired.push("first");
      queue.at(2, () => fired.push("second"));
    });
    queue.fireDue(3);
    expect(fired).toEqual(["first", "second"]);
  });

  it("forgets a disarmed timer and moves a timer that is armed again", () => {
    const queue = new TimerQueue();
    const fired: string[] = [];
    const moved = new Timer(() => fired.push("moved"), undefined);
    const disarmed = new Timer(() => fired.push("disarmed"), undefined);
    queue.arm(moved, 1);
    queue.arm(disarmed, 1);
    queue.arm(moved, 9);
    queue.disarm(disarmed);
    queue.disarm(disarmed);
    queue.fireDue(8);
    expect(fired).toEqual([]);
    queue.fireDue(9);
    expect(fired).toEqual(["moved"]);
    expect(queue.next).toBe(Number.POSITIVE_INFINITY);
  });

  it("foresees those that fire next, in that order, without firing them", () => {
    const queue = new TimerQueue();
    const timers = Array.from({ length: 50 }, () => new Timer(() => {}, undefined));
    for (const [index, timer] of timers.entries()) queue.arm(timer, (index * 37) % 25);
    const foreseen: (Timed | undefined)[] = [];
    expect(queue.foresee(5, foreseen)).toBe(5);
    const expected = [0, 0, 1, 1, 2].map((deadline, turn) =>
      timers.filter((timer) => queue.deadlineOf(timer) === deadline).at(turn % 2),
    );
    expect(foreseen).toEqual(expected);
    expect(queue.foresee(99, foreseen)).toBe(50);
    expect(new Set(foreseen)).toEqual(new Set(timers));
    expect(queue.size).toBe(50);
    expect(new TimerQueue().foresee(5, [])).toBe(0);
  });

  it("behaves as a sorted list does, whatever is armed, disarmed and fired", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("arm" as const), timer: fc.nat(9), deadline: fc.nat(50) }),
      fc.record({ kind: fc.constant("disarm" as const), timer: fc.nat(9) }),
      fc.record({ kind: fc.constant("fire" as const), now: fc.nat(50) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new TimerQueue();
        const fired: number[] = [];
        const timers = Array.from({ length: 10 }, (_, number) => new Timer(() => fired.push(number), undefined));
        let model: { timer: number; deadline: number }[] = [];
        for (const each of steps) {
          if (each.kind === "fire") {
            const due = model.filter((entry) => entry.deadline <= each.now).sort((a, b) => a.deadline - b.deadline);
            fired.length = 0;
            queue.fireDue(each.now);
            expect(fired).toEqual(due.map((entry) => entry.timer));
            model = model.filter((entry) => entry.deadline > each.now);
          } else {
            model = model.filter((entry) => entry.timer !== each.timer);
            if (each.kind === "disarm") queue.disarm(timers[each.timer]);
            else {
              queue.arm(timers[each.timer], each.deadline);
              model.push({ timer: each.timer, deadline: each.deadline });
            }
          }
          expect(queue.size).toBe(model.length);
          expect(queue.next).toBe(Math.min(Number.POSITIVE_INFINITY, ...model.map((entry) => entry.deadline)));
        }
      }),
    );
  });
});
