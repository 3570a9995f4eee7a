/** VMs as a recording looked into them: none twice as it was, and each with what its timer had left at the moment shown. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AnswerRecorder } from "../../source/host/answer-recorder.js";
import { LocalClient } from "../../source/host/local-client.js";
import { Recorder } from "../../source/host/recorder.js";
import { ReplayClient } from "../../source/host/replay-client.js";
import type { VmInspection } from "../../source/kernel/index.js";
import { IMAGES, SECOND, temporaryFolder } from "../kernel/boot.js";
import { FakeClient } from "../ui/fake-client.js";

/** A machine with a VM that sleeps for ten seconds at a time. */
async function sleeper(): Promise<{ kernel: LocalClient; id: number }> {
  const kernel = new LocalClient({
    clock: "virtual",
    stateFolder: temporaryFolder(),
    imageFolders: [IMAGES],
    supervisor: false,
  });
  const [id] = await kernel.spawn({ image: "ticker", arguments: ["10000"] });
  return { kernel, id };
}

/** Seconds until the VM's timer is due, at a moment of a recording. */
async function waitAt(replay: ReplayClient, id: number, second: number): Promise<number> {
  replay.seek(second);
  const { wakesAt, time } = await replay.inspect(id);
  return ((wakesAt ?? Number.NaN) - time) / SECOND;
}

describe("a recording", () => {
  it("keeps a VM once for as long as nothing about it changes", async () => {
    const { kernel, id } = await sleeper();
    const recorder = new AnswerRecorder(kernel);
    const recorded: number[][] = [];
    for (const second of [1, 2, 3, 12, 13]) {
      await kernel.passUntil(second * SECOND);
      const { vms } = await recorder.ask();
      recorded.push(vms.map((vm) => vm.id));
    }
    expect(recorded).toEqual([[id], [], [], [id], []]);
    await kernel.close();
  });

  it("knows how long a VM that it kept once had to wait at each moment", async () => {
    const { kernel, id } = await sleeper();
    const path = join(temporaryFolder(), "sleeper.rec");
    const recorder = new Recorder(path, kernel);
    for (let quarter = 1; quarter <= 60; quarter++) {
      await kernel.passUntil(quarter * (SECOND / 4));
      await recorder.take();
    }
    await recorder.stop();
    await kernel.close();
    const replay = new ReplayClient(path);
    replay.play(false);
    // Answers come a second apart, from the first quarter of the first on.
    expect(await waitAt(replay, id, 1.25)).toBeCloseTo(8.75, 1);
    expect(await waitAt(replay, id, 7.5)).toBeCloseTo(2.75, 1);
    expect(await waitAt(replay, id, 12.25)).toBeCloseTo(7.75, 1);
    await replay.close();
  });

  it("of an earlier version, which kept no time of a look, has that of its frame", async () => {
    const client = FakeClient.fleet();
    client.timer = 2 * SECOND;
    const inspect = client.inspect.bind(client);
    client.inspect = async (id) => {
      const { time: _, ...look } = await inspect(id);
      return look as VmInspection;
    };
    const path = join(temporaryFolder(), "early.rec");
    const recorder = new Recorder(path, client);
    client.advance(1);
    await recorder.take();
    await recorder.stop();
    const replay = new ReplayClient(path);
    replay.play(false);
    expect(await waitAt(replay, 1, 1)).toBe(2);
    await replay.close();
  });
});
