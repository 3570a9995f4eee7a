/**
 * What the way to another thread and back takes, with nothing to do there: `node round-trip.mjs` prints medians in nanoseconds
 * as JSON, `waiting` where both threads wait for each other in shared memory, `called` where this one is called through its
 * event loop, as an idle kernel is.
 */

import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const TRIPS = 5_000;
const [FREE, BUSY] = [0, 1];

function serve(words) {
  for (;;) {
    Atomics.wait(words, 0, FREE);
    Atomics.store(words, 0, FREE);
    Atomics.notify(words, 0);
    if (words[1] !== 0) parentPort.postMessage(undefined);
  }
}

function send(words) {
  Atomics.store(words, 0, BUSY);
  Atomics.notify(words, 0);
}

async function median(trip) {
  const times = [];
  for (let count = 0; count < TRIPS; count++) {
    const started = performance.now();
    await trip();
    times.push((performance.now() - started) * 1e6);
  }
  return times.sort((a, b) => a - b)[TRIPS >> 1];
}

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: words });
  await once(worker, "online");
  const waiting = await median(() => {
    send(words);
    Atomics.wait(words, 0, BUSY);
  });
  words[1] = 1;
  const called = await median(async () => {
    const back = once(worker, "message");
    send(words);
    await back;
  });
  process.stdout.write(JSON.stringify({ waiting, called }));
  await worker.terminate();
} else {
  serve(workerData);
}
