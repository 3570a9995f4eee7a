/** Two hundred web servers in memory for some forty, asked by Zipf's law: the packet that asks a swapped-out VM brings it back. */

import { expect, it } from "vitest";
import { type Kernel, VM_STATE_NAMES } from "../../source/kernel/index.js";
import { boot, consoleOf, MIB, runFor } from "../kernel/boot.js";

const SERVERS = 200;
const OUT = VM_STATE_NAMES.indexOf("swapped");

/** The servers' figures, read where they stand: to inspect a VM costs more. */
class Servers {
  readonly #rows: number[];

  constructor(
    readonly kernel: Kernel,
    readonly ids: readonly number[],
  ) {
    this.#rows = ids.map((id) => kernel.inspect(id).row);
  }

  get out(): number {
    return this.#rows.filter((row) => this.kernel.panel.vm.state[row] === OUT).length;
  }

  isOut(index: number): boolean {
    return this.kernel.panel.vm.state[this.#rows[index]] === OUT;
  }

  swapIns(index: number): number {
    return this.kernel.panel.vm.swapIns[this.#rows[index]];
  }

  sum(column: "swapIns" | "drops"): number {
    return this.#rows.reduce((total, row) => total + this.kernel.panel.vm[column][row], 0);
  }
}

/** Starts a load generator and waits for its end. @returns requests that were answered, and those that failed */
function ask(kernel: Kernel, settings: readonly string[], watch = () => {}): { done: number; failed: number } {
  const [id] = kernel.spawn({ image: "load", arguments: ["interval=99", ...settings] });
  for (let step = 0; step < 1000; step++) {
    runFor(kernel, 0.01);
    if (kernel.inspect(id).state === "terminated") break;
    watch();
  }
  const report = /total: (\d+) requests, (\d+) failed/.exec(consoleOf(kernel, id));
  if (!report) throw new Error(`load did not end: ${consoleOf(kernel, id)}`);
  return { done: Number(report[1]), failed: Number(report[2]) };
}

it("200 web servers by popularity, most of them swapped out: all answer and no connection is lost", {
  timeout: 120_000,
}, () => {
  const kernel = boot({ engine: "interpreter", memoryBudget: 40 * MIB });
  const servers = new Servers(kernel, kernel.spawn({ image: "httpd", count: SERVERS }));
  runFor(kernel, 1);
  expect(servers.out).toBeGreaterThan(SERVERS / 2);

  // A connection for each request, eight at a time. What servers send to a client that has ended is lost, and nothing else.
  const swapIns = servers.sum("swapIns");
  let lost = 0;
  const range = `10.0.0.${servers.ids[0]}-10.0.0.${servers.ids[SERVERS - 1]}`;
  const popular = ask(kernel, ["connections=8", "keep=0", "zipf=1", "seconds=3", range], () => {
    lost = servers.sum("drops");
  });
  expect(popular.failed).toBe(0);
  expect(lost).toBe(0);
  expect(popular.done).toBeGreaterThan(SERVERS);
  expect(servers.sum("swapIns") - swapIns).toBeGreaterThan(SERVERS / 2);

  // By popularity some are asked often and some never. Now each gets one request, most of them while they are out.
  let woken = 0;
  for (const [index, id] of servers.ids.entries()) {
    const [wasOut, before] = [servers.isOut(index), servers.swapIns(index)];
    expect(ask(kernel, ["rate=1", "seconds=0.05", `10.0.0.${id}`]), `VM ${id}`).toEqual({ done: 1, failed: 0 });
    if (!wasOut) continue;
    expect(servers.swapIns(index), `swap-ins of VM ${id}`).toBeGreaterThan(before);
    woken++;
  }
  expect(woken).toBeGreaterThan(SERVERS / 2);
});
