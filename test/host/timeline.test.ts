import { describe, expect, it } from "vitest";
import { Sampler } from "../../source/host/sampler.js";
import { Timeline } from "../../source/host/timeline.js";
import { InstrumentPanel, VmState } from "../../source/kernel/index.js";

const SECOND = 1e9;

function panelWith(vms: number): InstrumentPanel {
  const panel = new InstrumentPanel(vms + 8, 0);
  for (let row = 0; row < vms; row++) {
    panel.open(row, `vm-${row + 1}`, "ticker");
    panel.vm.id[row] = row + 1;
    panel.vm.state[row] = VmState.READY;
  }
  panel.set("rows", vms);
  return panel;
}

/** Lets an hour pass, a second at a time; every VM uses half of the CPU in even minutes. */
function hour(panel: InstrumentPanel, timeline: Timeline, seconds = 3700): void {
  for (let second = 1; second <= seconds; second++) {
    panel.set("time", second * SECOND);
    if (Math.floor(second / 60) % 2 === 0) panel.vm.cpuTime[0] += 0.5 * SECOND;
    timeline.add(panel);
  }
}

describe("Timeline", () => {
  it("keeps an hour, the last two minutes second by second, older ones further and further apart", () => {
    const timeline = new Timeline();
    hour(panelWith(4), timeline);
    expect(timeline.span!.to).toBe(3700);
    expect(timeline.span!.from).toBeGreaterThanOrEqual(100);
    expect(timeline.span!.from).toBeLessThan(200);
    expect(timeline.between(3585, 3700)).toHaveLength(115);
    const tenMinutesAgo = timeline.between(3000, 3100);
    expect(tenMinutesAgo.length).toBeGreaterThan(10);
    expect(tenMinutesAgo.length).toBeLessThan(40);
    expect(timeline.length).toBeLessThan(700);
  });

  it("shows VMs and rates as they were", () => {
    const panel = panelWith(2);
    const timeline = new Timeline();
    hour(panel, timeline, 150);
    panel.open(1, "another", "echo");
    panel.vm.id[1] = 9;
    const sampler = new Sampler(panel);
    sampler.take();
    const { earlier, later } = timeline.at(100.5)!;
    sampler.show(earlier, later);
    expect(sampler.kernel().time).toBe(100);
    expect(sampler.vm(1)).toMatchObject({ id: 2, name: "vm-2", image: "ticker" });
    expect(sampler.vm(0).cpuPercent).toBe(0);
    const busy = timeline.at(130)!;
    sampler.show(busy.earlier, busy.later);
    expect(sampler.vm(0).cpuPercent).toBe(50);
    sampler.thaw();
    expect(sampler.vm(1).name).toBe("another");
  });

  it("has rates at the oldest moment, too, and nothing before there are two", () => {
    const panel = panelWith(2);
    const timeline = new Timeline();
    panel.vm.cpuTime[0] = SECOND;
    panel.set("time", 10 * SECOND);
    timeline.add(panel);
    expect(timeline.at(10)).toBeUndefined();
    panel.vm.cpuTime[0] += 0.5 * SECOND;
    panel.set("time", 11 * SECOND);
    timeline.add(panel);
    for (const time of [0, 10, 10.5]) {
      const { earlier, later } = timeline.at(time)!;
      const sampler = new Sampler(panel);
      sampler.show(earlier, later);
      expect(sampler.vm(0).cpuPercent).toBe(50);
    }
  });

  it("does not show VMs in the past that came later", () => {
    const panel = panelWith(2);
    const timeline = new Timeline();
    hour(panel, timeline, 10);
    const sampler = new Sampler(panel);
    for (let row = 2; row < 6; row++) {
      panel.open(row, "late", "ticker");
      panel.vm.id[row] = row + 10;
    }
    panel.set("rows", 6);
    panel.set("time", 11 * SECOND);
    sampler.take();
    expect(sampler.rows()).toHaveLength(6);
    const { earlier, later } = timeline.at(5)!;
    sampler.show(earlier, later);
    expect(sampler.rows()).toHaveLength(2);
    sampler.thaw();
    expect(sampler.rows()).toHaveLength(6);
  });

  it("keeps columns in which nothing changed once, and changes of others apart", () => {
    const panel = panelWith(3);
    const timeline = new Timeline();
    hour(panel, timeline, 3);
    panel.set("time", 4 * SECOND);
    panel.vm.rxBytes[2] = 7;
    timeline.add(panel);
    panel.vm.rxBytes[2] = 9;
    panel.open(1, "another", "echo");
    panel.vm.id[1] = 9;
    panel.set("time", 5 * SECOND);
    timeline.add(panel);
    const [third, fourth, fifth] = [3, 4, 5].map((second) => timeline.at(second)!.later);
    expect(fourth.vm.memorySize).toBe(third.vm.memorySize);
    expect([third, fourth, fifth].map(({ vm }) => vm.rxBytes[2])).toEqual([0, 7, 9]);
    expect([third, fourth, fifth].map((moment) => moment.name(1))).toEqual(["vm-2", "vm-2", "another"]);
  });

  it("stays within its memory, however many VMs there are, and still reaches far back", () => {
    const panel = panelWith(500);
    const bytes = InstrumentPanel.size(500, 0);
    const timeline = new Timeline(30 * bytes);
    hour(panel, timeline);
    expect(timeline.length).toBeLessThanOrEqual(30);
    expect(timeline.span!.from).toBeLessThan(1300);
    const ofVeryMany = new Timeline(2.5 * bytes);
    hour(panelWith(500), ofVeryMany);
    expect(ofVeryMany.length).toBe(2);
  });
});
