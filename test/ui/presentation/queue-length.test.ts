/** What is said of a queue whose length and whose first VMs were looked at at different moments. */

import { expect, it } from "vitest";
import { queueLength } from "../../../source/ui/presentation/facts.js";

it.each([
  ["as many as were counted, of whom only the first are listed", 300, [4, 5, 6], 300],
  ["no fewer than are listed, when they were counted before they came", 0, [4, 5, 6], 3],
  ["as many as were counted, where there is no list", 2, undefined, 2],
])("says %s", (_, counted, listed, expected) => {
  expect(queueLength(counted, listed)).toBe(expected);
});
