/** Sockets of programs on Ilwaco that `cc` compiles, judged by the same programs on Linux or by what a peer sees. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { boot, consoleOf, figure, MIB, MILLISECOND, runFor, runUntil } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guests = here("../../guests");
const librariesAreBuilt = spawnSync("make", ["-q", "-C", join(guests, "ilwaco")]).status === 0;

const folder = mkdtempSync(join(tmpdir(), "denali-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const built = (name: string) => join(folder, name);

describe.skipIf(!librariesAreBuilt)("a program's sockets", { timeout: 120_000 }, () => {
  beforeAll(() => {
    execFileSync("gcc", ["-O2", "-pthread", "-o", built("sockets"), here("programs/sockets.c")]);
    for (const name of ["sockets", "network"])
      execFileSync(join(guests, "cc"), ["-O2", "-o", built(`${name}.elf`), here(`programs/${name}.c`)]);
  }, 120_000);

  it.each(["outlive", "end", "ask-again", "messages", "small-pieces", "options"])(
    "do what they do on Linux: %s",
    (part) => {
      const native = spawnSync(built("sockets"), [part], { encoding: "utf8", timeout: 60_000 });
      expect(native.stdout).not.toBe("");
      const kernel = boot();
      const [id] = kernel.spawn({ image: built("sockets.elf"), arguments: [part] });
      for (let elapsed = 0; elapsed < 8 && kernel.inspect(id).state !== "terminated"; elapsed += 0.05)
        runFor(kernel, 0.05);
      expect(consoleOf(kernel, id)).toBe(native.stdout);
      expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: native.status });
    },
  );

  /** What a server, which is there first, and its client have printed after so many seconds. */
  function talk(
    server: string,
    client: string,
    seconds: number,
    { quantum = 0, memory = MIB, clientMemory = MIB, interrupt = false } = {},
  ) {
    const kernel = boot(quantum ? { quantum: { nanoseconds: quantum } } : {});
    const image = built("network.elf");
    const [first] = kernel.spawn({ image, arguments: [server], memory });
    runFor(kernel, 0.05);
    const [second] = kernel.spawn({ image, arguments: [client], memory: clientMemory });
    runFor(kernel, seconds);
    if (interrupt) kernel.type(first, Buffer.from([3]));
    runFor(kernel, 0.05);
    return { server: consoleOf(kernel, first), client: consoleOf(kernel, second), state: kernel.inspect(first).state };
  }

  it("deliver what was written before the program ended", () => {
    const { client, state } = talk("leave", "fetch", 2);
    expect(client).toBe("60000 bytes, the end\n");
    expect(state).toBe("terminated");
  });

  it("deliver what was written before they were closed, to a peer that had ended its side and is slow", () => {
    expect(talk("leave-late", "fetch-slowly", 6).client).toBe("120000 bytes, the end\n");
  });

  it("answer everybody with a backlog of one, and break nobody's connection", () => {
    expect(talk("one-at-a-time", "ask-at-once", 20).client).toBe("6 answered, 0 broken\n");
  });

  it("listen at one port to whoever waits at another that takes nobody", () => {
    expect(talk("two-services", "ask-both", 6).client).toBe("6 bytes at once\n".repeat(3));
  });

  it("send more datagrams than can be under way by waiting, or say that they would, and the largest ones arrive", () => {
    // Long turns: nothing leaves the machine during one.
    const { server, client } = talk("take-datagrams", "send-datagrams", 4, { quantum: 100 * MILLISECOND });
    expect(client).toBe("0 of 1000 failed\nwithout waiting: Resource temporarily unavailable\nready 0, then 1\n");
    expect(server).toBe("a large one came\n");
  });

  it("tell more peers at once than frames can be under way, none of them later for that", () => {
    const settings = { quantum: 100 * MILLISECOND, memory: 4 * MIB, clientMemory: 4 * MIB };
    expect(talk("tell-all", "hear-all", 4, settings).client).toMatch(/^160 heard at once\n/);
  });

  it("keep a program that ends for some seconds, not longer, when the peer takes nothing", () => {
    expect(talk("leave-much", "stall", 3)).toMatchObject({ server: "leaving\n", state: "idle" });
    expect(talk("leave-much", "stall", 3, { interrupt: true })).toMatchObject({ state: "terminated" });
    expect(talk("leave-much", "stall", 5)).toMatchObject({ server: "leaving\n", state: "terminated" });
  });

  it("keep a program that ends with a clock ticking as long, and ^C ends that though it was ignored", () => {
    expect(talk("leave-ticking", "stall", 3)).toMatchObject({ server: "leaving\n", state: "idle" });
    expect(talk("leave-ticking", "stall", 3, { interrupt: true })).toMatchObject({ state: "terminated" });
  });

  it("stay for the end of a peer's side, which has nobody left to acknowledge it otherwise", () => {
    const kernel = boot();
    const image = built("network.elf");
    const [server] = kernel.spawn({ image, arguments: ["leave"] });
    runFor(kernel, 0.05);
    const [client] = kernel.spawn({ image, arguments: ["fetch-and-stay"] });
    runFor(kernel, 1);
    expect(consoleOf(kernel, client)).toBe("60000 bytes, the end\n");
    expect(kernel.inspect(server).state).toBe("terminated");
    const sent = figure(kernel, client, "txPackets");
    runFor(kernel, 5);
    expect(figure(kernel, client, "txPackets")).toBe(sent);
  });

  it("wait for the confirmation of a connection that is begun after a long silence", () => {
    const kernel = boot();
    const image = built("network.elf");
    const [server] = kernel.spawn({ image, arguments: ["leave"] });
    runFor(kernel, 0.05);
    const [client] = kernel.spawn({ image, arguments: ["fetch-late"] });
    runFor(kernel, 29.9);
    runUntil(kernel, () => figure(kernel, client, "txPackets") > 0, 1, 1e-5);
    kernel.pause(client);
    runFor(kernel, 0.8);
    expect(figure(kernel, server, "txPackets")).toBe(1);
    kernel.resume(client);
    runFor(kernel, 2);
    expect(consoleOf(kernel, client)).toBe("60000 bytes, the end\n");
  });

  it("ask again after a second or two for a connection that nobody answers, and give up after twenty", () => {
    const kernel = boot();
    const [client] = kernel.spawn({ image: built("network.elf"), arguments: ["fetch", "10.0.0.9"] });
    runFor(kernel, 2);
    expect(figure(kernel, client, "txPackets")).toBe(2);
    runFor(kernel, 14);
    expect(consoleOf(kernel, client)).toBe("");
    runFor(kernel, 6);
    expect(consoleOf(kernel, client)).toMatch(/^connect: Operation timed out\n/);
  });

  it("tell who goes by edges that there is room for datagrams again", () => {
    const settings = { quantum: 100 * MILLISECOND };
    expect(talk("hoard", "send-by-edges", 4, settings).client).toBe("4 edges\n");
  });

  it("take a whole window from a peer while nobody reads, where memory is left", () => {
    expect(talk("read-late", "send-window", 4).server).toBe("60000 bytes wait\n60000 bytes, the end\n");
  });

  it("keep what they are sent, wherever it waits, and leave memory for others", () => {
    const { server, client } = talk("take-late", "offer-all", 20, { clientMemory: 8 * MIB });
    expect(server).toBe(`memory is left\n${"150000 bytes, the end\n".repeat(14)}`);
    expect(client).toBe("0 bytes, the end\n".repeat(14));
  });

  it("take little memory for what nobody reads", () => {
    expect(talk("hoard", "flood", 8).server).toMatch(/^little\n/);
  });
});
