import { expect, it } from "vitest";
import { formatTable } from "../../source/commands/table.js";

it("stands text to the left and figures to the right, as wide as the widest, or wider", () => {
  const columns = [
    { heading: "NAME", left: true, cell: ([name]: readonly [string, number]) => name },
    { heading: "N", width: 5, cell: ([, count]: readonly [string, number]) => String(count) },
  ];
  const table = formatTable(columns, [
    ["ticker", 1],
    ["日本", 123_456],
  ]);
  expect(table.split("\n")).toEqual(["NAME         N", "ticker       1", "日本    123456"]);
});

it("has room for as many VMs as the kernel holds", () => {
  const ids = Array.from({ length: 131_072 }, (_, id) => id);
  const table = formatTable([{ heading: "ID", cell: String }], ids);
  expect(table.split("\n").at(-1)).toBe("131071");
});
