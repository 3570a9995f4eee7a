/** Options of the commands that run a fleet: recording it, and serving its figures. */

import type { KernelClient } from "../host/client.js";
import { parsePort } from "../host/uplink-plan.js";
import type { Arguments, OptionSpec } from "./arguments.js";
import type { Opened } from "./closing.js";

export const WATCHING_OPTIONS = {
  record: { value: "FILE", description: "record it all, for denali replay FILE" },
  metrics: { value: "PORT", description: "serve them to Prometheus on 127.0.0.1" },
} satisfies Record<string, OptionSpec>;

/** What runs beside the fleet. */
export interface Watching {
  /** Records now, where something is recorded and its own clock does not. */
  take(): Promise<void>;
}

/**
 * Starts what was asked for.
 * @param opened told what ends it; ending a recording rejects with what stopped it earlier
 * @param ownClock false where the caller says when to record, because the kernel's time is not the host's
 */
export async function startWatching(
  client: KernelClient,
  given: Arguments,
  opened: Opened,
  ownClock: boolean,
): Promise<Watching> {
  const path = given.value("record");
  const port = given.parsed("metrics", parsePort);
  // Loaded when they are asked for: a start without them is not held up.
  if (port !== undefined) {
    const server = await (await import("../host/metrics-server.js")).MetricsServer.open(client, port);
    opened(() => server.close());
  }
  if (path === undefined) return { take: async () => {} };
  const recorder = new (await import("../host/recorder.js")).Recorder(path, client);
  opened(() => recorder.stop());
  if (ownClock) recorder.start();
  else await recorder.take();
  return recorder;
}
