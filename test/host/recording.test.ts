import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { LocalClient } from "../../source/host/local-client.js";
import { Recorder } from "../../source/host/recorder.js";
import { Recording } from "../../source/host/recording.js";
import { ReplayClient } from "../../source/host/replay-client.js";
import { Sampler } from "../../source/host/sampler.js";
import type { InstrumentPanel, MachineInspection, VmInspection } from "../../source/kernel/index.js";
import { IMAGES, SECOND, temporaryFolder } from "../kernel/boot.js";
import { canLimitFileSize, limitFileSize } from "../kernel/support/file-size-limit.js";
import { FakeClient } from "../ui/fake-client.js";

/** Records so many quarters of a second of a fleet that changes; answers the file and the figures as they were. */
async function record(quarters: number): Promise<{ path: string; figures: string[]; client: FakeClient }> {
  const path = join(temporaryFolder(), "fleet.rec");
  const client = FakeClient.fleet();
  const recorder = new Recorder(path, client);
  const figures: string[] = [];
  for (let quarter = 1; quarter <= quarters; quarter++) {
    client.advance(0.25);
    if (quarter === 10) await client.kill(3);
    if (quarter === 12) await client.reap(3);
    if (quarter === 14) client.add("echo", "late");
    await recorder.take();
    figures.push(seen(client.panel));
  }
  await recorder.stop();
  return { path, figures, client };
}

/** Everything that a screen shows of a panel. */
function seen(panel: InstrumentPanel): string {
  const sampler = new Sampler(panel);
  sampler.take();
  return JSON.stringify([sampler.kernel(), sampler.rows().map((row) => sampler.vm(row))]);
}

/** Bytes of a frame before its content. */
const HEADER = 20;

/** The file's frames, read by what its format says. */
function frames(path: string): { kind: number; start: number; end: number }[] {
  const bytes = readFileSync(path);
  const found = [];
  for (let at = 16 + bytes.readUInt32LE(12); at < bytes.length; ) {
    const end = at + HEADER + bytes.readUInt32LE(at);
    found.push({ kind: bytes.readUInt32LE(at + 4), start: at, end });
    at = end;
  }
  return found;
}

/** Makes a recording what an earlier version would have written, which had no checksum in a frame's header. */
function makeEarlier(path: string, version: number, kinds = [0, 1, 2]): void {
  const bytes = readFileSync(path);
  const start = bytes.subarray(0, 16 + bytes.readUInt32LE(12));
  start.writeUInt32LE(version, 8);
  const kept = frames(path).filter(({ kind }) => kinds.includes(kind));
  const parts = kept.flatMap((frame) => [
    bytes.subarray(frame.start, frame.start + 16),
    bytes.subarray(frame.start + HEADER, frame.end),
  ]);
  writeFileSync(path, Buffer.concat([start, ...parts]));
}

/** Changes bits of a file's byte. */
function damage(path: string, at: number, bits = 0xff): void {
  const bytes = readFileSync(path);
  bytes[at] ^= bits;
  writeFileSync(path, bytes);
}

/** Where the last frame of figures ends. */
const lastOfFigures = (path: string) => frames(path).findLast(({ kind }) => kind < 2)?.end ?? 0;

describe("a recording", () => {
  const NOTHING = { open: 0, total: 0, received: 0, sent: 0 };

  it("keeps the token of the control interface to itself, and the file to its owner", async () => {
    const path = join(temporaryFolder(), "fleet.rec");
    const client = FakeClient.fleet();
    client.uplink = {
      ports: [{ hostPort: 9000, vm: "", vmPort: 80, transport: "tcp", ...NOTHING }],
      outbound: [],
      control: { http: 9000, token: "0123456789abcdef" },
    };
    const recorder = new Recorder(path, client);
    client.advance(0.25);
    await recorder.take();
    await recorder.stop();
    const kept = await new ReplayClient(path).uplinkStatus();
    expect(kept).toEqual({
      ports: [{ hostPort: 9000, vm: "", vmPort: 80, transport: "tcp", ...NOTHING }],
      outbound: [],
    });
    expect(statSync(path).mode & 0o077).toBe(0);
  });

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
    truncateSync(path, lastOfFigures(path) - 5);
    const recording = new Recording(path);
    recording.goTo(99);
    expect(seen(recording.panel)).toBe(figures[18]);
    expect(recording.damage).toBeUndefined();
  });

  it.each([
    ["its length, which is beyond the file then", 3],
    ["its length, which is within the file", 0],
    ["its kind", 4],
    ["its time", 14],
    ["its checksum", 16],
  ])("whose frame is damaged in %s ends before it, and says so", async (_, place) => {
    const { path, figures } = await record(20);
    const { start } = frames(path).filter(({ kind }) => kind < 2)[6];
    damage(path, start + place, 0x01);
    const replay = new ReplayClient(path);
    expect(replay.to).toBe(1.5);
    replay.seek(99);
    expect(seen(replay.panel)).toBe(figures[5]);
    const text = `${path} is damaged at byte ${start}; what is behind it is left out`;
    expect(await replay.notices(0)).toMatchObject([{ severity: "error", text }]);
    await replay.close();
  });

  it("whose first frame is damaged is refused with that", async () => {
    const { path } = await record(2);
    const [{ start }] = frames(path);
    damage(path, start);
    expect(() => new Recording(path)).toThrow(`${path} is damaged at byte ${start}; `);
  });

  it("that is damaged is refused where the damage is, in one line", async () => {
    const { path, figures } = await record(20);
    const bytes = readFileSync(path);
    bytes[lastOfFigures(path) - 5] ^= 0xff;
    writeFileSync(path, bytes);
    const recording = new Recording(path);
    expect(() => recording.goTo(99)).toThrow(/is damaged at byte \d+; what is behind it cannot be replayed/);
    recording.goTo(2.5);
    expect(seen(recording.panel)).toBe(figures[9]);
  });

  it("shows nothing of a frame whose content is too short", async () => {
    const { path, figures } = await record(20);
    const bytes = readFileSync(path);
    const last = frames(path).findLastIndex(({ kind }) => kind < 2);
    const start = frames(path)[last - 1].end;
    const content = inflateSync(bytes.subarray(start + HEADER, frames(path)[last].end));
    const shorter = deflateSync(content.subarray(0, -3));
    const header = bytes.subarray(start, start + HEADER);
    header.writeUInt32LE(shorter.length, 0);
    header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, start), header, shorter]));
    const recording = new Recording(path);
    expect(() => recording.goTo(99)).toThrow(/is damaged at byte/);
    expect(seen(recording.panel)).toBe(figures[18]);
  });

  it.each([
    ["nothing", Buffer.alloc(0), /is no recording; make one with/],
    ["something else", Buffer.from("#!/bin/sh\necho hello, this is no recording\n"), /is no recording/],
    ["a later version", Buffer.concat([Buffer.from("DENALREC"), Buffer.from([9, 0, 0, 0, 0, 0, 0, 0])]), /version 9/],
    ["a header alone", undefined, /holds no frame; nothing was recorded/],
  ])("is refused when it is %s", async (_, content, message) => {
    const path = join(temporaryFolder(), "file.rec");
    if (content) writeFileSync(path, content);
    else await new Recorder(path, new FakeClient()).stop();
    expect(() => new Recording(path)).toThrow(message);
  });

  it.skipIf(!canLimitFileSize())(
    "that the host stops is told of at once, and once, and is whole as far as it is",
    async () => {
      const path = join(temporaryFolder(), "fleet.rec");
      const client = FakeClient.fleet();
      const recorder = new Recorder(path, client);
      const stopped = expect.stringMatching(/^recording to .*fleet\.rec stopped: .*limit/);
      client.advance(0.25);
      await recorder.take();
      expect(client.noticed).toEqual([]);
      const { size } = statSync(path);
      limitFileSize(String(size + 10));
      try {
        for (let quarter = 1; quarter <= 3; quarter++) {
          client.advance(0.25);
          await recorder.take();
          expect(client.noticed).toMatchObject([{ severity: "error", text: stopped }]);
        }
      } finally {
        limitFileSize("unlimited");
      }
      await expect(recorder.stop()).rejects.toMatchObject({ message: stopped });
      expect(statSync(path).size).toBe(size + 10);
      expect(new Recording(path).to).toBe(0.25);
    },
  );

  it.skipIf(!canLimitFileSize())("of which not even the start can be written leaves no file", () => {
    const path = join(temporaryFolder(), "none.rec");
    limitFileSize("100");
    try {
      expect(() => new Recorder(path, FakeClient.fleet())).toThrow(/^cannot record to .*limit/);
    } finally {
      limitFileSize("unlimited");
    }
    expect(existsSync(path)).toBe(false);
  });

  it("is never written over another file", async () => {
    const { path, client } = await record(2);
    expect(() => new Recorder(path, client)).toThrow(/cannot record to .*: it exists already/);
  });
});

describe("a replay", () => {
  it("is a kernel that nothing changes and whose memory nobody can read", async () => {
    const { path } = await record(20);
    const client = new ReplayClient(path);
    expect(client.policies).toEqual(["round robin", "lottery"]);
    await expect(client.kill()).rejects.toThrow("this is a recording: nothing in it can be changed");
    await expect(client.readMemory()).rejects.toThrow("a recording holds nothing of the memory of VMs");
    client.play(false);
    client.seek(2, () => {});
    expect(client.position).toBe(2);
    expect(client.panel.get("time")).toBe(2e9);
    client.seek(-7, () => {});
    expect(client.position).toBe(client.from);
    await client.close();
  });

  it("answers as the kernel did: registers, consoles, queues, of the moment that is shown", async () => {
    const path = join(temporaryFolder(), "real.rec");
    const kernel = new LocalClient({
      clock: "virtual",
      stateFolder: temporaryFolder(),
      imageFolders: [IMAGES],
      supervisor: false,
    });
    const [ticker] = await kernel.spawn({ image: "ticker", arguments: ["100"] });
    await kernel.spawn({ image: "ping", name: "ping" });
    await kernel.spawn({ image: "pong", name: "pong" });
    const recorder = new Recorder(path, kernel);
    const seen: { registers: VmInspection; machine: MachineInspection; console: string }[] = [];
    for (let second = 1; second <= 5; second++) {
      for (let quarter = 1; quarter <= 4; quarter++) {
        await kernel.passUntil((second - 1) * SECOND + quarter * (SECOND / 4), new AbortController().signal);
        await recorder.take();
        if (quarter > 1) continue;
        seen.push({
          registers: await kernel.inspect(ticker),
          machine: await kernel.inspectMachine(1024),
          console: Buffer.from((await kernel.readConsole(ticker, 0)).bytes).toString(),
        });
      }
    }
    const end = Buffer.from((await kernel.readConsole(ticker, 0)).bytes).toString();
    await recorder.stop();
    await kernel.close();

    const replay = new ReplayClient(path);
    replay.play(false);
    for (const second of [5, 1, 3]) {
      replay.seek(second - 0.6, () => {});
      const then = seen[second - 1];
      expect(await replay.inspect(ticker)).toEqual(then.registers);
      expect(await replay.inspectMachine()).toEqual(then.machine);
      expect(Buffer.from((await replay.readConsole(ticker, 0)).bytes).toString()).toBe(then.console);
    }
    replay.seek(99, () => {});
    const { bytes } = await replay.readConsole(ticker, 0);
    expect(Buffer.from(bytes).toString()).toBe(end);
    expect((await replay.readConsole(ticker, bytes.length)).bytes).toHaveLength(0);
    // Back to before what was read: it is given from its start again.
    replay.seek(1.4, () => {});
    const again = await replay.readConsole(ticker, bytes.length);
    expect([again.position, Buffer.from(again.bytes).toString()]).toEqual([0, seen[1].console]);
    await expect(replay.inspect(99)).rejects.toThrow("the recording has not looked into this VM by then");
    await replay.close();
  });

  it("stops where the recording is damaged, and says so", async () => {
    const { path, figures } = await record(20);
    const bytes = readFileSync(path);
    bytes[lastOfFigures(path) - 5] ^= 0xff;
    writeFileSync(path, bytes);
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const client = new ReplayClient(path);
    vi.advanceTimersByTime(20_000);
    expect([client.playing, client.position]).toEqual([false, 4.75]);
    expect(seen(client.panel)).toBe(figures[18]);
    const [notice, ...others] = await client.notices(0);
    expect(notice).toMatchObject({ severity: "error", text: expect.stringMatching(/ is damaged at byte \d+; /) });
    expect(others).toEqual([]);
    expect(() => client.seek(99)).toThrow(/is damaged at byte/);
    expect(client.position).toBe(4.75);
    await client.close();
    vi.useRealTimers();
  });

  it("leaves out answers that are damaged, and no others", async () => {
    const path = join(temporaryFolder(), "real.rec");
    const options = { stateFolder: temporaryFolder(), imageFolders: [IMAGES], supervisor: false };
    const kernel = new LocalClient({ ...options, clock: "virtual" });
    const [ticker] = await kernel.spawn({ image: "ticker", arguments: ["100"] });
    const recorder = new Recorder(path, kernel);
    for (let quarter = 1; quarter <= 20; quarter++) {
      await kernel.passUntil(quarter * (SECOND / 4));
      await recorder.take();
    }
    const early = await kernel.readConsole(ticker, 0);
    await recorder.stop();
    await kernel.close();
    const bytes = readFileSync(path);
    const { end } = frames(path).findLast(({ kind }) => kind === 2)!;
    bytes[end - 5] ^= 0xff;
    writeFileSync(path, bytes);

    const replay = new ReplayClient(path);
    replay.play(false);
    replay.seek(2.5, () => {});
    expect((await replay.inspect(ticker)).id).toBe(ticker);
    const first = Buffer.from((await replay.readConsole(ticker, 0)).bytes).toString();
    expect(first).not.toBe("");
    expect(Buffer.from(early.bytes).toString().startsWith(first)).toBe(true);
    // Asked again it is the same, and not once more.
    expect(Buffer.from((await replay.readConsole(ticker, 0)).bytes).toString()).toBe(first);
    replay.seek(99, () => {});
    expect((await replay.inspect(ticker)).id).toBe(ticker);
    await expect(replay.inspectMachine()).rejects.toThrow(/is damaged at byte \d+; what was recorded there/);
    await replay.close();
  });

  it("plays what was recorded before headers had checksums, cut short or not", async () => {
    const { path, figures } = await record(20);
    makeEarlier(path, 2);
    const whole = new ReplayClient(path);
    whole.play(false);
    for (const frame of [19, 4]) {
      whole.seek((frame + 1) / 4);
      expect(seen(whole.panel)).toBe(figures[frame]);
    }
    expect((await whole.inspect(2)).id).toBe(2);
    await whole.close();
    truncateSync(path, statSync(path).size - 5);
    const cut = new ReplayClient(path);
    expect([cut.to, await cut.notices(0)]).toEqual([5, []]);
    await cut.close();
  });

  it.each([
    ["a length that is beyond the file", 3],
    ["a kind that there is not", 5],
    ["an earlier time", 15],
  ])("finds damage of what was recorded before headers had checksums: %s", async (_, place) => {
    const { path } = await record(20);
    const before = frames(path).findIndex(({ kind }, index, all) => kind < 2 && index > 6 && all[index - 1].kind < 2);
    const at = frames(path)[before].start - 4 * before;
    makeEarlier(path, 2);
    // The bit of a time's last byte is one of its exponent: what it makes is next to 0, or no number.
    damage(path, at + place, place === 15 ? 0x40 : 0x01);
    const client = new ReplayClient(path);
    const text = `${path} is damaged at byte ${at}; what is behind it is left out`;
    expect(await client.notices(0)).toMatchObject([{ text }]);
    await client.close();
  });

  it("plays what was recorded before there were answers, and says that there are none", async () => {
    const { path, figures } = await record(8);
    makeEarlier(path, 1, [0, 1]);
    const client = new ReplayClient(path);
    client.play(false);
    client.seek(99, () => {});
    expect(seen(client.panel)).toBe(figures[7]);
    await expect(client.inspectMachine()).rejects.toThrow("the recording holds figures only up to here");
    await client.close();
  });
});
