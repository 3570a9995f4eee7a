/** A port of the loopback interface for a test. */

import { createServer } from "node:net";

/** Below those that a host gives to whoever asks for any, so that no connection gets one between now and its use. */
const FIRST = 20_000;
const COUNT = 12_000;

let next = Math.floor(Math.random() * COUNT);

/** A port that was free a moment ago, another each time. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried++) {
    const port = FIRST + (next++ % COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + COUNT - 1} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
