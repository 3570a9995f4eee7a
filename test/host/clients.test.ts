/** The same calls, whether the kernel is in this thread or in its own. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KernelClient } from "../../source/host/client.js";
import { LocalClient } from "../../source/host/local-client.js";
import { IMAGE_FOLDER } from "../../source/host/places.js";
import { WorkerClient } from "../../source/host/worker-client.js";
import { type KernelOptions, UserError, VmState } from "../../source/kernel/index.js";
import { heapInUse } from "../kernel/support/heap.js";

/** Milliseconds, less than a test may take: what fails does not look on beside the next test. */
const PATIENCE = 20_000;

let folder: string;
let client: KernelClient | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-clients-"));
});
afterEach(async () => {
  await client?.close();
  client = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const options = (more: Partial<KernelOptions> = {}): Partial<KernelOptions> => ({
  stateFolder: folder,
  imageFolders: [IMAGE_FOLDER],
  supervisor: false,
  ...more,
});

/** Waits until a condition holds. The panel is shared memory: it changes without a message. */
async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { interval: 1, timeout: PATIENCE }).toBe(true);
}

test("a kernel that is held lets no VM run, and goes on when it is released", async () => {
  const local = new LocalClient(options());
  client = local;
  const [id] = await local.spawn({ image: "primes" });
  const { row } = await local.inspect(id);
  const retired = () => local.panel.vm.instructions[row];
  await until(() => retired() > 0);
  local.hold();
  const before = retired();
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(retired()).toBe(before);
  local.release();
  await until(() => retired() > before);
});

describe.each([
  ["in this thread", async (given: Partial<KernelOptions>): Promise<KernelClient> => new LocalClient(given)],
  ["in its own thread", (given: Partial<KernelOptions>): Promise<KernelClient> => WorkerClient.boot(given)],
])("a kernel %s", (_, boot) => {
  test("runs a guest, whose figures are live and whose console can be read", async () => {
    client = await boot(options());
    const [id] = await client.spawn({ image: "hello", arguments: ["there"] });
    const { row } = await client.inspect(id);
    await until(() => client?.panel.vm.state[row] === VmState.TERMINATED);
    const { bytes, ended } = await client.readConsole(id, 0);
    expect(new TextDecoder().decode(bytes)).toMatch(/^Hello from hello, VM 1.*\nargument 1: there\n$/);
    expect(ended).toBe(true);
    expect(client.panel.name(row)).toBe("hello");
    expect(client.panel.vm.instructions[row]).toBeGreaterThan(100);
    expect((await client.inspect(id)).status).toBe(0);
  });

  test("types on a keyboard", async () => {
    client = await boot(options());
    const [id] = await client.spawn({ image: "echo" });
    expect(await client.type(id, new TextEncoder().encode("hi\n\x04"))).toBe(4);
    const { row } = await client.inspect(id);
    await until(() => client?.panel.vm.state[row] === VmState.TERMINATED);
    expect(new TextDecoder().decode((await client.readConsole(id, 0)).bytes)).toBe("hi\n");
  });

  test("pauses, resumes, kills and reaps", async () => {
    client = await boot(options());
    const [id] = await client.spawn({ image: "primes" });
    const { row } = await client.inspect(id);
    await client.pause(id);
    expect(client.panel.vm.state[row]).toBe(VmState.PAUSED);
    await client.resume(id);
    expect(client.panel.vm.state[row]).not.toBe(VmState.PAUSED);
    await client.kill(id);
    expect(client.panel.vm.state[row]).toBe(VmState.TERMINATED);
    await client.reap(id);
    await expect(client.inspect(id)).rejects.toThrow(UserError);
  });

  test("refuses with a UserError that says what is wrong, and goes on", async () => {
    client = await boot(options());
    await expect(client.spawn({ image: "no-such-image" })).rejects.toThrow(UserError);
    await expect(client.spawn({ image: "no-such-image" })).rejects.toThrow(/no image 'no-such-image'/);
    await expect(client.pause(4711)).rejects.toThrow(UserError);
    await expect(client.setPolicy("whim")).rejects.toThrow(UserError);
    await expect(client.setQuantum({ nanoseconds: 1 })).rejects.toThrow(UserError);
    expect(await client.spawn({ image: "ticker", count: 3 })).toHaveLength(3);
    const fleet = [{ image: "ticker" }, { image: "no-such-image" }];
    await expect(client.spawnAll(fleet, ["f.yaml:2", "f.yaml:3"])).rejects.toThrow(/^f\.yaml:3: there is no image/);
    await expect(client.spawnAll(fleet)).rejects.toThrow(UserError);
    expect(await client.spawnAll([{ image: "ticker", count: 2 }, { image: "hello" }])).toHaveLength(3);
  });

  test("changes its settings", async () => {
    client = await boot(options());
    await client.setQuantum({ nanoseconds: 2e6 });
    await client.setPolicy("lottery");
    await client.setMemoryBudget(64 * 1024 * 1024);
    expect(client.panel.get("quantum")).toBe(2e6);
    expect(client.policies[client.panel.get("policy")]).toBe("lottery");
    expect(client.panel.get("memoryBudget")).toBe(64 * 1024 * 1024);
  });

  test("lists its images and its notices", async () => {
    client = await boot(options());
    expect((await client.images()).map((image) => image.name)).toContain("ticker");
    const [id] = await client.spawn({ image: "hostile-divide" });
    const { row } = await client.inspect(id);
    await until(() => client?.panel.vm.state[row] === VmState.CRASHED);
    expect((await client.inspect(id)).fault).toMatchObject({ cause: "divide error" });
    expect((await client.notices(0)).map((notice) => notice.text).join("\n")).toContain("divide error");
    await client.complain("the disk is full");
    expect((await client.notices(0)).at(-1)).toMatchObject({ severity: "error", text: "the disk is full" });
  });

  test("is not booted with a bad option, and says why", async () => {
    await expect(boot(options({ quantum: { nanoseconds: 1 } }))).rejects.toThrow(UserError);
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(boot(options({ stateFolder: join(file, "state") }))).rejects.toThrow(UserError);
  });

  test("leaves no swap file behind when it is closed, and has stopped then", async () => {
    client = await boot(options());
    await client.spawn({ image: "ticker", count: 4 });
    await client.close();
    await client.stopped;
    expect(readdirSync(folder).filter((name) => name.startsWith("swap"))).toEqual([]);
  });
});

describe("a thread that breaks", () => {
  /** A thread that boots like a kernel's and breaks on the first call. */
  const breaking = `
    const { parentPort } = require("node:worker_threads");
    parentPort.once("message", () => {
      parentPort.postMessage({ memory: new SharedArrayBuffer(1 << 20), capacity: 16, policies: [] });
      parentPort.on("message", () => setImmediate(() => { throw new Error("kernel invariant broken: a test"); }));
    });
  `;

  test("rejects the calls under way, later calls, and says so", async () => {
    const entry = join(folder, "breaking.cjs");
    writeFileSync(entry, breaking);
    const broken = await WorkerClient.boot(options(), new Worker(entry));
    await expect(broken.inspect(1)).rejects.toThrow("kernel invariant broken: a test");
    await expect(broken.stopped).rejects.toThrow("kernel invariant broken: a test");
    await expect(broken.inspect(1)).rejects.toThrow("kernel invariant broken: a test");
    await broken.close();
  });

  test("before it has booted is an error of the boot", async () => {
    const entry = join(folder, "stillborn.cjs");
    writeFileSync(entry, 'throw new Error("stillborn");');
    await expect(WorkerClient.boot(options(), new Worker(entry))).rejects.toThrow("stillborn");
    writeFileSync(entry, "");
    await expect(WorkerClient.boot(options(), new Worker(entry))).rejects.toThrow("ended before it had booted");
  });
});

test("a call after close is refused with one line", async () => {
  const closed = await WorkerClient.boot(options());
  await closed.close();
  await expect(closed.images()).rejects.toThrow(UserError);
});

describe("what is prepared before any VM runs", () => {
  test("is refused with the kernel's words, and the thread has ended", async () => {
    const booting = WorkerClient.boot(options(), undefined, (kernel) => kernel.pause(9));
    await expect(booting).rejects.toThrow("no VM 9");
  });

  test("waits for the boot, whose refusal comes first", async () => {
    const booting = WorkerClient.boot(options({ quantum: { nanoseconds: -1 } }), undefined, (kernel) =>
      kernel.pause(9),
    );
    await expect(booting).rejects.toThrow("quantum");
  });

  test("cannot look at figures: there are none yet", async () => {
    client = await WorkerClient.boot(options(), undefined, async (kernel) => {
      expect(() => (kernel as KernelClient).panel).toThrow("no figures yet");
    });
    expect(client.policies).toContain("lottery");
  });
});

test("in virtual time the clock reads what its owner lets pass, and nothing else moves it", async () => {
  const local = new LocalClient(options({ clock: "virtual" }));
  client = local;
  await local.spawn({ image: "ticker", arguments: ["10"] });
  expect(local.panel.get("time")).toBe(0);
  await local.passUntil(1e9);
  expect(local.panel.get("time")).toBe(1e9);
  expect(local.time).toBe(1e9);
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await expect(local.passUntil(2e9, controller.signal)).rejects.toThrow("enough");
});

test("waits for time to pass leave nothing behind, however many there were", async () => {
  const local = new LocalClient(options());
  client = local;
  const wait = async (times: number) => {
    for (let time = 0; time < times; time++) await local.passUntil(0);
  };
  await wait(2_000);
  const before = heapInUse();
  await wait(20_000);
  expect((heapInUse() - before) / 20_000).toBeLessThan(100);
});

test("a wait ends when the kernel is closed, and there is none any more then", async () => {
  const local = new LocalClient(options());
  const hour = 3_600e9;
  const waiting = local.passUntil(hour);
  await local.close();
  await waiting;
  await local.passUntil(hour);
});

test("a kernel in its own thread holds its VMs until it is told to start", async () => {
  let id = 0;
  client = await WorkerClient.boot(options(), undefined, async (kernel) => {
    [id] = await kernel.spawn({ image: "hello" });
  });
  const held = await client.inspect(id);
  expect(client.panel.vm.instructions[held.row]).toBe(0);
  expect((await client.readConsole(id, 0)).bytes).toHaveLength(0);
  await (client as WorkerClient).start();
  await until(() => client?.panel.vm.state[held.row] === VmState.TERMINATED);
  expect((await client.readConsole(id, 0)).bytes.length).toBeGreaterThan(0);
});
