import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { exposition } from "../../source/host/metrics.js";
import { MetricsServer } from "../../source/host/metrics-server.js";
import { Sampler } from "../../source/host/sampler.js";
import { WaitingTimes } from "../../source/host/waiting-times.js";
import { boot, runFor } from "../kernel/boot.js";
import { FakeClient } from "../ui/fake-client.js";
import { parseExposition, type Sample } from "./exposition.js";

let server: MetricsServer | undefined;
afterEach(() => server?.close());

function textOf(client: FakeClient): string {
  return [...exposition(client.panel, client.policies)].join("");
}

function busyFleet(): FakeClient {
  const client = FakeClient.fleet();
  client.add("echo", 'a "name" with \\ and\nmore');
  client.advance(10);
  return client;
}

/** What a VM's sample of a metric says. */
function figureOf(samples: readonly Sample[], name: string, vm: number): number {
  return samples.find((sample) => sample.name === name && sample.labels.vm === String(vm))?.value ?? Number.NaN;
}

describe("the exposition", () => {
  it("has the same numbers as the screen", () => {
    const client = busyFleet();
    const sampler = new Sampler(client.panel);
    sampler.take();
    const samples = parseExposition(textOf(client));
    const value = (name: string, labels: object) =>
      samples.find(
        (sample) => sample.name === name && JSON.stringify(sample.labels).includes(JSON.stringify(labels).slice(1, -1)),
      )?.value;
    const ping = sampler.vm(client.row(4));
    expect(value("denali_vm_interrupts_posted_total", { vm: "4", name: "ping" })).toBe(ping.interruptsPosted);
    expect(value("denali_vm_receive_bytes_total", { vm: "4" })).toBe(ping.rxBytes);
    expect(value("denali_vm_instructions_total", { vm: "2" })).toBe(sampler.vm(client.row(2)).instructions);
    expect(value("denali_vms", { state: "ready" })).toBe(sampler.kernel().states.ready);
    expect(value("denali_quantum_seconds", {})).toBeCloseTo(0.005, 9);
    expect(value("denali_quantum_instructions", {})).toBe(0);
    expect(value("denali_settings_info", { policy: "round robin", interrupts: "batched", idle: "yield" })).toBe(1);
    expect(samples.filter(({ name }) => name === "denali_vm_memory_bytes")).toHaveLength(9);
  });

  it("says a quantum that is a number of instructions, as the figures do", () => {
    const kernel = boot({ quantum: { instructions: 100_000 } });
    const sampler = new Sampler(kernel.panel);
    sampler.take();
    expect(sampler.kernel()).toMatchObject({ quantum: 0, quantumInstructions: 100_000 });
    const samples = parseExposition([...exposition(kernel.panel, kernel.policies)].join(""));
    const value = (metric: string) => samples.find(({ name }) => name === metric)?.value;
    expect(value("denali_quantum_instructions")).toBe(100_000);
    expect(value("denali_quantum_seconds")).toBe(0);
  });

  it("counts idle and ready seconds while nothing happens to a VM", () => {
    const kernel = boot({ memoryBudget: 128 * 1024 });
    const [idle, ready] = kernel.spawn({ image: "echo", count: 2, memory: 128 * 1024 });
    runFor(kernel, 1);
    kernel.spawn({ image: "primes", memory: 128 * 1024 });
    runFor(kernel, 0.1);
    kernel.type(ready, Buffer.from("x"));
    const seconds = () => {
      const samples = parseExposition([...exposition(kernel.panel, kernel.policies)].join(""));
      return {
        idle: figureOf(samples, "denali_vm_idle_seconds_total", idle),
        ready: figureOf(samples, "denali_vm_ready_seconds_total", ready),
      };
    };
    const before = seconds();
    expect(before.idle).toBeCloseTo(1.1, 2);
    runFor(kernel, 0.05);
    const after = seconds();
    expect(after.idle - before.idle).toBeCloseTo(0.05, 6);
    expect(after.ready - before.ready).toBeCloseTo(0.05, 6);
  });

  it("counts no seconds twice, and never back, where the kernel is charging them", () => {
    const client = busyFleet();
    const { panel } = client;
    const [id, waiting] = [panel.vm.id[1], new WaitingTimes()];
    const idle = () => {
      const text = [...exposition(panel, client.policies, waiting)].join("");
      return figureOf(parseExposition(text), "denali_vm_idle_seconds_total", id);
    };
    client.state(id, "idle");
    const before = panel.vm.idleTime[1] / 1e9;
    panel.set("time", panel.vm.stateSince[1] + 60e9);
    expect(idle()).toBeCloseTo(before + 60, 6);
    panel.vm.stateSince[1] += 60e9;
    expect(idle()).toBeCloseTo(before + 60, 6);
    panel.vm.idleTime[1] += 60e9;
    panel.set("time", panel.get("time") + 5e9);
    expect(idle()).toBeCloseTo(before + 65, 6);
  });

  it("is of one moment, whatever happens before the last piece is written", () => {
    const kernel = boot();
    const [old] = kernel.spawn({ image: "hello", name: "old" });
    runFor(kernel, 1);
    const expected = [...exposition(kernel.panel, kernel.policies)].join("");
    const pieces = exposition(kernel.panel, kernel.policies);
    let text = pieces.next().value;
    kernel.reap(old);
    kernel.spawn({ image: "ticker", name: "new" });
    runFor(kernel, 1);
    for (const piece of pieces) text += piece;
    expect(text).toBe(expected);
  });

  it("leaves out a VM whose row is given to another while it is copied", () => {
    const client = busyFleet();
    const { panel } = client;
    const [lost] = panel.vm.id;
    const copy = panel.copy.bind(panel);
    panel.copy = (...how) => {
      const copied = copy(...how);
      panel.vm.id[0] = 99;
      return copied;
    };
    const vms = parseExposition(textOf(client)).map(({ labels }) => labels.vm);
    expect(vms).toContain(String(panel.vm.id[1]));
    expect(vms).not.toContain(String(lost));
  });

  it("escapes what guests are called", () => {
    const names = parseExposition(textOf(busyFleet())).map(({ labels }) => labels.name);
    expect(names).toContain('a "name" with \\ and\nmore'.slice(0, 31));
  });

  it.skipIf(spawnSync("promtool", ["--version"]).status !== 0)("passes promtool", () => {
    const { status, stderr, stdout } = spawnSync("promtool", ["check", "metrics"], {
      input: textOf(busyFleet()),
      encoding: "utf8",
      timeout: 20_000,
    });
    expect(`${stderr}${stdout}`).toBe("");
    expect(status).toBe(0);
  });
});

describe("the server", () => {
  it("answers on the loopback interface, live, and nothing but /metrics", async () => {
    const client = busyFleet();
    server = await MetricsServer.open(client, 0);
    const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server!.port}${path}`, init);
    const first = await get("/metrics");
    expect(first.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(parseExposition(await first.text())).toContainEqual({
      name: "denali_uptime_seconds",
      labels: {},
      value: 10,
    });
    client.advance(5);
    expect(parseExposition(await (await get("/metrics")).text())).toContainEqual({
      name: "denali_uptime_seconds",
      labels: {},
      value: 15,
    });
    expect((await get("/")).status).toBe(404);
    expect((await get("/metrics", { method: "POST" })).status).toBe(405);
  });

  it("serves thousands of VMs", async () => {
    server = await MetricsServer.open(FakeClient.crowd(3000), 0);
    const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
    expect(parseExposition(text).filter(({ name }) => name === "denali_vm_resident_bytes")).toHaveLength(3000);
  });

  it("says so in one line when the port is taken", async () => {
    server = await MetricsServer.open(new FakeClient(), 0);
    await expect(MetricsServer.open(new FakeClient(), server.port)).rejects.toThrow(
      /cannot serve metrics on port \d+: .*; choose another/,
    );
  });
});
