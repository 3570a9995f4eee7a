import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyboardQueue } from "../../../source/kernel/devices/keyboard.js";
import { KEYBOARD_QUEUE } from "../../../source/kernel/params.js";

describe("a keyboard queue", () => {
  it("hands over what was typed, in order, in pieces of any size", () => {
    const queue = new KeyboardQueue();
    expect(queue.push(Buffer.from("hello"))).toBe(5);
    expect(queue.push(Buffer.from(" world"))).toBe(6);
    expect(Buffer.from(queue.take(3)).toString()).toBe("hel");
    expect(queue.length).toBe(8);
    expect(Buffer.from(queue.take(100)).toString()).toBe("lo world");
    expect([queue.length, queue.take(5)]).toEqual([0, new Uint8Array(0)]);
  });

  it("keeps its own copy of what was typed", () => {
    const queue = new KeyboardQueue();
    const typed = Buffer.from("abc");
    queue.push(typed);
    typed.fill(0);
    expect(Buffer.from(queue.take(3)).toString()).toBe("abc");
  });

  it("loses nothing it took, takes what there is room for, and says how much", () => {
    const operation = fc.record({
      push: fc.integer({ min: 0, max: KEYBOARD_QUEUE + 9 }),
      take: fc.nat(KEYBOARD_QUEUE),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const queue = new KeyboardQueue();
        let model: number[] = [];
        let typed = 0;
        for (const { push, take } of operations) {
          const bytes = Uint8Array.from({ length: push }, () => typed++ & 0xff);
          const room = KEYBOARD_QUEUE - model.length;
          expect(queue.push(bytes)).toBe(Math.min(push, room));
          model.push(...bytes.subarray(0, room));
          expect(Array.from(queue.take(take))).toEqual(model.slice(0, take));
          model = model.slice(take);
          expect(queue.length).toBe(model.length);
        }
      }),
      { numRuns: 50 },
    );
  });
});
