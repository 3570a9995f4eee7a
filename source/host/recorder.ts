/**
 * Writes a recording of a running kernel: a frame of its figures at every interval, a whole one now and then, and at some of
 * them what it answers besides.
 */

import { closeSync, openSync, rmSync } from "node:fs";
import { type InstrumentPanel, UserError } from "../kernel/index.js";
import { AnswerRecorder } from "./answer-recorder.js";
import type { KernelClient } from "./client.js";
import { RECORDING_ANSWERS_EVERY, RECORDING_INTERVAL, RECORDING_WHOLE_EVERY } from "./params.js";
import { hostReason } from "./reasons.js";
import { encodeAnswers, encodeFrame, encodeHeader } from "./recording-format.js";
import { writeAll } from "./write-all.js";

export class Recorder {
  readonly #client: KernelClient;
  readonly #panel: InstrumentPanel;
  readonly #path: string;
  readonly #file: number;
  #before: InstrumentPanel | undefined;
  #frames = 0;
  readonly #answers: AnswerRecorder;
  /** The question that is not answered yet. */
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What stopped the recording. */
  #failure: UserError | undefined;

  /**
   * Makes the file.
   * @throws UserError where it exists already or cannot be made
   */
  constructor(path: string, client: KernelClient) {
    this.#client = client;
    this.#panel = client.panel;
    this.#answers = new AnswerRecorder(client);
    this.#path = path;
    this.#file = openNew(path);
    try {
      writeAll(this.#file, encodeHeader(client.policies, Date.now()));
    } catch (error) {
      closeSync(this.#file);
      rmSync(path, { force: true });
      throw refused(path, error);
    }
  }

  /** Records by itself from now on, until {@link stop}. */
  start(): void {
    void this.take();
    this.#timer = setInterval(() => void this.take(), RECORDING_INTERVAL);
    this.#timer.unref();
  }

  /**
   * Writes a frame, unless the kernel's clock stands where it stood. Resolves when all of it is written: a kernel that is
   * busy answers later, and figures do not wait for that.
   */
  async take(): Promise<void> {
    if (this.#failure) return;
    const time = this.#panel.get("time");
    if (this.#before && time - this.#before.get("time") < RECORDING_INTERVAL * 0.9e6) return;
    const place = this.#frames;
    this.#writeFigures();
    if (place % RECORDING_ANSWERS_EVERY === 0) await this.#ask();
  }

  /** Closes the file, with what has happened since the last frame. Rejects with what stopped the recording earlier. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#asking;
    if (this.#before && this.#panel.get("time") > this.#before.get("time")) this.#writeFigures();
    await this.#ask();
    closeSync(this.#file);
    if (this.#failure) throw this.#failure;
  }

  #writeFigures(): void {
    const now = this.#panel.copy(Math.min(this.#panel.get("rows"), this.#panel.capacity), false);
    const whole = this.#frames++ % RECORDING_WHOLE_EVERY === 0;
    this.#write(encodeFrame(now, whole ? undefined : this.#before));
    this.#before = now;
  }

  /** Asks once at a time. A kernel that broke says so itself; the recording ends with what it had said before. */
  #ask(): Promise<void> {
    const figures = this.#before;
    if (!figures) return Promise.resolve();
    this.#asking ??= this.#answers
      .ask()
      .then(
        (answers) => this.#write(encodeAnswers(answers, figures)),
        () => {},
      )
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }

  #write(frame: Buffer): void {
    if (this.#failure) return;
    try {
      writeAll(this.#file, frame);
    } catch (error) {
      this.#failure = new UserError(`recording to ${this.#path} stopped: ${hostReason(error)}`);
      // The end, where it is thrown, may be days away. A kernel that is gone by now says so itself.
      this.#client.complain(this.#failure.message).catch(() => {});
    }
  }
}

/** What VMs print and hold is nobody else's. */
function openNew(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    throw refused(path, error);
  }
}

function refused(path: string, error: unknown): UserError {
  return new UserError(`cannot record to ${path}: ${hostReason(error)}`);
}
