import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Recorder } from "../../source/host/recorder.js";
import { Recording } from "../../source/host/recording.js";
import { ReplayClient } from "../../source/host/replay-client.js";
import { Sampler } from "../../source/host/sampler.js";
import type { InstrumentPanel } from "../../source/kernel/index.js";
import { temporaryFolder } from "../kernel/boot.js";
import { FakeClient } from "../ui/fake-client.js";

/** Records so many quarters of a second of a fleet that changes; answers the file and the figures as they were. */
async function record(quarters: number): Promise<{ path: string; figures: string[]; client: FakeClient }> {
  const path = join(temporaryFolder(), "fleet.rec");
  const client = FakeClient.fleet();
  const recorder = new Recorder(path, client.panel, client.policies);
  const figures: string[] = [];
  for (let quarter = 1; quarter <= quarters; quarter++) {
    client.advance(0.25);
    if (quarter === 10) await client.kill(3);
    if (quarter === 12) await client.reap(3);
    if (quarter === 14) client.add("echo", "late");
    recorder.take();
    figures.push(seen(client.panel));
  }
  recorder.stop();
  return { path, figures, client };
}

/** Everything that a screen shows of a panel. */
function seen(panel: InstrumentPanel): string {
  const sampler = new Sampler(panel);
  sampler.take();
  return JSON.stringify([sampler.kernel(), sampler.rows().map((row) => sampler.vm(row))]);
}

describe("a recording", () => {
  it("replays every frame as it was, forward, backward and in any order", async () => {
    const { path, figures } = await record(150);
    const recording = new Recording(path);
    expect([recording.from, recording.to]).toEqual([0.25, 37.5]);
    for (const frame of [0, 1, 2, 13, 149, 3, 60, 59, 61, 120, 0]) {
      recording.goTo((frame + 1) * 0.25);
      expect(seen(recording.panel)).toBe(figures[frame]);
    }
  });

  it("takes rates between two frames, wherever it goes", async () => {
    const { path } = await record(100);
    const recording = new Recording(path);
    const sampler = new Sampler(recording.panel);
    recording.goTo(20, () => sampler.take());
    sampler.take();
    const forward = sampler.kernel().instructionsPerSecond;
    recording.goTo(5, () => sampler.take());
    sampler.take();
    recording.goTo(20, () => sampler.take());
    sampler.take();
    expect(sampler.kernel().instructionsPerSecond).toBe(forward);
    expect(forward).toBeGreaterThan(1e7);
  });

  it("that was cut short ends before the frame that is not whole", async () => {
    const { path, figures } = await record(20);
    truncateSync(path, readFileSync(path).length - 5);
    const recording = new Recording(path);
    recording.goTo(99);
    expect(seen(recording.panel)).toBe(figures[18]);
  });

  it("that is damaged is refused where the damage is, in one line", async () => {
    const { path, figures } = await record(20);
    const bytes = readFileSync(path);
    bytes[bytes.length - 20] ^= 0xff;
    writeFileSync(path, bytes);
    const recording = new Recording(path);
    expect(() => recording.goTo(99)).toThrow(/is damaged at byte \d+; what is behind it cannot be replayed/);
    recording.goTo(2.5);
    expect(seen(recording.panel)).toBe(figures[9]);
  });

  it.each([
    ["nothing", Buffer.alloc(0), /is no recording; make one with/],
    ["something else", Buffer.from("#!/bin/sh\necho hello, this is no recording\n"), /is no recording/],
    ["a later version", Buffer.concat([Buffer.from("DENALREC"), Buffer.from([9, 0, 0, 0, 0, 0, 0, 0])]), /version 9/],
    ["a header alone", undefined, /holds no frame; nothing was recorded/],
  ])("is refused when it is %s", (_, content, message) => {
    const path = join(temporaryFolder(), "file.rec");
    if (content) writeFileSync(path, content);
    else new Recorder(path, new FakeClient().panel, ["a"]).stop();
    expect(() => new Recording(path)).toThrow(message);
  });

  it("is never written over another file", async () => {
    const { path, client } = await record(2);
    expect(() => new Recorder(path, client.panel, [])).toThrow(/cannot record to .*: it exists already/);
  });
});

describe("a replay", () => {
  it("is a kernel that nothing can be asked of and that nothing changes", async () => {
    const { path } = await record(20);
    const client = new ReplayClient(path);
    expect(client.policies).toEqual(["round robin", "lottery"]);
    await expect(client.kill()).rejects.toThrow("this is a recording: nothing in it can be changed");
    await expect(client.inspect()).rejects.toThrow("a recording holds figures only");
    client.play(false);
    client.seek(2, () => {});
    expect(client.position).toBe(2);
    expect(client.panel.get("time")).toBe(2e9);
    client.seek(-7, () => {});
    expect(client.position).toBe(client.from);
    await client.close();
  });
});
