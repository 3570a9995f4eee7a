/**
 * The kernel's files on the host: the swap file, which lives as long as the kernel, and the folder of virtual disks, which
 * outlives it. In real time the host transfers in the background; in virtual time a transfer is done at once and completed
 * after a fixed time of the kernel's clock, so that a run repeats exactly.
 */

import { join } from "node:path";
import type { Clock } from "./clock.js";
import {
  AsynchronousFile,
  type BlockFile,
  type BlockFileFactory,
  ScheduledFile,
  type TransferDone,
} from "./devices/block-file.js";
import { DirectFile } from "./devices/direct-file.js";
import { makeFolder } from "./devices/host-file.js";
import { PacedFile } from "./devices/paced-file.js";
import { VIRTUAL_DISK_LATENCY, VIRTUAL_SWAP_LATENCY } from "./params.js";
import { SwapFile } from "./swap/swap-file.js";
import type { TimerQueue } from "./timers.js";

/** Told apart from other kernels of the same process. */
let kernels = 0;

export class Storage {
  readonly diskFolder: string;
  readonly #stateFolder: string;
  readonly #clock: Clock;
  readonly #timers: TimerQueue;
  readonly #onCompletion: () => void;
  #underWay = 0;
  #settled: (() => void) | undefined;

  /**
   * @param onCompletion called after each completed transfer
   * @throws UserError when the state folder cannot be made
   */
  constructor(stateFolder: string, clock: Clock, timers: TimerQueue, onCompletion: () => void) {
    this.#stateFolder = stateFolder;
    this.#clock = clock;
    this.#timers = timers;
    this.#onCompletion = onCompletion;
    this.diskFolder = join(stateFolder, "disks");
    makeFolder(this.diskFolder);
  }

  /**
   * @param direct past the host's page cache, where the host can
   * @param rate transfers a second; as many as the host's disk makes where it is left out, and in virtual time
   */
  openSwapFile({
    blockSize,
    direct,
    rate,
  }: {
    blockSize: number;
    direct: boolean;
    rate: number | undefined;
  }): SwapFile {
    kernels++;
    const path = join(this.#stateFolder, `swap-${process.pid}-${kernels}`);
    return SwapFile.open(path, this.#files(VIRTUAL_SWAP_LATENCY, rate), { blockSize, direct });
  }

  get diskFiles(): BlockFileFactory {
    return this.#files(VIRTUAL_DISK_LATENCY);
  }

  /** Whether a transfer is under way. */
  get transferring(): boolean {
    return this.#underWay > 0;
  }

  /** Waits until no transfer is under way. */
  async settle(): Promise<void> {
    while (this.#clock.virtual && this.#underWay > 0) {
      this.#clock.advanceTo(this.#timers.next);
      this.#timers.fireDue(this.#clock.now());
    }
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#settled = resolve));
  }

  #files(virtualLatency: number, rate?: number): BlockFileFactory {
    return (file) => {
      const schedule = (latency: number, callback: () => void) => {
        this.#timers.at(this.#clock.now() + latency, callback);
      };
      if (this.#clock.virtual) return this.#counted(new ScheduledFile(file, schedule, virtualLatency));
      const inner = file.direct ? new DirectFile(file) : new AsynchronousFile(file);
      return this.#counted(rate === undefined ? inner : new PacedFile(inner, rate));
    };
  }

  /** The same file, with its transfers counted and their completions reported. */
  #counted(file: BlockFile): BlockFile {
    const count = (done: TransferDone): TransferDone => {
      this.#underWay++;
      return (error) => {
        this.#underWay--;
        done(error);
        this.#onCompletion();
        if (this.#underWay === 0) this.#settled?.();
      };
    };
    return {
      read: (target, position, done) => file.read(target, position, count(done)),
      write: (source, position, done) => file.write(source, position, count(done)),
      close: () => file.close(),
    };
  }
}
