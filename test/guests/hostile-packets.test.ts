/** A hostile guest's packets: whoever they are sent to goes on serving, and nobody is taken in by lies about addresses. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Capture } from "../../source/host/capture.js";
import type { Kernel } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, runFor, temporaryFolder } from "../kernel/boot.js";

const ATTEMPTS = ["truncated", "checksums", "fragments", "syn", "segments", "spoof", "random"];

const SECONDS = 2;
/** Connections begun each second, one for each request: a load that leaves most of the machine idle. */
const RATE = 40;

/** Requests that may be under way when the client ends: those of the last tenth of a second. */
const UNDER_WAY = RATE / 10;

/** Microseconds. TCP sends again after a second: with less, nothing of a request was lost. */
const SLOW = 500_000;

const hasTshark = spawnSync("tshark", ["--version"]).status === 0;
if (!hasTshark) console.warn("tshark is not installed: nobody judges what hostile-packets sends");

interface Served {
  readonly done: number;
  readonly failed: number;
  /** Microseconds. */
  readonly slowest: number;
}

interface Scene {
  readonly kernel: Kernel;
  readonly rival: number;
  readonly servers: readonly number[];
  /** What the clients of the server that is attacked saw, and of one that is not. */
  readonly served: readonly Served[];
}

/** Two web servers, each with a client of its own, and a VM beside them that is given the first server's number. */
function serveBeside(image: string, attempt: string, settings: readonly string[]): Scene {
  const kernel = boot({ supervisor: true, engine: "interpreter" });
  const servers = kernel.spawn({ image: "httpd", name: "web", count: 2 });
  const [rival] = kernel.spawn({ image, arguments: [attempt, String(servers[0])] });
  const clients = servers.map((id) =>
    kernel.spawn({ image: "load", arguments: [...settings, `seconds=${SECONDS}`, "interval=99", `10.0.0.${id}`] }),
  );
  runFor(kernel, SECONDS + 1);
  return { kernel, rival, servers, served: clients.map(([client]) => report(consoleOf(kernel, client))) };
}

const besideSpinner = new Map<string, readonly Served[]>();

/** What is answered beside a VM that computes and sends nothing: in virtual time the same every time, so it is tried once. */
function servedBesideSpinner(settings: readonly string[]): readonly Served[] {
  const key = settings.join(" ");
  const served = besideSpinner.get(key) ?? serveBeside("hostile-spin", "", settings).served;
  besideSpinner.set(key, served);
  return served;
}

function report(text: string): Served {
  const figures = /total: (\d+) requests, (\d+) failed.* max (\d+)/.exec(text);
  if (!figures) throw new Error(`load did not end: ${text}`);
  const [done, failed, slowest] = figures.slice(1).map(Number);
  return { done, failed, slowest };
}

function expectUnharmed({ kernel, rival, servers }: Scene): void {
  expect(figure(kernel, rival, "txPackets")).toBeGreaterThan(1000);
  for (const id of servers) {
    expect(["idle", "ready", "running"]).toContain(kernel.inspect(id).state);
    expect(consoleOf(kernel, id)).toBe("serving on port 80\n");
  }
}

describe("hostile-packets", { timeout: 60_000 }, () => {
  it.each(ATTEMPTS)(
    "%s: who comes anew is answered as if it were not there, by the VM under it and by its neighbour",
    (attempt) => {
      const settings = [`rate=${RATE}`];
      const undisturbed = servedBesideSpinner(settings);
      const scene = serveBeside("hostile-packets", attempt, settings);
      expectUnharmed(scene);
      for (const [index, { done, failed, slowest }] of scene.served.entries()) {
        expect(failed).toBe(0);
        expect(done).toBeGreaterThanOrEqual(undisturbed[index].done - UNDER_WAY);
        expect(slowest).toBeLessThan(SLOW);
      }
    },
  );

  it.each(ATTEMPTS)("%s: connections that are kept lose nothing, and keep a third of the speed at least", (attempt) => {
    const settings = ["connections=4"];
    // The scheduler gives a VM that always computes its share, too.
    const undisturbed = servedBesideSpinner(settings);
    const scene = serveBeside("hostile-packets", attempt, settings);
    expectUnharmed(scene);
    for (const [index, { done, failed, slowest }] of scene.served.entries()) {
      expect(failed).toBe(0);
      expect(done).toBeGreaterThan(undisturbed[index].done / 3);
      expect(slowest).toBeLessThan(SLOW);
    }
  });

  it.skipIf(!hasTshark)(
    "sends what it says: tshark finds it malformed, with wrong checksums, overlapping",
    async () => {
      const kernel = boot();
      const path = join(temporaryFolder(), "hostile.pcapng");
      const capture = new Capture(path, { synchronous: true });
      kernel.capture(capture.add);
      kernel.spawn({ image: "hostile-packets", arguments: ["all", "2"] });
      kernel.spawn({ image: "echo" });
      runFor(kernel, 1);
      kernel.capture(undefined);
      await capture.stop();
      const count = (filter: string) => {
        const preferences = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"];
        const { stdout } = spawnSync("tshark", ["-r", path, ...preferences, "-Y", filter], { encoding: "utf8" });
        return stdout.split("\n").length - 1;
      };
      const kinds = [
        "ip.bogus_ip_length",
        "ip.bogus_header_length",
        'ip.hdr_len > 20 && ip.checksum.status == "Good"',
        // Whoever finds its checksum wrong does not look at the length at all.
        'tcp.hdr_len > 20 && tcp.checksum.status == "Good"',
        "udp.length.bad",
        'ip.checksum.status == "Bad"',
        'tcp.checksum.status == "Bad"',
        "ip.fragment.overlap",
        "tcp.flags.syn == 1 && tcp.flags.ack == 0",
        "arp.duplicate-address-detected || (arp.src.proto_ipv4 == 10.0.0.2)",
      ];
      for (const kind of kinds) expect(count(kind), kind).toBeGreaterThan(0);
    },
  );
});
