import { describe, expect, it } from "vitest";
import { Sampler } from "../../source/host/sampler.js";
import { InstrumentPanel, VmState } from "../../source/kernel/index.js";
import { boot, MIB, runFor } from "../kernel/boot.js";

const SECOND = 1e9;

/** A panel with one VM, id 7 in row 0, created at 2 s. */
function panelWithVm(): InstrumentPanel {
  const panel = new InstrumentPanel(16);
  openVm(panel, 0, 7, 2 * SECOND);
  return panel;
}

function openVm(panel: InstrumentPanel, row: number, id: number, createdAt: number): void {
  panel.open(row, `vm-${id}`, "ticker");
  panel.vm.id[row] = id;
  panel.vm.createdAt[row] = createdAt;
  panel.vm.stateSince[row] = createdAt;
  panel.vm.state[row] = VmState.READY;
  panel.set("rows", Math.max(panel.get("rows"), row + 1));
}

describe("Sampler", () => {
  it("gives rates since creation after the first take", () => {
    const panel = panelWithVm();
    panel.set("time", 6 * SECOND);
    panel.vm.cpuTime[0] = 1 * SECOND;
    panel.vm.instructions[0] = 400;
    panel.vm.state[0] = VmState.RUNNING;
    const sampler = new Sampler(panel);
    sampler.take();
    const vm = sampler.vm(0);
    expect(vm.cpuPercent).toBe(25);
    expect(vm.instructionsPerSecond).toBe(100);
    expect(vm.uptime).toBe(4);
    expect(vm).toMatchObject({ id: 7, name: "vm-7", image: "ticker", state: "running", status: undefined });
  });

  it("then gives rates between the last two takes", () => {
    const panel = panelWithVm();
    panel.set("time", 6 * SECOND);
    panel.vm.cpuTime[0] = 1 * SECOND;
    const sampler = new Sampler(panel);
    sampler.take();
    panel.set("time", 7 * SECOND);
    panel.vm.cpuTime[0] += 0.5 * SECOND;
    panel.vm.rxBytes[0] += 1500;
    sampler.take();
    expect(sampler.vm(0).cpuPercent).toBe(50);
    expect(sampler.vm(0).rxBytesPerSecond).toBe(1500);
  });

  it("gives the share that ran translated since creation, and what the translation took", () => {
    const panel = panelWithVm();
    const sampler = new Sampler(panel);
    sampler.take();
    expect(sampler.vm(0)).toMatchObject({ translatedPercent: 0, translationMilliseconds: 0, translationKept: false });
    panel.vm.instructions[0] = 400;
    panel.vm.translatedInstructions[0] = 390;
    panel.vm.translationTime[0] = 12_300_000;
    panel.vm.translationKept[0] = 1;
    sampler.take();
    expect(sampler.vm(0)).toMatchObject({
      translatedInstructions: 390,
      translatedPercent: 97.5,
      translationMilliseconds: 12.3,
      translationKept: true,
    });
  });

  it("counts the stretch that is still going on as ready or idle time", () => {
    const panel = panelWithVm();
    panel.set("time", 10 * SECOND);
    const sampler = new Sampler(panel);
    sampler.take();
    expect(sampler.vm(0).readyPercent).toBe(100);
    panel.vm.readyTime[0] = 8.25 * SECOND;
    panel.vm.state[0] = VmState.IDLE;
    panel.vm.stateSince[0] = 10.25 * SECOND;
    panel.set("time", 11 * SECOND);
    sampler.take();
    expect(sampler.vm(0).readyPercent).toBe(25);
    expect(sampler.vm(0).idlePercent).toBe(75);
  });

  it("knows what VMs out of core wait for: memory, or what ends their idling", () => {
    const kernel = boot({ memoryBudget: MIB / 4 });
    const [idler] = kernel.spawn({ image: "echo", memory: MIB / 4 });
    runFor(kernel, 1);
    const waiters = kernel.spawn({ image: "primes", memory: MIB / 4, count: 3 });
    // They take turns of a fifth of a second in core: this is in the middle of one.
    runFor(kernel, 0.9);
    const sampler = new Sampler(kernel.panel);
    sampler.take();
    runFor(kernel, 0.04);
    sampler.take();
    const figures = (id: number) => sampler.vm(sampler.rowOf(id) as number);
    expect(figures(idler)).toMatchObject({ state: "swapped", cpuPercent: 0, readyPercent: 0, idlePercent: 100 });
    const [waiting, others] = [
      waiters.map(figures).filter(({ state }) => state === "swapped"),
      waiters.map(figures).filter(({ state }) => state !== "swapped"),
    ];
    expect(waiting).toHaveLength(2);
    expect(others).toHaveLength(1);
    for (const vm of waiting) expect(vm).toMatchObject({ cpuPercent: 0, readyPercent: 100, idlePercent: 0 });
    kernel.type(idler, Buffer.from("x"));
    runFor(kernel, 0.01);
    sampler.take();
    expect(figures(idler)).toMatchObject({ state: "swapped", readyPercent: 100, idlePercent: 0 });
    kernel.pause(idler);
    runFor(kernel, 0.01);
    sampler.take();
    expect(figures(idler)).toMatchObject({ state: "paused", readyPercent: 0, idlePercent: 0 });
  });

  it("takes a VM younger than the last take over its own life only", () => {
    const panel = panelWithVm();
    panel.set("time", 10 * SECOND);
    const sampler = new Sampler(panel);
    sampler.take();
    openVm(panel, 1, 8, 10.5 * SECOND);
    panel.vm.cpuTime[1] = 0.25 * SECOND;
    panel.set("time", 11 * SECOND);
    sampler.take();
    expect(sampler.rows()).toEqual([0, 1]);
    expect(sampler.vm(1).cpuPercent).toBe(50);
  });

  it("starts anew when a row was given to another VM", () => {
    const panel = panelWithVm();
    panel.vm.instructions[0] = 1_000_000;
    panel.set("time", 10 * SECOND);
    const sampler = new Sampler(panel);
    sampler.take();
    openVm(panel, 0, 9, 10 * SECOND);
    panel.vm.instructions[0] = 300;
    panel.set("time", 11 * SECOND);
    sampler.take();
    expect(sampler.vm(0)).toMatchObject({ id: 9, instructionsPerSecond: 300 });
  });

  it("keeps the last rates while the clock stands still, and still sees new VMs", () => {
    const panel = panelWithVm();
    panel.set("time", 4 * SECOND);
    panel.vm.cpuTime[0] = 1 * SECOND;
    const sampler = new Sampler(panel);
    sampler.take();
    openVm(panel, 1, 8, 4 * SECOND);
    sampler.take();
    expect(sampler.vm(0).cpuPercent).toBe(50);
    expect(sampler.rows()).toEqual([0, 1]);
    expect(sampler.vm(1).cpuPercent).toBe(0);
  });

  it("lists rows by id, leaves reaped ones out, and keeps the array while nothing changes", () => {
    const panel = panelWithVm();
    openVm(panel, 1, 12, 0);
    openVm(panel, 2, 3, 0);
    openVm(panel, 5, 4, 0);
    panel.vm.id[1] = 0;
    const sampler = new Sampler(panel);
    sampler.take();
    const rows = sampler.rows();
    expect(rows).toEqual([2, 5, 0]);
    panel.set("time", SECOND);
    sampler.take();
    expect(sampler.rows()).toBe(rows);
  });

  it("stops the uptime at the VM's end and shows its status only once it terminated", () => {
    const panel = panelWithVm();
    panel.set("time", 30 * SECOND);
    panel.vm.status[0] = 7;
    panel.vm.state[0] = VmState.TERMINATED;
    panel.vm.endedAt[0] = 5 * SECOND;
    const sampler = new Sampler(panel);
    sampler.take();
    expect(sampler.vm(0)).toMatchObject({ uptime: 3, status: 7, state: "terminated" });
    panel.vm.state[0] = VmState.CRASHED;
    expect(sampler.vm(0).status).toBeUndefined();
  });

  it("never shows a share above 100 %, even where a slice is booked late", () => {
    const panel = panelWithVm();
    panel.set("time", 3 * SECOND);
    panel.vm.cpuTime[0] = 1.2 * SECOND;
    const sampler = new Sampler(panel);
    sampler.take();
    expect(sampler.vm(0).cpuPercent).toBe(100);
  });

  it("holds every figure while frozen, and goes on after", () => {
    const panel = panelWithVm();
    panel.set("time", 4 * SECOND);
    panel.vm.interruptsPosted[0] = 5;
    panel.vm.interruptsPending[0] = 5;
    const sampler = new Sampler(panel);
    sampler.take();
    sampler.freeze();
    panel.set("time", 5 * SECOND);
    panel.vm.interruptsPosted[0] = 9;
    panel.vm.interruptsPending[0] = 9;
    openVm(panel, 1, 8, 4 * SECOND);
    sampler.take();
    expect(sampler.rows()).toEqual([0]);
    expect(sampler.vm(0)).toMatchObject({ name: "vm-7", interruptsPosted: 5, uptime: 2 });
    sampler.thaw();
    expect(sampler.rows()).toEqual([0, 1]);
    expect(sampler.vm(0)).toMatchObject({ interruptsPosted: 9, uptime: 3 });
  });

  it("tells interrupts that nobody took, since their VM had ended, from those that wait", () => {
    const kernel = boot();
    const [ended, alive] = kernel.spawn({ image: "primes", count: 2 });
    for (const id of [ended, ended, alive]) kernel.type(id, Buffer.from("x"));
    const sampler = new Sampler(kernel.panel);
    const keyboard = () => {
      sampler.take();
      const { vectors, interruptsPending, interruptsDiscarded } = sampler.kernel();
      const ofKeyboard = vectors.find(({ name }) => name === "keyboard");
      return { ...ofKeyboard, interruptsPending, interruptsDiscarded };
    };
    const posted = { posted: 3, delivered: 0 };
    expect(keyboard()).toMatchObject({ ...posted, pending: 3, interruptsPending: 3, discarded: 0 });
    kernel.kill(ended);
    expect(keyboard()).toMatchObject({ ...posted, pending: 1, interruptsPending: 1, discarded: 2 });
    expect(sampler.vm(sampler.rowOf(ended) as number)).toMatchObject({ interruptsPending: 0, pendingMask: 0 });
    kernel.reap(ended);
    expect(keyboard()).toMatchObject({ ...posted, pending: 1, interruptsPending: 1, interruptsDiscarded: 2 });
    kernel.kill(alive);
    kernel.reap(alive);
    expect(keyboard()).toMatchObject({ ...posted, pending: 0, interruptsPending: 0, interruptsDiscarded: 3 });
  });

  it("gives the machine's figures and rates", () => {
    const panel = panelWithVm();
    panel.set("time", 10 * SECOND);
    panel.set("instructions", 5_000);
    const sampler = new Sampler(panel);
    sampler.take();
    panel.set("time", 12 * SECOND);
    panel.set("busyTime", 1 * SECOND);
    panel.set("instructions", 9_000);
    panel.set("vms:ready", 1);
    panel.set("bytesSwitched", 640);
    sampler.take();
    const machine = sampler.kernel();
    expect(machine).toMatchObject({
      time: 12,
      cpuPercent: 50,
      instructions: 9_000,
      instructionsPerSecond: 2_000,
      vms: 1,
    });
    expect(machine.bytesSwitchedPerSecond).toBe(320);
    expect(machine.states).toMatchObject({ ready: 1, idle: 0, crashed: 0 });
  });
});
