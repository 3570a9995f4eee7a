/** Captures, judged by tshark where the host has it. */

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Capture } from "../../source/host/capture.js";
import { LocalClient } from "../../source/host/local-client.js";
import { IMAGE_FOLDER } from "../../source/host/places.js";
import { Services } from "../../source/host/services.js";
import type { Kernel } from "../../source/kernel/index.js";
import { canLimitFileSize, limitFileSize } from "../kernel/support/file-size-limit.js";
import { dissect, hasTshark } from "./tshark.js";

const SECOND = 1e9;

let folder: string;
let client: LocalClient;
const inFolder = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-capture-"));
  client = boot("state");
});
afterEach(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

function boot(state: string, clock: "virtual" | "real" = "virtual"): LocalClient {
  return new LocalClient({
    clock,
    supervisor: false,
    stateFolder: inFolder(state),
    imageFolders: [IMAGE_FOLDER],
  });
}

/** A ping and its pong on one Ethernet, another pair on a second: VMs 1 to 4. */
async function spawnPairs(of = client): Promise<void> {
  for (const network of ["lan", "attic"]) {
    await of.spawn({ image: "pong", name: `pong-${network}`, network });
    await of.spawn({ image: "ping", name: `ping-${network}`, network, arguments: ["10", "20"] });
  }
}

describe("a capture", () => {
  it("has a header that says pcapng, and is the same in every run of virtual time", async () => {
    const other = boot("other");
    for (const [each, name] of [
      [client, "one"],
      [other, "two"],
    ] as const) {
      await each.startCapture(inFolder(name));
      await spawnPairs(each);
      await each.passUntil(SECOND);
      await each.stopCapture();
    }
    await other.close();
    const [one, two] = ["one", "two"].map((name) => readFileSync(inFolder(name)));
    expect(one.readUInt32LE(0)).toBe(0x0a0d0d0a);
    expect(one.readUInt32LE(8)).toBe(0x1a2b3c4d);
    expect(one.equals(two)).toBe(true);
  });

  it.skipIf(!hasTshark)("of the whole switch has every frame, by Ethernet and kernel time", async () => {
    const path = inFolder("all.pcapng");
    await client.startCapture(path);
    await spawnPairs();
    await client.passUntil(SECOND);
    const switched = client.panel.get("packetsSwitched");
    expect(await client.stopCapture()).toEqual({ path, frames: switched, dropped: 0 });
    const frames = dissect(path);
    expect(frames).toHaveLength(switched);
    expect(switched).toBeGreaterThan(40);
    expect(new Set(frames.map((frame) => frame.interface))).toEqual(new Set(["lan", "attic"]));
    const start = Date.UTC(2002, 11, 9) / 1000;
    for (const { time } of frames) expect(time >= start && time <= start + 1).toBe(true);
    expect(frames.map(({ time }) => time)).toEqual(frames.map(({ time }) => time).toSorted((a, b) => a - b));
  });

  it.skipIf(!hasTshark)("of one VM has its frames alone, with their direction", async () => {
    await spawnPairs();
    const path = inFolder("pong.pcapng");
    await client.startCapture(path, 1);
    await client.passUntil(SECOND);
    const frames = (await client.stopCapture())?.frames as number;
    const dissected = dissect(path);
    expect(dissected).toHaveLength(frames);
    expect(frames).toBeGreaterThan(20);
    const own = (await client.inspect(1)).macAddress;
    for (const frame of dissected) {
      expect(frame.interface).toBe("pong-lan");
      expect(Number(frame.direction)).toBe(frame.source === own ? 2 : 1);
    }
  });

  it.skipIf(!canLimitFileSize()).each(["virtual", "real"] as const)(
    "that the host stops is told of at once, in %s time",
    async (clock) => {
      await client.close();
      client = boot("state", clock);
      await client.spawn({ image: "pong" });
      await client.spawn({ image: "ping", arguments: ["1"] });
      const path = inFolder("capture");
      await client.startCapture(path);
      limitFileSize("4096");
      try {
        const end = client.time + 20 * SECOND;
        while (client.time < end && (await client.notices(0)).length === 0) {
          await client.passUntil(client.time + SECOND / 20);
        }
      } finally {
        limitFileSize("unlimited");
      }
      const stopped = expect.stringMatching(/^capturing to .*capture stopped: .*limit/);
      expect(await client.notices(0)).toMatchObject([{ severity: "error", text: stopped }]);
      expect(client.panel.get("capturing")).toBe(0);
      await client.startCapture(inFolder("another"));
      expect(client.panel.get("capturing")).toBe(1);
      expect(await client.stopCapture()).toMatchObject({ path: inFolder("another") });
      expect(client.panel.get("capturing")).toBe(0);
    },
  );

  const MIB = 2 ** 20;
  const frameOf = (length: number) => ({ time: 1, epoch: 0, network: "lan", bytes: new Uint8Array(length) });

  it("ends at its limit, says so once, and is whole as far as it is", async () => {
    const path = inFolder("full");
    const said: string[] = [];
    const capture = new Capture(path, { synchronous: true, limit: 2 * MIB, onStop: (text) => said.push(text) });
    for (let frame = 0; frame < 2000; frame++) capture.add(frameOf(1514));
    // One that would still fit: what has ended takes no more.
    capture.add(frameOf(60));
    expect(said).toEqual([expect.stringMatching(/^capturing to .*full has ended at its limit of 2 MiB; capture /)]);
    expect(capture.hasStopped).toBe(true);
    const { frames, dropped, ended } = await capture.stop();
    expect([dropped, ended]).toEqual([0, said[0]]);
    const { size } = statSync(path);
    // The end has its statistics.
    expect(size > 2 * MIB - 1600 && size < 2 * MIB + 200).toBe(true);
    if (hasTshark) expect(dissect(path).map(({ length }) => length)).toEqual(Array(frames).fill(1514));
  });

  it("says once when frames begin to be left out, and counts them", async () => {
    const said: string[] = [];
    const capture = new Capture(inFolder("slow"), { onLoss: (text) => said.push(text) });
    for (let frame = 0; frame < 12_000; frame++) capture.add(frameOf(1514));
    expect(said).toEqual([expect.stringMatching(/^the disk is too slow to capture all frames in .*slow; /)]);
    expect(capture.hasStopped).toBe(false);
    const { frames, dropped } = await capture.stop();
    expect(dropped).toBeGreaterThan(0);
    expect(frames + dropped).toBe(12_000);
  });

  it("that is being stopped when all ends is written to its end", async () => {
    let add: ((frame: ReturnType<typeof frameOf>) => void) | undefined;
    const kernel = { capture: (sink: typeof add) => (add = sink ?? add), complain: () => {} } as unknown as Kernel;
    const services = new Services(kernel);
    const stopping: Promise<unknown>[] = [];
    for (const name of ["first", "second"]) {
      await services.startCapture(inFolder(name));
      // The first is still written when the second has ended.
      for (let frame = 0; frame < (name === "first" ? 5000 : 1); frame++) add?.(frameOf(1514));
      stopping.push(services.stopCapture());
    }
    await services.close();
    const sizes = () => ["first", "second"].map((name) => statSync(inFolder(name)).size);
    const atEnd = sizes();
    await Promise.all(stopping);
    expect(sizes()).toEqual(atEnd);
    expect(atEnd[0]).toBeGreaterThan(5000 * 1514);
  });

  it("is never written over another file, and there is one at a time", async () => {
    writeFileSync(inFolder("precious"), "precious");
    await expect(client.startCapture(inFolder("precious"))).rejects.toThrow(/cannot capture to .*precious.*exists/);
    await expect(client.startCapture(inFolder("no/where"))).rejects.toThrow(/no such file or folder/);
    expect(await client.stopCapture()).toBeUndefined();
    await client.startCapture(inFolder("first"));
    await expect(client.startCapture(inFolder("second"))).rejects.toThrow(/being captured already/);
    expect(readFileSync(inFolder("precious"), "utf8")).toBe("precious");
  });
});
