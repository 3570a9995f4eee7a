/**
 * Writes the traffic of the virtual Ethernets to a pcapng file, which tshark and Wireshark read. Each Ethernet is an
 * interface, by its name; in a capture of one VM the interface is the VM's, and frames have a direction.
 *
 * Frames are gathered and written beside the kernel's work. When the disk cannot follow they are dropped and counted, and a
 * file that has reached its limit takes no more. In virtual time, where the kernel runs on for long and a file has to be the same every time,
 * they are written at once.
 */

import { close, closeSync, openSync, write } from "node:fs";
import { type CapturedFrame, UserError } from "../kernel/index.js";
import type { CaptureSummary } from "./client.js";
import { CAPTURE_BACKLOG, CAPTURE_CHUNK, CAPTURE_DELAY, CAPTURE_LIMIT } from "./params.js";
import {
  Direction,
  interfaceDescription,
  interfaceStatistics,
  PACKET_OVERHEAD,
  packet,
  sectionHeader,
} from "./pcapng.js";
import { hostReason } from "./reasons.js";
import { writeAll } from "./write-all.js";

/** The VM whose traffic is wanted. */
export interface CapturedVm {
  readonly name: string;
  /** `02:44:4e:00:00:01` */
  readonly mac: string;
  readonly network: string;
}

export interface CaptureOptions {
  /** Whose traffic is wanted; everybody's when left out. */
  readonly vm?: CapturedVm | undefined;
  /** Whether frames are written at once. */
  readonly synchronous?: boolean;
  /** Told at once what stopped the capture, perhaps from within {@link Capture.add}. */
  readonly onStop?: (text: string) => void;
  /** Told when frames begin to be dropped, likewise; once. */
  readonly onLoss?: (text: string) => void;
  /** Bytes of the file. */
  readonly limit?: number;
}

export class Capture {
  readonly #path: string;
  readonly #file: number;
  readonly #vm: (CapturedVm & { readonly address: Buffer }) | undefined;
  readonly #synchronous: boolean;
  readonly #limit: number;
  readonly #onStop: (text: string) => void;
  readonly #onLoss: (text: string) => void;
  readonly #interfaces = new Map<string, { readonly number: number; frames: number; dropped: number }>();
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  /** Bytes that are gathered or being written, and bytes of the file when all of them are in it. */
  #waiting = 0;
  #size = 0;
  #lastTime = 0n;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: UserError | undefined;
  /** What was said when the file had reached its limit. */
  #ended: string | undefined;
  #loses = false;

  /**
   * Makes the file.
   * @throws UserError where it exists already or cannot be made
   */
  constructor(path: string, options: CaptureOptions = {}) {
    const { vm, synchronous = false, onStop = () => {}, onLoss = () => {}, limit = CAPTURE_LIMIT } = options;
    this.#path = path;
    this.#synchronous = synchronous;
    this.#limit = limit;
    this.#onStop = onStop;
    this.#onLoss = onLoss;
    this.#vm = vm && { ...vm, address: Buffer.from(vm.mac.replaceAll(":", ""), "hex") };
    try {
      this.#file = openSync(path, "wx", 0o600);
    } catch (error) {
      throw new UserError(`cannot capture to ${path}: ${hostReason(error)}; choose another file`);
    }
    this.#gather(sectionHeader("denali-vmm"));
    if (vm) this.#describe(vm.name);
    if (!synchronous) {
      this.#timer = setInterval(() => this.#flush(), CAPTURE_DELAY);
      this.#timer.unref();
    }
  }

  /** The kernel's sink. */
  readonly add = ({ time, epoch, network, bytes }: CapturedFrame): void => {
    const direction = this.#vm && directionFor(this.#vm, network, bytes);
    if (this.hasStopped || direction === "none") return;
    const source = this.#vm?.name ?? network;
    const described = this.#interfaces.get(source) ?? this.#describe(source);
    const size = bytes.length + PACKET_OVERHEAD;
    if (this.#size + size > this.#limit) {
      this.#end();
      return;
    }
    if (this.#waiting + size > CAPTURE_BACKLOG) {
      described.dropped++;
      this.#lose();
      return;
    }
    described.frames++;
    this.#lastTime = BigInt(Math.round(epoch * 1e6)) + BigInt(time);
    this.#gather(packet(described.number, this.#lastTime, bytes, direction));
    if (this.#gatheredBytes >= CAPTURE_CHUNK) this.#flush();
  };

  /** Whether it takes nothing any more: the host has stopped it, or the file is full. */
  get hasStopped(): boolean {
    return this.#failure !== undefined || this.#ended !== undefined;
  }

  /** Writes what is left and closes the file. @throws UserError with what stopped the capture */
  async stop(): Promise<CaptureSummary> {
    clearInterval(this.#timer);
    for (const { number, frames, dropped } of this.#interfaces.values()) {
      this.#gather(interfaceStatistics(number, this.#lastTime, frames + dropped, dropped));
    }
    await this.#writing;
    this.#flush();
    await this.#writing;
    await this.#close();
    if (this.#failure) throw this.#failure;
    const all = [...this.#interfaces.values()];
    const sum = (figure: "frames" | "dropped") => all.reduce((total, each) => total + each[figure], 0);
    const summary = { path: this.#path, frames: sum("frames"), dropped: sum("dropped") };
    return this.#ended === undefined ? summary : { ...summary, ended: this.#ended };
  }

  #describe(name: string) {
    const described = { number: this.#interfaces.size, frames: 0, dropped: 0 };
    this.#interfaces.set(name, described);
    this.#gather(interfaceDescription(name));
    return described;
  }

  #gather(block: Buffer): void {
    this.#gathered.push(block);
    this.#gatheredBytes += block.length;
    this.#waiting += block.length;
    this.#size += block.length;
  }

  /** Hands what was gathered to the host, one write at a time. */
  #flush(): void {
    if (this.#gatheredBytes === 0 || this.#writing || this.#failure) return;
    const bytes = Buffer.concat(this.#gathered, this.#gatheredBytes);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    if (this.#synchronous) this.#writeNow(bytes);
    else this.#writing = this.#write(bytes);
  }

  #writeNow(bytes: Buffer): void {
    try {
      writeAll(this.#file, bytes);
    } catch (error) {
      this.#fail(error);
    }
    this.#waiting -= bytes.length;
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; ) at += await writeOnce(this.#file, bytes, at);
    } catch (error) {
      this.#fail(error);
    }
    this.#waiting -= bytes.length;
    this.#writing = undefined;
    // What was gathered meanwhile may fill a write by now.
    if (this.#gatheredBytes >= CAPTURE_CHUNK) this.#flush();
  }

  /** What is in the file stays good. */
  #end(): void {
    const size = `${Math.round(this.#limit / 2 ** 20)} MiB`;
    this.#ended = `capturing to ${this.#path} has ended at its limit of ${size}; capture what follows in another file`;
    this.#onStop(this.#ended);
  }

  #lose(): void {
    if (this.#loses) return;
    this.#loses = true;
    this.#onLoss(
      `the disk is too slow to capture all frames in ${this.#path}; some are left out, and counted at its end`,
    );
  }

  #fail(error: unknown): void {
    this.#failure = new UserError(`capturing to ${this.#path} stopped: ${hostReason(error)}`);
    this.#onStop(this.#failure.message);
    this.#gathered = [];
    this.#waiting -= this.#gatheredBytes;
    this.#gatheredBytes = 0;
  }

  async #close(): Promise<void> {
    if (this.#synchronous) closeSync(this.#file);
    else await new Promise<void>((resolve) => close(this.#file, () => resolve()));
  }
}

/** Which way a frame passes the VM's interface; undefined stands for no VM. */
function directionFor(vm: CapturedVm & { address: Buffer }, network: string, frame: Uint8Array): Direction | "none" {
  if (network !== vm.network) return "none";
  if (vm.address.compare(frame, 6, 12) === 0) return Direction.OUTBOUND;
  const forGroup = (frame[0] & 1) !== 0;
  return forGroup || vm.address.compare(frame, 0, 6) === 0 ? Direction.INBOUND : "none";
}

function writeOnce(file: number, bytes: Buffer, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(file, bytes, at, bytes.length - at, null, (error, written) => (error ? reject(error) : resolve(written)));
  });
}
