/** What is kept of the machine's figures while the display is held, goes back, or is refreshed more often than usual. */

import { describe, expect, it } from "vitest";
import { Dashboard } from "../../source/ui/dashboard.js";
import { markColumns } from "../../source/ui/presentation/plot.js";
import { FakeClient } from "./fake-client.js";

const SECOND = 1e9;

function dashboardOf(client: FakeClient): Dashboard {
  return new Dashboard(client.panel, client.policies);
}

/** Brings the machine to a time, with a share of the CPU in use since the time before, and takes its figures. */
function pass(dashboard: Dashboard, { panel }: FakeClient, time: number, share: number): void {
  panel.add("busyTime", share * (time * SECOND - panel.get("time")));
  panel.set("time", time * SECOND);
  dashboard.take();
}

const cpu = (dashboard: Dashboard, until: number, seconds: number, count: number) =>
  dashboard.history.samples("cpuPercent", { until, seconds }, count);

describe("the history", () => {
  it("takes no mean since the machine's start for the present when the display is frozen", () => {
    const client = new FakeClient();
    const dashboard = dashboardOf(client);
    for (let time = 1; time <= 100; time++) pass(dashboard, client, time, 1);
    for (let time = 101; time <= 110; time++) pass(dashboard, client, time, 0);
    client.panel.set("time", 110.2 * SECOND);
    dashboard.freeze();
    dashboard.take();
    for (let time = 111; time <= 115; time++) pass(dashboard, client, time, 0);
    for (const value of cpu(dashboard, 115, 12, 60)) expect(value).toBeLessThan(1);
  });

  it("weighs a sample by the time that it is of", () => {
    const client = new FakeClient();
    const dashboard = dashboardOf(client);
    for (let time = 1; time <= 60; time++) {
      pass(dashboard, client, time, 0);
      // A command was answered: the figures are taken once more, a moment after.
      pass(dashboard, client, time + 0.001, 1);
    }
    // A thousandth of the time.
    for (const value of cpu(dashboard, 58, 40, 4)) expect(value).toBeLessThan(1);
  });
});

describe("marks", () => {
  /** At a time of a recording, with the quantum that it had. */
  const at = (dashboard: Dashboard, { panel }: FakeClient, time: number) => {
    panel.set("time", time * SECOND);
    panel.set("quantum", time < 20 ? 5e6 : 10e6);
    dashboard.take();
  };

  it("are made once, however often a recording goes back before the change and on", () => {
    const client = new FakeClient();
    const dashboard = dashboardOf(client);
    for (let time = 10; time <= 30; time++) at(dashboard, client, time);
    for (let round = 0; round < 3; round++) {
      for (const time of [15, 16, 17, 25, 26, 12]) at(dashboard, client, time);
    }
    for (let time = 12; time <= 35; time++) at(dashboard, client, time);
    expect(dashboard.history.marks).toEqual([{ time: 20, text: "quantum 5 ms → 10 ms" }]);
    const columns = markColumns(dashboard.history, { until: 35, seconds: 30 }, 60);
    expect(columns).toEqual([30]);
  });

  it("leave the graphs as they were: what is seen again is no new sample", () => {
    const client = new FakeClient();
    const dashboard = dashboardOf(client);
    for (let time = 10; time <= 30; time++) at(dashboard, client, time);
    const samples = (until: number) => dashboard.history.samples("quantum", { until, seconds: until - 10 }, until - 10);
    const before = samples(30);
    for (let time = 12; time <= 35; time++) at(dashboard, client, time);
    expect(samples(30)).toEqual(before);
    expect(samples(35)).toEqual([...before, ...Array.from({ length: 5 }, () => 10e6)]);
  });
});
