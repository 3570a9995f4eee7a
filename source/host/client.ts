/**
 * How the rest of the program reaches a kernel, wherever it runs: figures through shared memory, commands as calls that
 * are answered or refused. The monitor, the commands and the tests know only this interface.
 */

import type {
  ConsoleChunk,
  DisassemblyLine,
  ImageSummary,
  InstrumentPanel,
  KernelNotice,
  MachineInspection,
  Quantum,
  VmInspection,
  VmSpec,
} from "../kernel/index.js";
import type { UplinkStatus } from "./uplink-figures.js";
import type { UplinkPlan } from "./uplink-plan.js";

/** The clock of a recording. */
export interface Playback {
  /** Kernel seconds of its first and last frame, and of what is shown. */
  readonly from: number;
  readonly to: number;
  readonly position: number;
  readonly playing: boolean;
  /** Why nothing can be commanded. */
  readonly refusal: string;
  /** Goes on, from the start where the end was reached, or stops. */
  play(playing: boolean): void;
  /** Goes to a time. The panel holds the frame before it first, and `via` is called, so that rates can be taken. */
  seek(time: number, via: () => void): void;
}

/** What became of a capture. */
export interface CaptureSummary {
  readonly path: string;
  /** Frames in the file. */
  readonly frames: number;
  /** Frames that are missing because the disk was too slow. */
  readonly dropped: number;
  /** What was said when the file had reached its limit, where it has: what came later is not counted. */
  readonly ended?: string;
}

export interface KernelClient {
  /** Where this is a recording. */
  readonly playback?: Playback;
  /** Live figures; reading them asks nothing of the kernel. */
  readonly panel: InstrumentPanel;
  /** Names of the scheduling policies, in the order of the panel's `policy` figure. */
  readonly policies: readonly string[];
  spawn(spec: VmSpec): Promise<number[]>;
  spawnAll(specs: readonly VmSpec[], places?: readonly string[]): Promise<number[]>;
  pause(id: number): Promise<void>;
  resume(id: number): Promise<void>;
  kill(id: number): Promise<void>;
  reap(id: number): Promise<void>;
  setQuantum(quantum: Quantum): Promise<void>;
  setPolicy(name: string): Promise<void>;
  setMemoryBudget(bytes: number): Promise<void>;
  setInterruptMode(mode: string): Promise<void>;
  setIdleMode(mode: string): Promise<void>;
  setTickets(id: number, tickets: number): Promise<void>;
  type(id: number, bytes: Uint8Array): Promise<number>;
  inspect(id: number): Promise<VmInspection>;
  inspectMachine(cells: number): Promise<MachineInspection>;
  readMemory(id: number, address: number, length: number): Promise<Uint8Array>;
  searchMemory(id: number, pattern: Uint8Array, from: number): Promise<number | undefined>;
  disassemble(id: number, address: number, before: number, after: number): Promise<DisassemblyLine[]>;
  readConsole(id: number, position: number): Promise<ConsoleChunk>;
  images(): Promise<ImageSummary[]>;
  notices(after: number): Promise<KernelNotice[]>;
  /** Makes a notice of what the host could not do. */
  complain(text: string): Promise<void>;
  /** Writes the traffic of all Ethernets, or of one VM, to a new file in the pcapng format. */
  startCapture(path: string, id?: number): Promise<void>;
  /** Ends the capture, if there is one; rejects with what stopped it earlier. */
  stopCapture(): Promise<CaptureSummary | undefined>;
  /** Listens on published ports and lets guests reach what is allowed; once. Real time only. */
  openUplink(plan: UplinkPlan): Promise<void>;
  /** What is published and what went through it. */
  uplinkStatus(): Promise<UplinkStatus>;
  /** Resolves when the kernel stopped of its own accord, rejects with what broke it. */
  readonly stopped: Promise<void>;
  /** Stops the kernel and waits until its files are closed. */
  close(): Promise<void>;
}

/** A kernel that is still booting: what it is asked is carried out once it has; figures it has none yet. */
export type BootingKernel = Omit<KernelClient, "panel" | "policies">;
