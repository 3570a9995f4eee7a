/**
 * The translator's thread: answers each request, in order, with a translation or with why there is none.
 */

import { parentPort } from "node:worker_threads";
import { type TranslationRequest, translateFile } from "../kernel/index.js";
import { TRANSLATOR_NICENESS } from "./params.js";
import { yieldThread } from "./priority.js";

const port = parentPort;
if (!port) throw new Error("translation-worker.js is a worker thread's entry; start denali instead");

const NANOSECONDS_PER_MILLISECOND = 1e6;

// Guests go on meanwhile, interpreted.
yieldThread(TRANSLATOR_NICENESS);

port.on("message", (request: TranslationRequest) => {
  port.postMessage(translateFile(request, () => performance.now() * NANOSECONDS_PER_MILLISECOND));
});
