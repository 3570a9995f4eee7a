/**
 * Scheduling policies: which of the VMs that are ready runs next. A policy holds the ready VMs and nothing else; a VM
 * that runs, idles, is paused or swapped out is in no policy.
 *
 * The kernel's part: `enqueue` when a VM becomes ready, `remove` when it stops being ready without having run, `next` to
 * dispatch, and after each dispatch exactly one `charge` before the VM is enqueued again. Several may be dispatched at once.
 *
 * To change the policy while VMs wait: `moveAll(from, to)`.
 */

import { UserError } from "../errors.js";
import type { Random } from "../random.js";
import { LotteryPolicy } from "./lottery.js";
import { RoundRobinPolicy } from "./round-robin.js";
import type { Policy, Schedulable } from "./schedulable.js";
import type { TaskLinks } from "./task-list.js";

export type { Policy, Schedulable } from "./schedulable.js";
export { TaskLinks, TaskList } from "./task-list.js";

/** Names of the policies; their order numbers them in the instrument panel. */
export const POLICY_NAMES = ["round-robin", "lottery"] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/**
 * Makes an empty policy.
 * @param links of lists that VMs are in when they do not wait here; absent: there are no other lists
 * @throws UserError when there is none of that name
 */
export function createPolicy<T extends Schedulable>(name: string, random: Random, links?: TaskLinks<T>): Policy<T> {
  switch (name) {
    case "round-robin":
      return new RoundRobinPolicy(links);
    case "lottery":
      return new LotteryPolicy<T>(random);
    default:
      throw new UserError(`no scheduling policy is called ${JSON.stringify(name)}: use ${POLICY_NAMES.join(" or ")}`);
  }
}

/** Moves every waiting VM from one policy to another. A priority that a VM had for waking is lost, its place is not. */
export function moveAll<T extends Schedulable>(from: Policy<T>, to: Policy<T>): void {
  for (let task = from.next(); task !== undefined; task = from.next()) to.enqueue(task, false);
}
