/** What is said of a queue whose length and whose first VMs were looked at at different moments. */

import { expect, it } from "vitest";
import { listedOf } from "../../../source/ui/presentation/facts.js";

it.each([
  ["all that are listed where more were counted", 300, [4, 5, 6], [4, 5, 6]],
  ["no more than the header says that there are", 2, [4, 5, 6], [4, 5]],
  ["nobody where nobody was counted", 0, [4, 5, 6], []],
  ["nothing where there is no list", 2, undefined, undefined],
])("names %s", (_, counted, listed, expected) => {
  expect(listedOf(counted, listed)).toEqual(expected);
});
