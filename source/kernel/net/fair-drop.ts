/**
 * Who loses a frame where a receive queue is full: whoever has most frames in it. One VM that floods another fills its queue
 * with its own frames, and those of the others still get in (longest queue drop: Suter, Lakshman, Stiliadis and Choudhury,
 * "Design considerations for supporting TCP with per-flow queueing", INFOCOM 1998).
 */

import { type MacNumber, sourceOf } from "./ethernet.js";
import type { FrameQueue } from "./frame-queue.js";
import { SenderCensus } from "./sender-census.js";

const census = new SenderCensus();

/**
 * Takes the newest frame of the sender with most frames out of a full queue, for the sake of another sender's frame.
 * @returns false where that sender itself has most, so that its frame is the one to lose
 */
export function makeRoom(queue: FrameQueue, sender: MacNumber): boolean {
  if (hasHalf(queue, sender)) return false;
  census.take(queue);
  const { heaviest, most } = census;
  // One more than its own: the frame that is to come in counts, too.
  if (most <= census.countOf(sender) + 1) return false;
  for (let index = queue.length - 1; ; index--) {
    if (sourceOf(queue.at(index)) !== heaviest) continue;
    queue.remove(index);
    return true;
  }
}

/** Whether nobody else can have more in the queue. Found out soon for whoever floods it: that is most of what happens here. */
function hasHalf(queue: FrameQueue, sender: MacNumber): boolean {
  let own = 0;
  for (let index = queue.length - 1; index >= 0; index--)
    if (sourceOf(queue.at(index)) === sender && ++own * 2 >= queue.length) return true;
  return false;
}
