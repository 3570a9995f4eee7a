/**
 * The kernel's side of the register page (guest-physical page 0). What a guest may write there is read back as untrusted
 * numbers: a guest that spoils its own page harms itself alone.
 */

import { ABI_VERSION, ARGUMENTS_SIZE, MAGIC, MAXIMUM_DISKS, NAME_SIZE, VirtualRegister as Register } from "../abi.js";
import { UserError } from "../errors.js";
import { CPU_SPEED_FALL, VIRTUAL_CPU_SPEED } from "../params.js";

/** What the page says about a VM, fixed at its creation. */
export interface RegisterPageContents {
  readonly id: number;
  readonly name: string;
  readonly memorySize: number;
  readonly macAddress: Uint8Array;
  readonly arguments: readonly string[];
  readonly disks: readonly { readonly blocks: number; readonly readOnly: boolean }[];
}

const TWO_TO_32 = 4294967296;

/** As many instructions as one a nanosecond makes. */
const THOUSANDS_A_SECOND = 1e6;

/** Refuses arguments that do not fit the page; call it before a VM is created. */
export function checkArguments(args: readonly string[]): void {
  const size = args.reduce((sum, argument) => sum + Buffer.byteLength(argument) + 1, 0);
  if (size > ARGUMENTS_SIZE)
    throw new UserError(`the arguments take ${size} bytes; a VM has room for ${ARGUMENTS_SIZE}`);
  if (args.some((argument) => argument.includes("\0"))) throw new UserError("an argument contains a NUL character");
}

/** Fills the page of a VM that has not run. */
export function writeRegisterPage(view: DataView, contents: RegisterPageContents): void {
  const page = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  view.setUint32(Register.MAGIC, MAGIC, true);
  view.setUint32(Register.ABI_VERSION, ABI_VERSION, true);
  view.setUint32(Register.VM_ID, contents.id, true);
  view.setUint32(Register.MEMORY_SIZE, contents.memorySize, true);
  view.setUint32(Register.CPU_SPEED, VIRTUAL_CPU_SPEED, true);
  page.set(contents.macAddress, Register.MAC_ADDRESS);
  view.setUint32(Register.INTERRUPTS_ENABLED, 1, true);
  writeDisks(view, contents.disks);
  page.write(contents.name, Register.NAME, NAME_SIZE - 1, "utf8");
  view.setUint32(Register.ARGUMENT_COUNT, contents.arguments.length, true);
  page.write(
    contents.arguments.map((argument) => `${argument}\0`).join(""),
    Register.ARGUMENTS,
    ARGUMENTS_SIZE,
    "utf8",
  );
}

/**
 * Tells a VM how fast it computes, after `retired` instructions took `time` nanoseconds: more at once, less bit by bit, since a
 * stretch in which the host was busy says nothing of its CPU. Only where real time passes: in virtual time the speed is the one
 * that the VM was told at boot.
 */
export function writeSpeed(view: DataView, retired: number, time: number): void {
  if (time <= 0) return;
  const shown = view.getUint32(Register.CPU_SPEED, true);
  const measured = Math.round((retired / time) * THOUSANDS_A_SECOND);
  const next = measured >= shown ? measured : shown + Math.ceil((measured - shown) / CPU_SPEED_FALL);
  view.setUint32(Register.CPU_SPEED, Math.max(1, next), true);
}

function writeDisks(view: DataView, disks: RegisterPageContents["disks"]): void {
  view.setUint32(Register.DISK_COUNT, Math.min(disks.length, MAXIMUM_DISKS), true);
  let readOnly = 0;
  disks.forEach((disk, index) => {
    view.setUint32(Register.DISK_BLOCKS + 4 * index, disk.blocks, true);
    if (disk.readOnly) readOnly |= 1 << index;
  });
  view.setUint32(Register.DISK_READ_ONLY, readOnly, true);
}

/** Writes a VM's two clocks; made once for a kernel, since the wall clock's start never changes. */
export class ClockRegisters {
  readonly #epochLow: number;
  readonly #epochHigh: number;

  /** @param epoch milliseconds since 1970 at which the kernel's time was 0 */
  constructor(epoch: number) {
    // Nanoseconds since 1970 take 61 bits, more than a double holds: they are kept and added in two halves.
    const nanoseconds = BigInt(Math.round(epoch * 1000)) * 1000n;
    this.#epochLow = Number(nanoseconds & 0xffffffffn);
    this.#epochHigh = Number(nanoseconds >> 32n);
  }

  /** @param now kernel time in nanoseconds */
  write(view: DataView, now: number): void {
    const high = Math.floor(now / TWO_TO_32);
    const low = now - high * TWO_TO_32;
    view.setUint32(Register.SYSTEM_TIME, low, true);
    view.setUint32(Register.SYSTEM_TIME + 4, high, true);
    const sum = low + this.#epochLow;
    view.setUint32(Register.WALL_CLOCK, sum, true);
    view.setUint32(Register.WALL_CLOCK + 4, high + this.#epochHigh + (sum >= TWO_TO_32 ? 1 : 0), true);
  }
}

/** A u64 from two register halves; exact below 2^53, and beyond it close enough to mean "never". */
export function wide(low: number, high: number): number {
  return (high >>> 0) * TWO_TO_32 + (low >>> 0);
}
