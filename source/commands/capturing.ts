/** The option of the commands that host a kernel: writing the virtual Ethernets' traffic to a file. */

import type { BootingKernel } from "../host/client.js";
import type { Arguments, OptionSpec } from "./arguments.js";

export const CAPTURE_OPTIONS = {
  pcap: { value: "FILE", description: "write the traffic, for tshark" },
} satisfies Record<string, OptionSpec>;

/**
 * Starts the capture that was asked for; before VMs are started, so that it has their first frames.
 * @returns what ends it: rejects with what stopped it earlier, and says on standard error where frames are missing
 */
export async function startCapturing(client: BootingKernel, given: Arguments): Promise<() => Promise<void>> {
  const file = given.value("pcap");
  if (file === undefined) return async () => {};
  await client.startCapture(file);
  return async () => {
    const { path, dropped } = await client.stopCapture();
    if (dropped > 0) process.stderr.write(`denali: ${path} lacks ${dropped} frames that could not be written\n`);
  };
}
