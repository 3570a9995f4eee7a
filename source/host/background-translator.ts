/**
 * Translates images in a thread of its own, which is started when it is first needed and ends when it has had nothing to do.
 * The smallest goes first: a large one takes seconds, and is not worth less for having waited some milliseconds.
 */

import { type ResourceLimits, Worker } from "node:worker_threads";
import type { ReadyTranslation, TranslationRequest, TranslationService } from "../kernel/index.js";
import { TRANSLATOR_IDLE } from "./params.js";
import { TRANSLATION_WORKER } from "./places.js";

interface Order {
  readonly request: TranslationRequest;
  resolve(ready: ReadyTranslation | undefined): void;
  reject(error: unknown): void;
}

export class BackgroundTranslator implements TranslationService {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** What the thread does. */
  #underWay: Order | undefined;
  #waiting: Order[] = [];
  #closed = false;
  readonly #limits: ResourceLimits;

  /** @param limits of its thread's memory; V8's own where they are left out */
  constructor(limits: ResourceLimits = {}) {
    this.#limits = limits;
  }

  translate(request: TranslationRequest): Promise<ReadyTranslation | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return;
      this.#waiting.push({ request, resolve, reject });
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
    clearTimeout(this.#idle);
    const [smallest, ...others] = this.#waiting.sort((a, b) => a.request.file.length - b.request.file.length);
    this.#underWay = smallest;
    this.#waiting = others;
    if (smallest) {
      this.#worker ??= this.#start();
      this.#worker.postMessage(smallest.request);
    } else {
      this.#idle = setTimeout(() => void this.#end(), TRANSLATOR_IDLE);
      this.#idle.unref();
    }
  }

  /** A program that is done does not wait for it. */
  #start(): Worker {
    const worker = new Worker(TRANSLATION_WORKER, { resourceLimits: this.#limits });
    worker.unref();
    worker.on("message", (ready: ReadyTranslation | undefined) => {
      this.#underWay?.resolve(ready);
      if (!this.#closed) this.#next();
    });
    worker.on("error", (error: NodeJS.ErrnoException) => {
      this.#worker = undefined;
      // The image is too large for this host, which is no defect: its VMs are interpreted, and others have their turn.
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
        this.#underWay?.resolve(undefined);
        if (!this.#closed) this.#next();
        return;
      }
      for (const order of [this.#underWay, ...this.#waiting]) order?.reject(error);
      this.#underWay = undefined;
      this.#waiting = [];
    });
    return worker;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
