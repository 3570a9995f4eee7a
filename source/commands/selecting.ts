/** Which VMs a command tells of and in what order, in the words of the screen: the values of --filter and --sort. */

import type { Sampler } from "../host/sampler.js";
import { parseFilter } from "../ui/filter.js";
import { parseSort, type Sort, VmOrder } from "../ui/vm-order.js";
import type { Arguments } from "./arguments.js";

/** Answers the panel's rows of the VMs that are told of, in order. */
export type Selection = (sampler: Sampler) => readonly number[];

const AS_CREATED: Sort = { column: "id", descending: false };

/** @throws UsageError for a filter or a column that makes no sense */
export function selection(given: Arguments): Selection {
  const filter = given.parsed("filter", parseFilter);
  const sort = given.parsed("sort", parseSort) ?? AS_CREATED;
  let order: VmOrder | undefined;
  return (sampler) => {
    order ??= new VmOrder(sampler);
    order.update(filter, sort);
    return order.rows;
  };
}
