/** What a VM was given, as rows of a table: network interface, disks, arguments. */

import { DISK_BLOCK_SIZE, type VmInspection } from "../../kernel/index.js";
import { cut } from "./span.js";
import { bytes } from "./units.js";

export type DeviceRow = { device: string; what: string; detail: string };

/** Cells of the columns, so that the table fits beside the code: an Ethernet address, and a short word. */
const WHAT = 17;
const DETAIL = 6;
const SIZE = 6;

export function deviceRows({ macAddress, network, disks, arguments: words }: VmInspection): DeviceRow[] {
  return [
    { device: "nic", what: macAddress, detail: cut(network || "none", DETAIL) },
    ...disks.map(({ name, blocks, readOnly }, index) => ({
      device: `disk ${index}`,
      what: `${cut(name, WHAT - SIZE)} ${bytes(blocks * DISK_BLOCK_SIZE)}`,
      detail: readOnly ? "ro" : "rw",
    })),
    ...(words.length > 0 ? [{ device: "args", what: cut(words.join(" "), WHAT), detail: String(words.length) }] : []),
  ];
}
