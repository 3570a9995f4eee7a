/**
 * A kernel that is none: a real instrument panel filled by a script, the same every time. Time passes only in `advance`.
 * What the monitor shows of it can be worked out by hand, and its commands are kept for tests to look at.
 */

import type { CaptureSummary, KernelClient } from "../../source/host/client.js";
import { NO_UPLINK, type UplinkStatus } from "../../source/host/uplink-figures.js";
import type { UplinkPlan } from "../../source/host/uplink-plan.js";
import {
  type ConsoleChunk,
  DEFAULT_TICKETS,
  type DisassemblyLine,
  type DiskSpec,
  IDLE_MODES,
  type ImageSummary,
  INTERRUPT_MODES,
  INTERRUPT_NAMES,
  InstrumentPanel,
  type KernelNotice,
  type MachineInspection,
  type Quantum,
  SliceEnd,
  UserError,
  VM_STATE_NAMES,
  type VmInspection,
  type VmSpec,
  VmState,
} from "../../source/kernel/index.js";

import { fakeRegisters, inspectFakeMachine } from "./fake-machine.js";

const SECOND = 1e9;
const MIB = 1024 * 1024;

/** How VMs of an image behave in the script. */
interface Role {
  readonly description: string;
  readonly memory: number;
  /** Shares of the time, relative to the other VMs for the CPU. */
  readonly appetite: number;
  readonly interrupts: number;
  readonly bytes: number;
}

export const ROLES: Readonly<Record<string, Role>> = {
  supervisor: {
    description: "the operator's own VM: lists, creates and kills others",
    memory: 4 * MIB,
    appetite: 0.02,
    interrupts: 4,
    bytes: 0,
  },
  hello: { description: "prints a greeting and ends", memory: MIB, appetite: 0, interrupts: 0, bytes: 0 },
  primes: { description: "computes for ever", memory: MIB, appetite: 1, interrupts: 0, bytes: 0 },
  ticker: { description: "idles with timeout and counts", memory: MIB, appetite: 0.01, interrupts: 10, bytes: 0 },
  ping: {
    description: "sends Ethernet frames and prints round-trip times",
    memory: MIB,
    appetite: 0.04,
    interrupts: 250,
    bytes: 64_000,
  },
  pong: { description: "answers frames", memory: MIB, appetite: 0.04, interrupts: 250, bytes: 64_000 },
  echo: { description: "keyboard to console", memory: MIB, appetite: 0, interrupts: 0, bytes: 0 },
  disk: {
    description: "writes, reads back, survives a restart",
    memory: 2 * MIB,
    appetite: 0.05,
    interrupts: 40,
    bytes: 0,
  },
  "bad-jump": { description: "hostile: jumps into data", memory: MIB, appetite: 0, interrupts: 0, bytes: 0 },
};

const CODE = [
  "mov eax,[esp+4]",
  "mov ecx,2",
  "imul edx,ecx,3",
  "cmp ecx,eax",
  "jae short 00401A2Eh",
  "xor edx,edx",
  "div ecx",
  "test edx,edx",
  "je short 00401A40h",
  "inc ecx",
  "jmp short 00401A0Bh",
  "mov eax,1",
  "ret",
  "push ebp",
  "mov ebp,esp",
  "sub esp,18h",
  "lea eax,[ebp-0Ch]",
  "int 0D4h",
];

export class FakeClient implements KernelClient {
  readonly panel: InstrumentPanel;
  readonly policies = ["round robin", "lottery"];
  readonly stopped: Promise<void>;
  /** Every command, as `pause 3`. */
  readonly calls: string[] = [];
  readonly consoles = new Map<number, string>();
  readonly noticed: KernelNotice[] = [];
  /** Disks and arguments of every VM. */
  disks: readonly DiskSpec[] = [];
  words: readonly string[] = [];
  /** Name of the function that the code shown begins with. */
  symbol = "is_prime";
  /** Nanoseconds until a timer of every VM is due. */
  timer: number | undefined;
  readonly typed = new Map<number, string>();
  /** Refusals by command: `kill` -> what the kernel says. */
  readonly refusals = new Map<string, string>();
  break: (error: Error) => void = () => {};
  #nextId = 1;
  /** VMs there ever were of an image. */
  readonly #named = new Map<string, number>();
  /** True while VMs are made by the hundred, and counted at the end. */
  #crowding = false;
  #random = 12_345;

  constructor(capacity = 64) {
    this.panel = new InstrumentPanel(capacity);
    this.panel.set("quantum", 5e6);
    this.panel.set("memoryBudget", 256 * MIB);
    this.stopped = new Promise((_, reject) => {
      this.break = reject;
    });
    this.stopped.catch(() => {});
  }

  /** A fleet with one of everything. */
  static fleet(capacity = 64): FakeClient {
    const client = new FakeClient(capacity);
    client.add("supervisor");
    for (const image of ["primes", "primes", "ping", "pong", "ticker", "echo", "disk"]) client.add(image);
    return client;
  }

  /** A machine of many VMs, most of them idle or swapped out. */
  static crowd(howMany: number): FakeClient {
    const client = new FakeClient(howMany + 8);
    client.#crowding = true;
    client.add("supervisor");
    const images = ["ticker", "ticker", "ticker", "ticker", "primes", "ping", "pong", "ticker"];
    while (client.#nextId <= howMany) client.add(images[client.#nextId % images.length]);
    client.panel.set("memoryBudget", Math.floor(howMany / 4) * MIB);
    for (let row = 1; row < howMany; row++) {
      if (row % 4 !== 0) client.state(row + 1, row % 37 === 0 ? "swapping" : "swapped");
    }
    client.#crowding = false;
    client.#recount();
    return client;
  }

  add(image: string, name = this.#freeName(image)): number {
    const { panel } = this;
    const row = panel.vm.id.indexOf(0);
    if (row < 0) throw new UserError("no room for another VM");
    panel.open(row, name, image);
    const id = this.#nextId++;
    panel.vm.id[row] = id;
    panel.vm.createdAt[row] = panel.vm.stateSince[row] = panel.get("time");
    panel.vm.memorySize[row] = panel.vm.resident[row] = ROLES[image]?.memory ?? MIB;
    panel.vm.tickets[row] = DEFAULT_TICKETS;
    panel.vm.state[row] = ROLES[image]?.appetite ? VmState.READY : VmState.IDLE;
    panel.set("rows", Math.max(panel.get("rows"), row + 1));
    this.consoles.set(id, `${name}: up\n`);
    this.#recount();
    return id;
  }

  state(id: number, name: (typeof VM_STATE_NAMES)[number]): void {
    const row = this.row(id);
    const { panel } = this;
    panel.vm.state[row] = VM_STATE_NAMES.indexOf(name);
    panel.vm.stateSince[row] = panel.get("time");
    if (name === "terminated" || name === "crashed") panel.vm.endedAt[row] = panel.get("time");
    const out = name === "swapped" || name === "swapping";
    panel.vm.resident[row] = out ? 0 : panel.vm.memorySize[row];
    if (out) {
      panel.vm.swapOuts[row]++;
      panel.vm.swappedBytes[row] = 300 * 1024;
    }
    this.#recount();
  }

  row(id: number): number {
    const row = this.panel.vm.id.indexOf(id);
    if (row < 0) throw new UserError(`no VM ${id}`);
    return row;
  }

  /** Lets the script go on for a time in seconds. */
  advance(seconds: number): void {
    const { panel } = this;
    const { vm } = panel;
    const time = panel.get("time") + seconds * SECOND;
    panel.set("time", time);
    const rows = panel.get("rows");
    let appetite = 0;
    for (let row = 0; row < rows; row++) if (this.#lives(row)) appetite += this.#role(row).appetite;
    for (let row = 0; row < rows; row++) {
      if (!this.#lives(row)) continue;
      const role = this.#role(row);
      const jitter = 0.8 + 0.4 * this.#next();
      const share = (role.appetite / Math.max(1, appetite)) * Math.min(1, jitter);
      vm.cpuTime[row] += share * seconds * SECOND;
      vm.instructions[row] += Math.round(share * seconds * 45e6);
      if (role.appetite >= 1) vm.readyTime[row] += (1 - share) * seconds * SECOND;
      else vm.idleTime[row] += (1 - share) * seconds * SECOND;
      vm.stateSince[row] = time;
      const posted = Math.round(role.interrupts * seconds * jitter);
      vm.interruptsPosted[row] += posted;
      vm.interruptsPending[row] = posted > 0 ? Math.floor(this.#next() * 3) : 0;
      vm.interruptsDelivered[row] = vm.interruptsPosted[row] - vm.interruptsPending[row];
      vm.interruptBatches[row] += Math.ceil(posted / 2);
      const traffic = Math.round(role.bytes * seconds * jitter);
      vm.rxBytes[row] += traffic;
      vm.txBytes[row] += traffic;
      vm.rxPackets[row] += Math.ceil(traffic / 64);
      vm.txPackets[row] += Math.ceil(traffic / 64);
      this.#machine(share * seconds, posted, traffic);
      if (share > 0 && vm.state[row] <= VmState.READY) this.#slice(row, time, share * seconds * SECOND);
    }
    this.#recount();
  }

  /**
   * One slice on each CPU in turn, at the end of the time that was added; the shares of the VMs stand one behind the other
   * in it.
   */
  #slice(row: number, end: number, length: number): void {
    const { panel } = this;
    const cpus = panel.get("cpus") || 1;
    for (let cpu = 0; cpu < cpus; cpu++) {
      const written = panel.get("slices");
      const last = written > 0 ? panel.trace.read(written - 1).end : 0;
      const start = last > end - SECOND ? last : end - length;
      const why = written % 3 === 0 ? SliceEnd.IDLE : SliceEnd.QUANTUM;
      panel.trace.write(written, panel.vm.id[row], start, start + length / cpus, why, cpu);
      panel.set("slices", written + 1);
    }
    panel.vm.slices[row]++;
  }

  #machine(cpuSeconds: number, posted: number, traffic: number): void {
    const { panel } = this;
    panel.add("busyTime", cpuSeconds * SECOND);
    panel.add("instructions", Math.round(cpuSeconds * 45e6));
    panel.add("contextSwitches", Math.ceil(cpuSeconds * 200));
    panel.add("interruptsPosted", posted);
    panel.add("interruptsDelivered", posted);
    panel.add("interruptBatches", Math.ceil(posted / 2));
    panel.add("posted:timer", posted);
    panel.add("delivered:timer", posted);
    panel.add("batches:timer", Math.ceil(posted / 2));
    panel.add("waited:timer", Math.ceil(posted / 2) * 2e6);
    panel.add("batch:2", Math.ceil(posted / 2));
    panel.add("packetsSwitched", Math.ceil(traffic / 64));
    panel.add("bytesSwitched", traffic);
  }

  #role(row: number): Role {
    return ROLES[this.panel.image(row)] ?? ROLES.ticker;
  }

  #lives(row: number): boolean {
    const state = this.panel.vm.state[row];
    return this.panel.vm.id[row] !== 0 && state <= VmState.IDLE;
  }

  /** Numbers from 0 to 1 that are the same in every run (Park and Miller's minimal standard). */
  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }

  #freeName(image: string): string {
    const number = (this.#named.get(image) ?? 0) + 1;
    this.#named.set(image, number);
    return number === 1 ? image : `${image}-${number}`;
  }

  #recount(): void {
    if (this.#crowding) return;
    const { panel } = this;
    const counts = VM_STATE_NAMES.map(() => 0);
    let resident = 0;
    let swapped = 0;
    for (let row = 0; row < panel.get("rows"); row++) {
      if (panel.vm.id[row] === 0) continue;
      counts[panel.vm.state[row]]++;
      resident += panel.vm.resident[row];
      swapped += panel.vm.memorySize[row];
    }
    for (const [number, name] of VM_STATE_NAMES.entries()) panel.set(`vms:${name}`, counts[number]);
    panel.set("memoryResident", resident);
    panel.set("swapReserved", swapped);
    panel.set("gatekeeperQueue", Math.floor(counts[VmState.SWAPPED] / 10));
    panel.set("runQueue", counts[VmState.READY]);
  }

  async #command(name: string, ...rest: unknown[]): Promise<void> {
    this.calls.push([name, ...rest].join(" "));
    const refusal = this.refusals.get(name);
    if (refusal) throw new UserError(refusal);
  }

  async spawn(spec: VmSpec): Promise<number[]> {
    const tickets = spec.tickets === undefined ? [] : [`of ${spec.tickets} tickets`];
    await this.#command("spawn", spec.image, spec.count ?? 1, ...(spec.arguments ?? []), ...tickets);
    return Array.from({ length: spec.count ?? 1 }, () => this.add(spec.image, spec.name));
  }
  async spawnAll(specs: readonly VmSpec[]): Promise<number[]> {
    return (await Promise.all(specs.map((spec) => this.spawn(spec)))).flat();
  }
  async pause(id: number): Promise<void> {
    await this.#command("pause", id);
    this.state(id, "paused");
  }
  async resume(id: number): Promise<void> {
    await this.#command("resume", id);
    this.state(id, "ready");
  }
  async openUplink(plan: UplinkPlan): Promise<void> {
    await this.#command("openUplink", plan.publish.length, plan.outbound.length);
  }
  /** What the screen is told of published ports. */
  uplink: UplinkStatus = NO_UPLINK;
  async uplinkStatus(): Promise<UplinkStatus> {
    return this.uplink;
  }
  async startCapture(path: string, id?: number): Promise<void> {
    await this.#command("startCapture", path, ...(id === undefined ? [] : [id]));
    this.panel.set("capturing", 1);
  }
  /** What a capture comes to. */
  captured: CaptureSummary = { path: "lan.pcapng", frames: 12, dropped: 0 };
  async stopCapture(): Promise<CaptureSummary> {
    await this.#command("stopCapture");
    this.panel.set("capturing", 0);
    return this.captured;
  }
  async kill(id: number): Promise<void> {
    await this.#command("kill", id);
    this.panel.vm.status[this.row(id)] = 137;
    this.state(id, "terminated");
  }
  async reap(id: number): Promise<void> {
    await this.#command("reap", id);
    this.panel.vm.id[this.row(id)] = 0;
    this.#recount();
  }
  async setQuantum(quantum: Quantum): Promise<void> {
    await this.#command("setQuantum", JSON.stringify(quantum));
    if ("nanoseconds" in quantum) this.panel.set("quantum", quantum.nanoseconds);
  }
  async setPolicy(name: string): Promise<void> {
    await this.#command("setPolicy", name);
    this.panel.set("policy", this.policies.indexOf(name));
  }
  async setMemoryBudget(bytes: number): Promise<void> {
    await this.#command("setMemoryBudget", bytes);
    this.panel.set("memoryBudget", bytes);
  }
  async setInterruptMode(mode: string): Promise<void> {
    await this.#command("setInterruptMode", mode);
    this.panel.set("interruptMode", INTERRUPT_MODES.indexOf(mode as (typeof INTERRUPT_MODES)[number]));
  }
  async setIdleMode(mode: string): Promise<void> {
    await this.#command("setIdleMode", mode);
    this.panel.set("idleMode", IDLE_MODES.indexOf(mode as (typeof IDLE_MODES)[number]));
  }
  async setTickets(id: number, tickets: number): Promise<void> {
    await this.#command("setTickets", id, tickets);
    this.panel.vm.tickets[this.row(id)] = tickets;
  }
  async type(id: number, bytes: Uint8Array): Promise<number> {
    this.row(id);
    const text = new TextDecoder().decode(bytes);
    this.typed.set(id, (this.typed.get(id) ?? "") + text);
    this.consoles.set(id, (this.consoles.get(id) ?? "") + text);
    return bytes.length;
  }

  async inspect(id: number): Promise<VmInspection> {
    const row = this.row(id);
    const { vm } = this.panel;
    const crashed = vm.state[row] === VmState.CRASHED;
    const step = Math.floor(vm.instructions[row] / 1000);
    const here = step % (CODE.length - 6);
    const address = (index: number) => 0x401a00 + index * 3;
    return {
      id,
      row,
      name: this.panel.name(row),
      image: this.panel.image(row),
      state: VM_STATE_NAMES[vm.state[row]],
      registers: [step >>> 0, (step * 3) >>> 0, 0, 0x402000, 0xffef0, 0xfff08, 7, 0xdeadbeef],
      eip: address(here),
      eflags: 0x246,
      disassembly: CODE.map((text, index) => ({
        address: address(index),
        bytes: "8b 44 24",
        text,
        ...(index === 0 ? { symbol: this.symbol } : {}),
      })),
      vectors: INTERRUPT_NAMES.map((name, vector) => ({
        name,
        posted: vector === 0 ? vm.interruptsPosted[row] : 0,
        delivered: vector === 0 ? vm.interruptsDelivered[row] : 0,
        pending: vector === 0 ? vm.interruptsPending[row] : 0,
      })),
      ...(vm.resident[row] > 0 ? { virtualRegisters: fakeRegisters(this.panel, row) } : {}),
      macAddress: `02:44:4e:00:00:${id.toString(16).padStart(2, "0")}`,
      network: "lan",
      arguments: this.words,
      disks: this.disks,
      time: this.panel.get("time"),
      ...(this.timer === undefined ? {} : { wakesAt: this.panel.get("time") + this.timer }),
      ...(crashed
        ? {
            fault: {
              cause: "illegal instruction" as const,
              eip: address(here),
              bytes: "0f 0b",
              instruction: "ud2",
              detail: "ud2 (0f 0b) is outside the subset",
            },
          }
        : {}),
      ...(vm.state[row] === VmState.TERMINATED ? { status: vm.status[row] } : {}),
      consoleTail: (this.consoles.get(id) ?? "").slice(-2000),
    };
  }

  async inspectMachine(cells: number): Promise<MachineInspection> {
    return inspectFakeMachine(this.panel, cells);
  }

  async readMemory(id: number, address: number, length: number): Promise<Uint8Array> {
    const memory = this.#memoryOf(id);
    return memory.slice(address, address + length);
  }

  async searchMemory(id: number, pattern: Uint8Array, from: number): Promise<number | undefined> {
    const memory = Buffer.from(this.#memoryOf(id));
    const behind = memory.indexOf(pattern, from);
    const found = behind >= 0 ? behind : memory.indexOf(pattern);
    return found >= 0 ? found : undefined;
  }

  async disassemble(_id: number, address: number, before: number, after: number): Promise<DisassemblyLine[]> {
    return Array.from({ length: before + after + 1 }, (_, index) => ({
      address: address + (index - before) * 3,
      bytes: "8b 44 24",
      text: CODE[index % CODE.length],
    }));
  }

  /** The same bytes every time, with the VM's name in them. */
  #memoryOf(id: number): Uint8Array {
    const row = this.row(id);
    if (this.panel.vm.resident[row] === 0) throw new UserError(`${this.panel.name(row)} is not in core`);
    const memory = new Uint8Array(64 * 1024);
    for (let place = 0x1000; place < 0x1100; place++) memory[place] = place & 0xff;
    memory.set(new TextEncoder().encode(`hello from ${this.panel.name(row)}`), 0x2345);
    return memory;
  }

  async readConsole(id: number, position: number): Promise<ConsoleChunk> {
    const bytes = new TextEncoder().encode(this.consoles.get(id) ?? "");
    const ended = this.panel.vm.endedAt[this.row(id)] > 0;
    return { position, bytes: bytes.subarray(position), ended: ended && position >= bytes.length };
  }
  async images(): Promise<ImageSummary[]> {
    return Object.entries(ROLES).map(([name, { description, memory }]) => ({
      name,
      description,
      textSize: 4096,
      dataSize: 1024,
      memorySize: memory,
      sha256: "0".repeat(64),
    }));
  }
  async notices(after: number): Promise<KernelNotice[]> {
    return this.noticed.filter(({ index }) => index >= after);
  }
  async complain(text: string): Promise<void> {
    this.noticed.push({ index: this.noticed.length, time: this.panel.get("time"), severity: "error", text });
  }
  async close(): Promise<void> {
    this.calls.push("close");
  }
}
