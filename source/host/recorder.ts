/** Writes a recording of a running kernel's figures: a frame at every interval, a whole one now and then. */

import { closeSync, openSync, writeSync } from "node:fs";
import { type InstrumentPanel, UserError } from "../kernel/index.js";
import { RECORDING_INTERVAL, RECORDING_WHOLE_EVERY } from "./params.js";
import { hostReason } from "./reasons.js";
import { encodeFrame, encodeHeader } from "./recording-format.js";

export class Recorder {
  readonly #panel: InstrumentPanel;
  readonly #path: string;
  readonly #file: number;
  #before: InstrumentPanel | undefined;
  #frames = 0;
  #timer: NodeJS.Timeout | undefined;
  /** What stopped the recording. */
  #failure: UserError | undefined;

  /**
   * Makes the file.
   * @throws UserError where it exists already or cannot be made
   */
  constructor(path: string, panel: InstrumentPanel, policies: readonly string[]) {
    this.#panel = panel;
    this.#path = path;
    try {
      this.#file = openSync(path, "wx");
      writeSync(this.#file, encodeHeader(policies, Date.now()));
    } catch (error) {
      throw new UserError(`cannot record to ${path}: ${hostReason(error)}`);
    }
  }

  /** Records by itself from now on, until {@link stop}. */
  start(): void {
    this.take();
    this.#timer = setInterval(() => this.take(), RECORDING_INTERVAL);
    this.#timer.unref();
  }

  /** Writes a frame, unless the kernel's clock stands where it stood. */
  take(): void {
    if (this.#failure) return;
    const time = this.#panel.get("time");
    if (this.#before && time - this.#before.get("time") < RECORDING_INTERVAL * 0.9e6) return;
    const now = this.#panel.copy(Math.min(this.#panel.get("rows"), this.#panel.capacity), false);
    const whole = this.#frames++ % RECORDING_WHOLE_EVERY === 0;
    try {
      writeSync(this.#file, encodeFrame(now, whole ? undefined : this.#before));
      this.#before = now;
    } catch (error) {
      this.#failure = new UserError(`recording to ${this.#path} stopped: ${hostReason(error)}`);
    }
  }

  /** Closes the file. @throws UserError with what stopped the recording earlier */
  stop(): void {
    clearInterval(this.#timer);
    closeSync(this.#file);
    if (this.#failure) throw this.#failure;
  }
}
