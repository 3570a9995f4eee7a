/** Translates images in a thread of its own, which is started when it is first needed and ends when it has had nothing to do. */

import { Worker } from "node:worker_threads";
import type { ReadyTranslation, TranslationRequest, TranslationService } from "../kernel/index.js";
import { TRANSLATOR_IDLE } from "./params.js";
import { TRANSLATION_WORKER } from "./places.js";

interface Waiting {
  resolve(ready: ReadyTranslation | undefined): void;
  reject(error: unknown): void;
}

export class BackgroundTranslator implements TranslationService {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** Who waits for the thread's answers, which come in order. */
  #waiting: Waiting[] = [];
  #closed = false;

  translate(request: TranslationRequest): Promise<ReadyTranslation | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return;
      clearTimeout(this.#idle);
      this.#worker ??= this.#start();
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  /** Ends the thread; what it had not done yet is never answered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting = [];
    await this.#end();
  }

  /** A program that is done does not wait for it. */
  #start(): Worker {
    const worker = new Worker(TRANSLATION_WORKER);
    worker.unref();
    worker.on("message", (ready: ReadyTranslation | undefined) => {
      this.#waiting.shift()?.resolve(ready);
      if (this.#waiting.length > 0) return;
      this.#idle = setTimeout(() => void this.#end(), TRANSLATOR_IDLE);
      this.#idle.unref();
    });
    worker.on("error", (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
      this.#worker = undefined;
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
