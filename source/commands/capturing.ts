/** The option of the commands that host a kernel: writing the virtual Ethernets' traffic to a file. */

import { rmSync } from "node:fs";
import type { BootingKernel } from "../host/client.js";
import type { Arguments, OptionSpec } from "./arguments.js";

export const CAPTURE_OPTIONS = {
  pcap: { value: "FILE", description: "write the traffic, for tshark; 1 GiB at most" },
} satisfies Record<string, OptionSpec>;

/** A capture that was asked for; where none was, nothing. */
export interface Capturing {
  /** Ends it: rejects with what stopped it earlier, and says on standard error where it ended before or frames are missing. */
  stop(): Promise<void>;
  /** Does what else a start is; where that is refused, the capture's file goes with it. */
  unlessRefused<Started>(start: () => Promise<Started>): Promise<Started>;
}

export const NO_CAPTURE: Capturing = { stop: async () => {}, unlessRefused: (start) => start() };

/**
 * Starts the capture that was asked for; before VMs are started, so that it has their first frames.
 * @param haveTold whether something was said already, by whoever tells the kernel's notices
 */
export async function startCapturing(
  client: BootingKernel,
  given: Arguments,
  haveTold: (text: string) => boolean = () => false,
): Promise<Capturing> {
  const file = given.value("pcap");
  if (file === undefined) return NO_CAPTURE;
  await client.startCapture(file);
  return {
    stop: async () => {
      const summary = await client.stopCapture();
      if (!summary) return;
      const { path, dropped, ended } = summary;
      if (ended !== undefined && !haveTold(ended)) process.stderr.write(`denali: ${ended}\n`);
      if (dropped > 0) process.stderr.write(`denali: ${path} lacks ${dropped} frames that could not be written\n`);
    },
    unlessRefused: async (start) => {
      try {
        return await start();
      } catch (error) {
        await client.stopCapture().catch(() => {});
        rmSync(file, { force: true });
        throw error;
      }
    },
  };
}
