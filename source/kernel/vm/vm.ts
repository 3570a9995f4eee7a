/**
 * The record of one virtual machine. Fields are grouped by who may change them; everyone may read them. The kernel is one
 * thread, so "who" means which part of it, and a field has one such part.
 */

import { VmState } from "../abi.js";
import type { DiskSpec } from "../commands.js";
import { ConsoleRing } from "../devices/console.js";
import { KeyboardQueue } from "../devices/keyboard.js";
import type { EngineName } from "../engine-names.js";
import type { Schedulable } from "../sched/policy.js";
import type { SwapRegion } from "../swap/swap-file.js";
import { type Timed, type Timer, UNARMED } from "../timers.js";
import { type Engine, type Fault, initialiseState, type MachineState } from "../x86/machine.js";
import type { DiskDevice } from "./disk-device.js";
import type { Image } from "./image.js";
import type { VmMemory } from "./memory.js";
import type { NetworkInterface } from "./network-interface.js";
import type { PendingInterrupts } from "./pending-interrupts.js";
import { VmFlags } from "./vm-flags.js";
import type { VmRecords } from "./vm-records.js";

/** What a VM wants, wherever its memory is. */
export const Activity = {
  /** It wants the CPU, or has it. */
  READY: 0,
  /** It waits for an interrupt or its timeout. */
  IDLE: 1,
  /** It has ended. */
  ENDED: 2,
} as const;
export type Activity = (typeof Activity)[keyof typeof Activity];

/** Where a VM's memory is. */
export const Residency = { OUT: 0, COMING_IN: 1, RESIDENT: 2, GOING_OUT: 3 } as const;
export type Residency = (typeof Residency)[keyof typeof Residency];

/** In the place of a CPU's number: the VM does not run. CPU 0 is the kernel's own thread. */
export const NO_CPU = -1;

/** A VM's place among those in core, see run/resident-list.ts. */
export interface ResidentPlace {
  readonly vm: Vm;
  /** Kernel time of its first turn since the admission. */
  readonly since: number;
  older: ResidentPlace | undefined;
  newer: ResidentPlace | undefined;
}

/** What VMs of one request are made of, kept once for all of them; fixed when they are created. */
export interface VmPlan {
  readonly image: Image;
  readonly memorySize: number;
  readonly arguments: readonly string[];
  readonly diskSpecs: readonly DiskSpec[];
  /** Holds the control device; stays in core. */
  readonly supervisor: boolean;
  /** Of all VMs. */
  readonly records: VmRecords;
  /** Executes its code, and what was asked for. */
  readonly engine: Engine;
  readonly engineName: EngineName;
  /** IDLE's timeout is over. */
  readonly wake: (vm: Vm) => void;
}

/** What tells a VM from others. */
export interface VmIdentity {
  readonly id: number;
  /** Its row in the instrument panel and in the records. */
  readonly row: number;
  readonly name: string;
}

const NO_DISKS: readonly DiskDevice[] = [];

/** Stacks start on a 16-byte boundary, as the i386 System V ABI asks. */
const STACK_ALIGNMENT = 16;

export class Vm extends VmFlags implements Schedulable, Timed {
  // What every turn looks at comes first: with thousands of VMs, each 64 bytes of a VM are an access of the host's memory.

  readonly row: number;
  readonly #plan: VmPlan;
  #state: MachineState | undefined = undefined;

  // The gatekeeper's; its others are below.
  /** Undefined unless some of the memory is in core. */
  memory: VmMemory | undefined = undefined;
  residency: Residency = Residency.OUT;

  // The scheduler's.
  activity: Activity = Activity.READY;
  /** The timer queue's: the VM itself is armed while it idles with a timeout. */
  timerSlot: number = UNARMED;
  /** System time until which it spins in IDLE; undefined while it does not. */
  spinsUntil: number | undefined = undefined;
  compensation = 1;
  tickets: number;

  // The interrupt controller's.
  /** Bitmask of interrupts posted and not delivered. */
  pendingMask = 0;
  /** Details of them; may be there while there are none. */
  pending: PendingInterrupts | undefined = undefined;

  // Accounting's.
  /** The state last written to the panel. */
  shownState: VmState = VmState.SWAPPED;

  // The dispatchers'.
  /** Number of the CPU that it has, {@link NO_CPU} while it has none. */
  cpu: number = NO_CPU;
  /** Instructions since its last virtual instruction, and as many as are usual between two. */
  stretch = 0;
  usualStretch = 0;
  /** Instructions a nanosecond, as last measured; 0 before, and in virtual time. */
  speed = 0;

  // The rest of the gatekeeper's.
  region: SwapRegion | undefined = undefined;
  residentPlace: ResidentPlace | undefined = undefined;

  // The devices' own.
  networkInterface!: NetworkInterface;
  #console: ConsoleRing | undefined = undefined;
  #keyboard: KeyboardQueue | undefined = undefined;
  disks: readonly DiskDevice[] = NO_DISKS;
  /** Fires when SET_TIMER's time has come. */
  timer: Timer<Vm> | undefined = undefined;

  readonly id: number;
  readonly name: string;

  // Lifecycle's.
  fault: Fault | undefined = undefined;
  status: number | undefined = undefined;

  // The supervisor's handles'.
  /** Stands for this VM; 0 while none does. */
  handle = 0;

  constructor({ id, row, name }: VmIdentity, plan: VmPlan, tickets: number) {
    super();
    this.id = id;
    this.row = row;
    this.name = name;
    this.#plan = plan;
    this.tickets = tickets;
    plan.records.open(row);
    initialiseState(this.state, this.image.elf.entry, this.memorySize - STACK_ALIGNMENT);
    this.forgetViews();
  }

  get image(): Image {
    return this.#plan.image;
  }

  get memorySize(): number {
    return this.#plan.memorySize;
  }

  get arguments(): readonly string[] {
    return this.#plan.arguments;
  }

  get diskSpecs(): readonly DiskSpec[] {
    return this.#plan.diskSpecs;
  }

  get supervisor(): boolean {
    return this.#plan.supervisor;
  }

  get engine(): Engine {
    return this.#plan.engine;
  }

  get engineName(): EngineName {
    return this.#plan.engineName;
  }

  /** The engine's while the VM runs, operations' and the interrupt controller's at other times. */
  get state(): MachineState {
    this.#state ??= this.#plan.records.state(this.row);
    return this.#state;
  }

  /** Counts a post of an interrupt for good. */
  countPost(vector: number): void {
    const { records } = this.#plan;
    records.posted(this.row)[records.firstPosted(this.row) + vector]++;
  }

  /** Interrupts ever posted, of a vector. What of them is not pending was delivered. */
  posted(vector: number): number {
    const { records } = this.#plan;
    return records.posted(this.row)[records.firstPosted(this.row) + vector];
  }

  timeOver(): void {
    this.#plan.wake(this);
  }

  get console(): ConsoleRing {
    this.#console ??= new ConsoleRing();
    return this.#console;
  }

  get keyboard(): KeyboardQueue {
    this.#keyboard ??= new KeyboardQueue();
    return this.#keyboard;
  }

  /** Lets go of what is made again when it is wanted, and packs what is not: for a VM that leaves core, or has ended. */
  forgetViews(): void {
    // A row that was given back may be another VM's.
    if (this.#state && !this.reaped) this.#plan.records.keep(this.row, this.#state);
    this.#state = undefined;
    if (this.pendingMask === 0) this.pending = undefined;
    if (this.#keyboard?.length === 0) this.#keyboard = undefined;
    this.#console?.pack();
  }

  get ended(): boolean {
    return this.activity === Activity.ENDED;
  }

  /** Wants the CPU and may have it once its memory is in core. */
  get runnable(): boolean {
    return this.activity === Activity.READY && !this.paused;
  }
}

/** The state that people are shown: what matters most about the VM now. */
export function stateOf(vm: Vm): VmState {
  if (vm.activity === Activity.ENDED) return vm.fault ? VmState.CRASHED : VmState.TERMINATED;
  if (vm.paused) return VmState.PAUSED;
  if (vm.residency === Residency.COMING_IN || vm.residency === Residency.GOING_OUT) return VmState.SWAPPING;
  if (vm.residency === Residency.OUT) return VmState.SWAPPED;
  if (vm.cpu !== NO_CPU) return VmState.RUNNING;
  return vm.activity === Activity.READY ? VmState.READY : VmState.IDLE;
}
