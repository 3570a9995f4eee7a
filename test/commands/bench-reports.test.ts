/** What experiments wait for: as many reports as are asked for, however far apart they are, and none that cannot come any more. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { Machine, onMachine } from "../../source/commands/bench/machine.js";
import { failureText, webFigures } from "../../source/commands/bench/web-load.js";
import type { LocalClient } from "../../source/host/local-client.js";

const REPORT = /^report (\d+)$/;

afterEach(() => vi.restoreAllMocks());

/** A machine whose time passes a minute at a time, with one VM that reports every so many seconds. */
function slowMachine(interval: number): Machine {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const client = {
    panel: { get: () => 1, vm: { id: new Float64Array([1]), state: new Uint8Array(1) } },
    time: 0,
    passUntil: async () => {
      now += 60_000;
    },
    readConsole: async (_: number, position: number) => {
      const reports = Array.from(
        { length: Math.floor(now / 1000 / interval) },
        (_, number) => `report ${number + 1}\n`,
      );
      return { position, bytes: Buffer.from(reports.join("")).subarray(position), ended: false };
    },
  };
  return new Machine(client as unknown as LocalClient, new AbortController().signal);
}

describe("reports", () => {
  it("are waited for as long as they go on coming", async () => {
    const reports = await slowMachine(600).reports(1, REPORT, () => 5, 600);
    expect(reports).toEqual([[1], [2], [3], [4], [5]]);
  });

  it("are not waited for once none has come for much longer than one takes", async () => {
    await expect(slowMachine(600).reports(1, REPORT, () => 5, 1)).rejects.toThrow("waited in vain for reports of VM 1");
  });

  it("are not put together of two, where the console has dropped what was between", async () => {
    const chunks = ["report 1\nrepo", "rt 2\nreport 3\nreport 4\n"];
    const client = {
      panel: { get: () => 1, vm: { id: new Float64Array([1]), state: new Uint8Array(1) } },
      time: 0,
      passUntil: async () => {},
      readConsole: async (_: number, position: number) => {
        const text = chunks.shift() ?? "";
        return { position: position === 0 ? 0 : 20_000, bytes: Buffer.from(text), ended: false };
      },
    };
    const machine = new Machine(client as unknown as LocalClient, new AbortController().signal);
    expect(await machine.reports(1, REPORT, () => 3, 1)).toEqual([[1], [3], [4]]);
  });

  it("may be more than a console keeps", { timeout: 120_000 }, async () => {
    const load = { servers: 1, connections: 1, seconds: 0.001, runs: 300 };
    const { rates, failed } = await webFigures({ engine: "interpreter" }, load);
    expect(rates).toHaveLength(300);
    expect(failed).toBe(0);
  });

  it("do not come of a VM that has ended, which is told at once with the last it said", async () => {
    const told = onMachine({ engine: "interpreter" }, async (machine) => {
      const [id] = await machine.client.spawn({ image: "load", arguments: ["interval=none"] });
      return machine.reports(id, REPORT, () => 1, 1);
    });
    await expect(told).rejects.toThrow(/^VM 1 ended instead of reporting, with 'load: interval= wants a number .*'; /);
  });
});

it("requests that failed are told where there are some", () => {
  expect([0, 1, 12].map(failureText)).toEqual(["", "; 1 request failed", "; 12 requests failed"]);
});
