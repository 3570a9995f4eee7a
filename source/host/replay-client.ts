/**
 * A recording behind the interface of a kernel, so that the monitor shows it as it would the kernel. Its clock is that of the
 * recording, which can be stopped and set. Nothing can be commanded; what was asked when it was made is answered as it was then.
 */

import {
  type ConsoleChunk,
  type ImageSummary,
  type InstrumentPanel,
  type KernelNotice,
  type MachineInspection,
  UserError,
  type VmInspection,
} from "../kernel/index.js";
import type { KernelClient, Playback } from "./client.js";
import { REPLAY_STEP } from "./params.js";
import { Recording } from "./recording.js";
import type { UplinkStatus } from "./uplink-figures.js";

const REFUSAL = "this is a recording: nothing in it can be changed";

/** Refuses a command. */
async function refuse(): Promise<never> {
  throw new UserError(REFUSAL);
}

/** Refuses a question. */
async function unknown(): Promise<never> {
  throw new UserError("a recording holds nothing of the memory of VMs");
}

export class ReplayClient implements KernelClient, Playback {
  readonly panel: InstrumentPanel;
  readonly policies: readonly string[];
  readonly playback: Playback = this;
  readonly refusal = REFUSAL;
  readonly stopped = new Promise<void>(() => {});
  readonly spawn = refuse;
  readonly spawnAll = refuse;
  readonly pause = refuse;
  readonly resume = refuse;
  readonly kill = refuse;
  readonly reap = refuse;
  readonly setQuantum = refuse;
  readonly setPolicy = refuse;
  readonly setMemoryBudget = refuse;
  readonly setInterruptMode = refuse;
  readonly setIdleMode = refuse;
  readonly setTickets = refuse;
  readonly type = refuse;
  readonly openUplink = refuse;
  readonly startCapture = refuse;
  readonly stopCapture = refuse;
  readonly complain = refuse;
  readonly readMemory = unknown;
  readonly searchMemory = unknown;
  readonly disassemble = unknown;
  readonly #recording: Recording;
  readonly #notices: KernelNotice[] = [];
  #position: number;
  #playing = true;
  #last = performance.now();
  readonly #timer: NodeJS.Timeout;

  /** @throws UserError for what is no recording */
  constructor(path: string) {
    this.#recording = new Recording(path);
    this.panel = this.#recording.panel;
    this.policies = this.#recording.header.policies;
    this.#position = this.#recording.from;
    this.#timer = setInterval(() => this.#step(), REPLAY_STEP);
    this.#timer.unref();
    if (this.#recording.damage !== undefined) this.#tell(new UserError(this.#recording.damage));
  }

  get from(): number {
    return this.#recording.from;
  }

  get to(): number {
    return this.#recording.to;
  }

  get position(): number {
    return this.#position;
  }

  get playing(): boolean {
    return this.#playing;
  }

  play(playing: boolean): void {
    if (playing && this.#position >= this.to) this.#position = this.from;
    this.#playing = playing;
    this.#last = performance.now();
  }

  /** @throws UserError where the recording is damaged; it stands at the last frame that is whole */
  seek(time: number, via?: () => void): void {
    this.#position = Math.max(this.from, Math.min(this.to, time));
    try {
      this.#recording.goTo(this.#position, via);
    } catch (error) {
      this.#position = this.#recording.at;
      this.#playing = false;
      throw error;
    }
  }

  async images(): Promise<ImageSummary[]> {
    return [];
  }

  /** Of the replay itself: what the kernel said is not recorded. */
  async notices(after: number): Promise<KernelNotice[]> {
    return this.#notices.slice(after);
  }

  async inspect(id: number): Promise<VmInspection> {
    return this.#recording.answers.inspect(id, this.#position);
  }

  /** With as many parts of the map as were recorded. */
  async inspectMachine(): Promise<MachineInspection> {
    return this.#recording.answers.at(this.#position).machine;
  }

  async uplinkStatus(): Promise<UplinkStatus> {
    return this.#recording.answers.at(this.#position).uplink;
  }

  /** From the oldest byte on where the VM had not written as much by now: the clock was set back. */
  async readConsole(id: number, position: number): Promise<ConsoleChunk> {
    return this.#recording.answers.readConsole(id, position, this.#position);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#recording.close();
  }

  #step(): void {
    const now = performance.now();
    if (this.#playing) {
      try {
        this.seek(this.#position + (now - this.#last) / 1000);
      } catch (error) {
        this.#tell(error);
      }
      if (this.#position >= this.to) this.#playing = false;
    }
    this.#last = now;
  }

  /** The screen shows it as it would what the kernel has to say. */
  #tell(error: unknown): void {
    if (!(error instanceof UserError)) throw error;
    this.#notices.push({
      index: this.#notices.length,
      time: this.#position,
      severity: "error",
      text: error.message,
    });
  }
}
