import { describe, expect, it } from "vitest";
import { Sampler } from "../../source/host/sampler.js";
import { History } from "../../source/ui/history.js";
import { FakeClient } from "./fake-client.js";

/** A history of so many seconds, a sample every quarter; the CPU's figure is the number of the second. */
function historyOf(seconds: number): History {
  const sampler = new Sampler(new FakeClient().panel);
  sampler.take();
  const history = new History();
  for (let time = 0.25; time <= seconds; time += 0.25) {
    history.add({ ...sampler.kernel(), time, cpuPercent: Math.ceil(time) }, 0.25);
  }
  return history;
}

describe("History", () => {
  it("gives means over equal parts of a stretch, oldest first", () => {
    expect(historyOf(60).samples("cpuPercent", { until: 60, seconds: 4 }, 4)).toEqual([57, 58, 59, 60]);
    expect(historyOf(60).samples("cpuPercent", { until: 60, seconds: 4 }, 2)).toEqual([57.5, 59.5]);
    expect(historyOf(60).samples("cpuPercent", { until: 40, seconds: 2 }, 2)).toEqual([39, 40]);
  });

  it("leaves out what is before its first sample, and repeats a sample that fills more than one part", () => {
    expect(historyOf(2).samples("cpuPercent", { until: 2, seconds: 4 }, 4)).toEqual([1, 2]);
    expect(historyOf(2).samples("cpuPercent", { until: 2, seconds: 0.5 }, 4)).toEqual([2, 2, 2, 2]);
    expect(new History().samples("cpuPercent", { until: 2, seconds: 4 }, 4)).toEqual([]);
  });

  it("keeps an hour of every figure, and no more, at falling resolution", () => {
    const history = historyOf(4000);
    const samples = history.samples("cpuPercent", { until: 4000, seconds: 3600 }, 60);
    expect(samples).toHaveLength(60);
    for (const [minute, value] of samples.entries())
      expect(Math.abs(value - (400 + minute * 60 + 30))).toBeLessThan(12);
    expect(history.from).toBeGreaterThan(350);
    // A minute of half an hour ago is still told apart second by second, in steps of ten.
    const old = history.samples("cpuPercent", { until: 2200, seconds: 60 }, 6);
    for (let index = 1; index < 6; index++) expect(old[index] - old[index - 1]).toBeCloseTo(10, 0);
  });

  it("knows figures of vectors and states by their path", () => {
    const { names } = historyOf(1);
    for (const name of ["memoryResident", "swapInsPerSecond", "vectors.nic receive.meanWait", "states.swapped"]) {
      expect(names).toContain(name);
    }
  });
});
