/** What the monitor starts with: a person's settings, and over them, for one run, what the command line asks for. */

import { parseFilter } from "./filter.js";
import { REFRESH_INTERVALS } from "./params.js";
import type { MonitorState } from "./state.js";
import { fieldOf } from "./text-field.js";
import type { ViewId } from "./views.js";
import type { Sort } from "./vm-order.js";

export interface StartOptions {
  /** Milliseconds between refreshes. */
  readonly interval?: number;
  /** The table's order to start with. */
  readonly sort?: Sort;
  /** As typed after `/`. */
  readonly filter?: string;
  /** The view to start with. */
  readonly view?: ViewId;
}

/** @throws UserError for a filter that makes no sense */
export function initialState(
  settings: Partial<MonitorState>,
  { interval, sort, filter, view }: StartOptions,
): Partial<MonitorState> {
  if (filter !== undefined) parseFilter(filter);
  return {
    ...settings,
    // From a VM that the screen begins with one goes to the view that there would have been.
    ...(settings.view === undefined || settings.view === "vm" ? {} : { cameFrom: settings.view }),
    ...(interval === undefined ? {} : { interval: Math.max(REFRESH_INTERVALS[0], interval) }),
    ...(view === undefined ? {} : { view }),
    ...(sort === undefined ? {} : { sort }),
    ...(filter === undefined ? {} : { filter: fieldOf(filter) }),
  };
}
