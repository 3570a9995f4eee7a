/** Which VMs a command tells of and in what order, in the words of the screen: the values of --filter, --sort and --view. */

import type { Sampler } from "../host/sampler.js";
import { UserError } from "../kernel/index.js";
import { parseFilter } from "../ui/filter.js";
import { findColumn, VM_TABLE_COLUMNS } from "../ui/presentation/vm-columns.js";
import { VIEWS, type ViewId } from "../ui/views.js";
import { type Sort, VmOrder } from "../ui/vm-order.js";
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

/** A column: figures the largest first, texts and ids from the first on; with `-` before it the other way round. */
export function parseSort(text: string): Sort {
  const reversed = text.startsWith("-");
  const column = findColumn(reversed ? text.slice(1) : text);
  if (!column) {
    throw new UserError(`no column "${text}"; the columns are ${VM_TABLE_COLUMNS.map(({ id }) => id).join(", ")}`);
  }
  const largestFirst = column.text !== true && column.id !== "id";
  return { column: column.id, descending: reversed !== largestFirst };
}

export function parseView(name: string): ViewId {
  const view = VIEWS.find((known) => known === name);
  if (!view) throw new UserError(`no view "${name}"; the views are ${VIEWS.join(", ")}`);
  return view;
}
