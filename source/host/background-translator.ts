/**
 * Translates images in a thread of its own, which is started when it is first needed and ends when it has had nothing to do.
 * The smallest goes first: a large one takes seconds, and is not worth less for having waited some milliseconds. Whatever becomes of
 * one image, the others have their turn: one that takes too long, or breaks the thread, is not translated.
 */

import { type ResourceLimits, Worker } from "node:worker_threads";
import {
  defective,
  type ReadyTranslation,
  TOO_LARGE,
  TOO_SLOW,
  type TranslationRequest,
  type TranslationService,
  type Untranslatable,
} from "../kernel/index.js";
import { TRANSLATION_PATIENCE, TRANSLATOR_IDLE } from "./params.js";
import { TRANSLATION_WORKER } from "./places.js";

interface Order {
  readonly request: TranslationRequest;
  resolve(made: ReadyTranslation | Untranslatable): void;
}

export class BackgroundTranslator implements TranslationService {
  #worker: Worker | undefined;
  /** Until the thread has had nothing to do for long, or has been at one image for too long. */
  #timer: NodeJS.Timeout | undefined;
  /** What the thread does. */
  #underWay: Order | undefined;
  #waiting: Order[] = [];
  #closed = false;
  readonly #limits: ResourceLimits;

  /** @param limits of its thread's memory; V8's own where they are left out */
  constructor(limits: ResourceLimits = {}) {
    this.#limits = limits;
  }

  translate(request: TranslationRequest): Promise<ReadyTranslation | Untranslatable> {
    return new Promise((resolve) => {
      if (this.#closed) return;
      this.#waiting.push({ request, resolve });
      if (!this.#underWay) this.#next();
    });
  }

  /** Ends the thread; what it had not done yet is never answered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#underWay = undefined;
    this.#waiting = [];
    await this.#end();
  }

  /** Has the smallest of the images that wait translated; ends the thread after a while when none does. */
  #next(): void {
    clearTimeout(this.#timer);
    const [smallest, ...others] = this.#waiting.sort((a, b) => a.request.file.length - b.request.file.length);
    this.#underWay = smallest;
    this.#waiting = others;
    if (smallest) {
      this.#worker ??= this.#start();
      this.#worker.postMessage(smallest.request);
      this.#timer = setTimeout(() => this.#giveUp(TOO_SLOW), TRANSLATION_PATIENCE);
    } else {
      this.#timer = setTimeout(() => void this.#end(), TRANSLATOR_IDLE);
    }
    this.#timer.unref();
  }

  /** Gives the image under way up, and the thread that it broke or keeps: the next has another. */
  #giveUp(why: Untranslatable): void {
    void this.#end();
    this.#answer(why);
  }

  #answer(made: ReadyTranslation | Untranslatable): void {
    this.#underWay?.resolve(made);
    if (!this.#closed) this.#next();
  }

  /** A program that is done does not wait for it. */
  #start(): Worker {
    const worker = new Worker(TRANSLATION_WORKER, { resourceLimits: this.#limits });
    worker.unref();
    // One that was ended may still have said something.
    worker.on("message", (made: ReadyTranslation | Untranslatable) => {
      if (worker === this.#worker) this.#answer(made);
    });
    worker.on("error", (error: NodeJS.ErrnoException) => {
      if (worker !== this.#worker) return;
      // Where all of an image is too large for this host, that is no defect.
      this.#giveUp(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? TOO_LARGE : defective(error));
    });
    return worker;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
