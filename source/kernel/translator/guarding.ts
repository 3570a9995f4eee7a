/**
 * Calls through a pointer, in images where few functions have their address taken: the pointer is compared with each of
 * them, and what is called so is called directly, and may be put in line.
 */

import { findEntry } from "../x86/instruction-table.js";
import { Operation } from "../x86/operation.js";
import { type Block, COPY, type Region } from "./block.js";

/** Functions that a pointer is compared with, and calls of a region for which that is done. */
const MOST_CANDIDATES = 4;
const MOST_CALLS = 8;

/** @param candidates addresses of functions that pointers may point to */
export function guardCalls(region: Region, candidates: ReadonlySet<number>): Region {
  if (candidates.size === 0 || candidates.size > MOST_CANDIDATES) return region;
  const blocks = new Map(region.blocks);
  let { copies } = region;
  let guarded = 0;
  for (let queue = [...blocks.values()]; queue.length > 0 && guarded < MOST_CALLS; ) {
    const block = queue.shift() as Block;
    const index = block.operations.findIndex((operation) => operation.entry?.semantics === "call indirect");
    if (index < 0) continue;
    guarded++;
    const call = block.operations[index];
    const rest: Block = {
      ...block,
      key: call.next.address + ++copies * COPY,
      address: call.next.address,
      operations: block.operations.slice(index + 1),
    };
    const calling = (operation: Operation): Block => ({
      key: call.address + ++copies * COPY,
      address: call.address,
      operations: [operation],
      ending: { kind: "next", jump: false },
      ways: [rest.key],
      end: rest.address,
    });
    let otherwise = calling(call);
    blocks.set(rest.key, rest).set(otherwise.key, otherwise);
    for (const candidate of candidates) {
      const direct = calling(directCall(call, candidate));
      const guard: Block = {
        key: call.address + ++copies * COPY,
        address: call.address,
        operations: [],
        ending: { kind: "guard", operation: call, expected: candidate },
        ways: [direct.key, otherwise.key],
        end: call.address,
      };
      blocks.set(direct.key, direct).set(guard.key, guard);
      otherwise = guard;
    }
    blocks.set(block.key, {
      ...block,
      operations: block.operations.slice(0, index),
      ending: { kind: "next", jump: false },
      ways: [otherwise.key],
      end: call.address,
    });
    queue.unshift(rest);
  }
  return { start: region.start, blocks, copies };
}

/** The call as it is when the pointer points there. */
function directCall(call: Operation, target: number): Operation {
  const direct = Object.assign(new Operation(call.address, call.execute), call);
  direct.entry = findEntry("call", "rel", call.size);
  direct.target = new Operation(target, call.execute);
  return direct;
}
