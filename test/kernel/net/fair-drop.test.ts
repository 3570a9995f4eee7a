import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macNumber, macOf } from "../../../source/kernel/net/ethernet.js";
import { makeRoom } from "../../../source/kernel/net/fair-drop.js";
import { FrameQueue } from "../../../source/kernel/net/frame-queue.js";

/** A full queue with a frame from each of these senders, in this order; a frame's last byte is its place. */
function fullQueue(senders: readonly number[]): FrameQueue {
  const queue = new FrameQueue(senders.length);
  for (const [place, sender] of senders.entries()) queue.push(frame(sender, place));
  return queue;
}

function frame(sender: number, place: number): Uint8Array {
  return Uint8Array.of(...macOf(99), ...macOf(sender), 0x88, 0xb5, place);
}

const addressOf = (sender: number) => macNumber(macOf(sender));

/** Places of the frames that are left, oldest first. */
function placesOf(queue: FrameQueue): number[] {
  return Array.from({ length: queue.length }, (_, index) => queue.at(index)[14]);
}

/** What is left of a full queue once a sender had wanted room, and whether it got it. */
function outcome(senders: readonly number[], sender: number): [boolean, number[]] {
  const queue = fullQueue(senders);
  return [makeRoom(queue, addressOf(sender)), placesOf(queue)];
}

describe("who loses a frame where a queue is full", () => {
  it("is the sender with most frames in it, its newest, and the order of all others stays", () => {
    expect(outcome([1, 2, 1, 2, 1, 3], 3)).toEqual([true, [0, 1, 2, 3, 5]]);
    expect(outcome([1, 1, 1, 2], 3)).toEqual([true, [0, 1, 3]]);
  });

  it("is whoever wants room, where nobody has more", () => {
    expect(outcome([1, 1, 1, 1], 1)).toEqual([false, [0, 1, 2, 3]]);
    expect(outcome([1, 1, 2, 3], 1)).toEqual([false, [0, 1, 2, 3]]);
    expect(outcome([1, 1, 2, 2], 2)).toEqual([false, [0, 1, 2, 3]]);
  });

  it("is whoever wants room, where it would only change places with whoever has most", () => {
    expect(outcome([1, 1, 2, 3], 2)).toEqual([false, [0, 1, 2, 3]]);
    expect(outcome([1, 2, 3, 4], 5)).toEqual([false, [0, 1, 2, 3]]);
    expect(outcome([1, 1, 1, 2], 2)).toEqual([true, [0, 1, 3]]);
  });

  it("takes the newest of one who has most, and that where it is fairer, whatever is in the queue", () => {
    const senders = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(senders, fc.integer({ min: 1, max: 7 }), (queued, sender) => {
        const count = (id: number) => queued.filter((other) => other === id).length;
        const most = Math.max(...queued.map(count));
        const [made, places] = outcome(queued, sender);
        expect(made).toBe(most > count(sender) + 1);
        const heaviest = queued.filter((id) => count(id) === most);
        const gone = queued.findIndex((_, place) => !places.includes(place));
        expect(places).toEqual(queued.map((_, place) => place).filter((place) => place !== gone));
        if (made) expect(heaviest.map((id) => queued.lastIndexOf(id))).toContain(gone);
        else expect(gone).toBe(-1);
      }),
    );
  });
});
