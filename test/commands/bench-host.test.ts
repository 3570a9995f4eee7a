/** What experiments do on the host itself: programs compiled for it, which end with the command, and requests from it. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NativeWeb } from "../../source/commands/bench/native-web.js";
import { fetchBytes } from "../../source/commands/bench/supervisor.js";
import { Interrupted } from "../../source/commands/signals.js";
import { UserError } from "../../source/kernel/index.js";
import { temporaryFolder } from "../kernel/boot.js";
import { unlessGone } from "../system/threads.js";

afterEach(() => vi.unstubAllEnvs());

const hasCompiler = spawnSync("gcc", ["--version"]).status === 0;

/** Programs that run from a folder. */
function runningIn(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, "latin1")) ?? "")
    .filter((command) => command.includes(folder));
}

/** What is left there of ours; the compiler's own files it removes itself. */
function left(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("denali-"));
}

describe.skipIf(!hasCompiler)("programs of the host", () => {
  it("end with the command that a signal ends, and their folder goes with them", async () => {
    const folder = temporaryFolder();
    vi.stubEnv("TMPDIR", folder);
    const native = (await NativeWeb.build()) as NativeWeb;
    const load = { servers: 1, connections: 1, seconds: 3600, runs: 1 };
    const figures = native.figures(load);
    await vi.waitUntil(() => runningIn(folder).length === 2, 20_000);
    process.emit("SIGHUP");
    await expect(figures).rejects.toEqual(new Interrupted(129));
    expect(runningIn(folder)).toEqual([]);
    await expect(native.figures(load)).rejects.toEqual(new Interrupted(129));
    native.dispose();
    expect(left(folder)).toEqual([]);
  });

  it("are not built behind a signal", async () => {
    const folder = temporaryFolder();
    vi.stubEnv("TMPDIR", folder);
    const building = NativeWeb.build();
    process.emit("SIGHUP");
    await expect(building).rejects.toEqual(new Interrupted(129));
    expect(left(folder)).toEqual([]);
  });
});

describe("a request from the host", () => {
  /** What becomes of a request that a server answers so. */
  async function asked(answer: RequestListener): Promise<number> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const agent = new Agent();
    try {
      return await fetchBytes({ port: (server.address() as AddressInfo).port, path: "/", agent });
    } finally {
      agent.destroy();
      server.close();
    }
  }

  it("answers the document's size", async () => {
    expect(await asked((_, response) => response.end("seven b"))).toBe(7);
  });

  it("that fails is a mistake of nobody's, told in one line", async () => {
    const refused = asked((_, response) => response.writeHead(404).end());
    await expect(refused).rejects.toEqual(
      new UserError("a request to the web server failed: it answered 404; measure again"),
    );
    await expect(asked((request) => request.socket.destroy())).rejects.toBeInstanceOf(UserError);
    const cut = asked((request, response) => {
      response.writeHead(200, { "Content-Length": 100 });
      response.write("ten bytes ", () => request.socket.destroy());
    });
    await expect(cut).rejects.toBeInstanceOf(UserError);
  });
});
