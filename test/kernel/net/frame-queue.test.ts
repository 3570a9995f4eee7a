import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameQueue } from "../../../source/kernel/net/frame-queue.js";

describe("a frame queue", () => {
  it("behaves as a bounded list, whatever is done to it", () => {
    const operations = fc.array(fc.constantFrom("push", "shift", "burst", "remove"), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), operations, (capacity, list) => {
        const queue = new FrameQueue(capacity);
        const model: Uint8Array[] = [];
        let count = 0;
        const push = () => {
          const frame = Uint8Array.of(count++);
          expect(queue.push(frame)).toBe(model.length < capacity);
          if (model.length < capacity) model.push(frame);
        };
        for (const operation of list) {
          if (operation === "push") push();
          if (operation === "burst") for (let index = 0; index < 10; index++) push();
          if (operation === "remove" && model.length > 0) {
            const index = count % model.length;
            expect(queue.at(index)).toBe(model[index]);
            queue.remove(index);
            model.splice(index, 1);
          }
          if (operation === "shift") {
            expect(queue.peek()).toBe(model[0]);
            expect(queue.shift()).toBe(model.shift());
          }
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });

  it("holds as many frames as it says and no more", () => {
    const queue = new FrameQueue(100);
    const taken = Array.from({ length: 120 }, () => queue.push(new Uint8Array(1)));
    expect(taken.filter(Boolean)).toHaveLength(100);
    expect(taken[100]).toBe(false);
  });
});
