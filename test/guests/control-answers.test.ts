/** What docs/control.md says of the answers: consoles in pieces, keyboards that are full, why a VM crashed, lists that are long. */

import { describe, expect, it } from "vitest";
import type { Kernel } from "../../source/kernel/index.js";
import { consoleOf, runFor, typeLine } from "../kernel/boot.js";
import { controlled, request, telnet } from "./control-client.js";

const OPTIONS = { timeout: 120_000 };

/** Has a Lua VM run a line, and waits until it is done. */
function lua(kernel: Kernel, line: string): void {
  const [id] = kernel.spawn({ image: "lua", name: "lua" });
  runFor(kernel, 0.3);
  typeLine(kernel, id, `${line} print("done")`);
  const isDone = () => consoleOf(kernel, id).endsWith("\ndone\n> ");
  for (let round = 0; round < 200 && !isDone(); round++) runFor(kernel, 0.05);
  expect(isDone()).toBe(true);
}

interface Piece {
  readonly from: number;
  readonly next: number;
  readonly text: string;
  readonly ended: boolean;
}
const piece = (kernel: Kernel, query = "") =>
  request(kernel, "GET", `/vms/lua/console${query}`).body as unknown as Piece;

describe("a console", OPTIONS, () => {
  it("is its last 8 KB, or what is kept from any position on, piece by piece", () => {
    const kernel = controlled();
    lua(kernel, 'for i = 1, 4000 do print(string.format("%06d", i)) end');
    const { consoleLength } = request(kernel, "GET", "/vms/lua").body as { consoleLength: number };
    expect(consoleLength).toBeGreaterThan(28_000);
    expect(piece(kernel)).toMatchObject({ from: consoleLength - 8192, next: consoleLength, ended: false });
    const pieces = [piece(kernel, "?from=0")];
    while (pieces[pieces.length - 1].next < consoleLength) {
      const { next } = pieces[pieces.length - 1];
      pieces.push(piece(kernel, `?from=${next}`));
      expect(pieces[pieces.length - 1].from).toBe(next);
    }
    // What was printed first is not kept; all of the rest comes, and nothing twice.
    expect(pieces[0].from).toBeGreaterThan(0);
    const all = pieces.map(({ text }) => text).join("");
    expect(all.length).toBe(consoleLength - pieces[0].from);
    const numbers = all.match(/^\d{6}$/gm)?.map(Number) ?? [];
    expect(numbers.length).toBeGreaterThan(8192 / 7);
    expect(numbers).toEqual(numbers.map((_, index) => 4000 - numbers.length + 1 + index));
    expect(piece(kernel, `?from=${consoleLength}`)).toMatchObject({ next: consoleLength, text: "" });
  });

  it("over telnet is text: what would command a terminal is shown as ?", () => {
    const kernel = controlled();
    lua(kernel, 'print("\\27[31mred\\7\\127 \\xc2\\x9b31mred \\x9b31mred caf\\xc3\\xa9")');
    expect(telnet(kernel, "console lua")).toContain("\r\n?[31mred?? ??31mred ?31mred café\r\n");
  });
});

describe("a keyboard", () => {
  it("takes what there is room for, and says how much that was", () => {
    const kernel = controlled();
    kernel.spawn({ image: "hostile-spin", name: "deaf" });
    const type = (length: number) => request(kernel, "POST", "/vms/deaf/console", "x".repeat(length)).body;
    expect([type(3000), type(3000), type(1)]).toEqual([{ typed: 3000 }, { typed: 1096 }, { typed: 0 }]);
    expect(telnet(kernel, "type deaf hello")).toContain("deaf took 0 of 6 bytes: its keyboard is full\r\n");
  });
});

describe("a VM that has ended", () => {
  it("says why it crashed, or its exit status", () => {
    const kernel = controlled();
    kernel.spawn({ image: "hostile-divide", name: "broken" });
    kernel.spawn({ image: "exit", name: "done", arguments: ["200"] });
    runFor(kernel, 0.1);
    const { body } = request(kernel, "GET", "/vms/broken");
    expect(body).toMatchObject({ state: "crashed", fault: expect.stringMatching(/^divide error at 0x[0-9a-f]{8}: /) });
    expect(body).not.toHaveProperty("status");
    expect(request(kernel, "GET", "/vms/done").body).toMatchObject({ state: "terminated", status: 200 });
  });
});

describe("a list of many VMs", OPTIONS, () => {
  it("shows 50 over telnet, all when asked, cut off at 60 KB; HTTP has all", () => {
    const kernel = controlled();
    kernel.spawn({ image: "exit", name: "short", count: 59 });
    runFor(kernel, 0.5);
    const rows = (text: string) => text.match(/^ +\d+ \S+ +\S+ +\S+ +\d+KB /gm)?.length;
    const some = telnet(kernel, "list");
    expect(rows(some)).toBe(50);
    expect(some).toContain("\r\n... and 10 more (`list all`)\r\n");
    const all = telnet(kernel, "list all");
    expect(rows(all)).toBe(60);
    expect(all).not.toContain("more");

    kernel.spawn({ image: "exit", name: "another", count: 740 });
    runFor(kernel, 2);
    const cut = telnet(kernel, "list all", "quantum");
    expect(cut).toContain("\r\n... cut off here; the HTTP interface has all\r\ndenali> quantum 5.000 ms\r\n");
    expect(cut.length).toBeGreaterThan(59_900);
    expect(cut.length).toBeLessThan(60_300);
    const { vms } = request(kernel, "GET", "/vms").body as { vms: { id: number; name: string }[] };
    expect(vms.map(({ id }) => id)).toEqual(Array.from({ length: 800 }, (_, index) => index + 1));
  });
});
