/** tshark as the judge of captures, where the host has it. */

import { spawnSync } from "node:child_process";

export const hasTshark = spawnSync("tshark", ["--version"]).status === 0;
if (!hasTshark) console.warn("tshark is not installed: captures are checked without an outside judge");

export interface Frame {
  readonly interface: string;
  readonly time: number;
  readonly length: number;
  readonly source: string;
  readonly direction: string;
}

/** What tshark makes of a file. @throws when it complains */
export function dissect(path: string): Frame[] {
  const fields = ["frame.interface_name", "frame.time_epoch", "frame.len", "eth.src", "frame.packet_flags_direction"];
  const { stdout, stderr, status } = spawnSync(
    "tshark",
    ["-r", path, "-T", "fields", ...fields.flatMap((field) => ["-e", field])],
    { encoding: "utf8" },
  );
  const complaints = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Running as user"));
  if (status !== 0 || complaints.length > 0) throw new Error(`tshark says ${stderr}`);
  return stdout
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [name, time, length, source, direction] = line.split("\t");
      return { interface: name, time: Number(time), length: Number(length), source, direction };
    });
}
