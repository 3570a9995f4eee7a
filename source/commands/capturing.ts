/** The option of the commands that host a kernel: writing the virtual Ethernets' traffic to a file. */

import { rmSync } from "node:fs";
import type { BootingKernel } from "../host/client.js";
import type { Arguments, OptionSpec } from "./arguments.js";
import type { Opened } from "./closing.js";

export const CAPTURE_OPTIONS = {
  pcap: { value: "FILE", description: "write the traffic, for tshark" },
} satisfies Record<string, OptionSpec>;

/**
 * Starts VMs with the capture that was asked for, so that it has their first frames. Where that is refused, no file is left.
 * @param opened told what ends the capture: it rejects with what stopped it earlier, and says on standard error where frames
 * are missing
 */
export async function startCapturing<Started>(
  client: BootingKernel,
  given: Arguments,
  opened: Opened,
  start: () => Promise<Started>,
): Promise<Started> {
  const file = given.value("pcap");
  if (file === undefined) return start();
  await client.startCapture(file);
  try {
    const started = await start();
    opened(() => stopCapturing(client));
    return started;
  } catch (error) {
    await client.stopCapture().catch(() => {});
    rmSync(file, { force: true });
    throw error;
  }
}

async function stopCapturing(client: BootingKernel): Promise<void> {
  const summary = await client.stopCapture();
  if (!summary || summary.dropped === 0) return;
  process.stderr.write(`denali: ${summary.path} lacks ${summary.dropped} frames that could not be written\n`);
}
