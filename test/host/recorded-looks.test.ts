/** VMs as a recording looked into them: none twice as it was, and each with what its timer had left at the moment shown. */

import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { AnswerRecorder } from "../../source/host/answer-recorder.js";
import { LocalClient } from "../../source/host/local-client.js";
import { Recorder } from "../../source/host/recorder.js";
import { RecordingFile } from "../../source/host/recording-file.js";
import { ReplayClient } from "../../source/host/replay-client.js";
import { UserError, type VmInspection } from "../../source/kernel/index.js";
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

describe("a long recording", () => {
  const ECHO = 7;

  /** Of so many answers. The echo of the fleet waits for keys all the time, and nothing about it changes. */
  async function long(answers: number, before: (client: FakeClient, answer: number) => void = () => {}) {
    const client = FakeClient.fleet();
    const inspect = client.inspect.bind(client);
    client.inspect = async (id) => {
      const { virtualRegisters: _, ...still } = await inspect(id);
      return id === ECHO ? still : inspect(id);
    };
    const path = join(temporaryFolder(), "long.rec");
    const recorder = new Recorder(path, client);
    for (let frame = 0; frame < 4 * answers; frame++) {
      client.advance(0.25);
      if (frame % 4 === 0) before(client, frame / 4);
      await recorder.take();
    }
    await recorder.stop();
    const replay = new ReplayClient(path);
    replay.play(false);
    replay.seek(answers);
    return replay;
  }

  it("lets others have their turns while it is searched for a VM that did nothing", async () => {
    const replay = await long(300);
    let turns = 0;
    let isSearching = true;
    const count = () => {
      turns++;
      if (isSearching) setImmediate(count);
    };
    setImmediate(count);
    const look = await replay.inspect(ECHO);
    isSearching = false;
    expect(look).toMatchObject({ id: ECHO, name: "echo" });
    // One that waits for its first turn has had one; it takes many times as long as one may be.
    expect(turns).toBeGreaterThan(2);
    await expect(replay.inspect(99)).rejects.toThrow("the recording has not looked into this VM by then");
    await replay.close();
  });

  it("is read no further than to the VM's last look", async () => {
    const replay = await long(20);
    const decode = vi.spyOn(RecordingFile.prototype, "decode");
    expect((await replay.inspect(2)).id).toBe(2);
    expect(decode.mock.calls.length).toBeLessThanOrEqual(2);
    decode.mockRestore();
    await replay.close();
  });

  it("gives up a search when it is closed", async () => {
    const replay = await long(20);
    const search = replay.inspect(ECHO);
    await replay.close();
    await expect(search).rejects.toThrow("the recording is closed");
  });

  it("reads nothing of its file once it is closed, also where it need not search", async () => {
    const replay = await long(20);
    await replay.inspect(2);
    replay.seek(5);
    await replay.inspect(2);
    replay.seek(20);
    const look = replay.inspect(2);
    await replay.close();
    await expect(look).rejects.toThrow("the recording is closed");
  });

  it("has a look that the host did not read once, when it does", async () => {
    const replay = await long(20);
    const decode = vi.spyOn(RecordingFile.prototype, "decode").mockImplementationOnce(() => {
      throw new UserError("cannot read long.rec: the file server does not answer");
    });
    await expect(replay.inspect(2)).rejects.toThrow("the file server does not answer");
    decode.mockRestore();
    expect((await replay.inspect(2)).time).toBeGreaterThan(19 * SECOND);
    await replay.close();
  });

  it("is read a little further, not anew, where one goes back in a console by steps", async () => {
    let printed = "";
    const replay = await long(60, (client) => {
      printed += "a line of eighteen\n";
      client.consoles.set(ECHO, printed);
      client.panel.vm.consoleBytes[client.row(ECHO)] = printed.length;
    });
    const text = async (from: number) => Buffer.from((await replay.readConsole(ECHO, from)).bytes).toString();
    expect(await text(0)).toBe(printed);
    // Followed, as the screen does, between the steps.
    expect(await text(printed.length)).toBe("");
    const decode = vi.spyOn(RecordingFile.prototype, "decode");
    for (const second of [59, 58, 57]) {
      replay.seek(second);
      decode.mockClear(); // Of figures.
      expect(printed.startsWith(await text(printed.length))).toBe(true);
      expect(decode.mock.calls.length).toBeLessThanOrEqual(2);
    }
    decode.mockRestore();
    expect(await text(0)).toBe("a line of eighteen\n".repeat(57));
    await replay.close();
  });

  it("has of a console what a console keeps, at each moment", async () => {
    let printed = "";
    const replay = await long(40, (client, answer) => {
      for (let line = 0; line < 100; line++) printed += `answer ${answer}, line ${line}\n`;
      client.consoles.set(ECHO, printed);
      client.panel.vm.consoleBytes[client.row(ECHO)] = printed.length;
    });
    const kept = 16 * 1024;
    const text = async (from: number) => {
      const { position, bytes } = await replay.readConsole(ECHO, from);
      return [position, Buffer.from(bytes).toString()];
    };
    expect(await text(0)).toEqual([printed.length - kept, printed.slice(-kept)]);
    // Asked again, when more of the recording is known, it says the same.
    expect(await text(0)).toEqual([printed.length - kept, printed.slice(-kept)]);
    expect(await text(printed.length - 5)).toEqual([printed.length - 5, printed.slice(-5)]);
    expect(await text(printed.length)).toEqual([printed.length, ""]);
    replay.seek(2.3);
    const early = printed.slice(0, printed.indexOf("answer 3,"));
    expect(await text(0)).toEqual([0, early]);
    // Back to before what was read: from the oldest on.
    expect(await text(printed.length)).toEqual([0, early]);
    await replay.close();
  });
});
