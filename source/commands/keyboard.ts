/**
 * Standard input as a VM's keyboard. What the VM's queue has no room for waits here, and standard input with it. At its
 * end Ctrl-D is typed, as a person at a terminal would: twice behind a line that was not ended, which the first only sends.
 */

import { setTimeout } from "node:timers/promises";
import { KEYBOARD_RETRY } from "../host/params.js";

const END_OF_TRANSMISSION = 0x04;
const INTERRUPT_KEY = 0x03;
const LINE_FEED = 0x0a;

/** Bytes waiting beyond which standard input is not read on. */
const ENOUGH = 64 * 1024;

export class Keyboard {
  readonly #input = process.stdin;
  readonly #whole: boolean;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #closed = false;
  #lineOpen = false;
  #onInput: (() => void) | undefined;
  /** Resolves when standard input has ended; all of it is waiting then. */
  readonly ended: Promise<void>;

  /**
   * @param raw hand over each key as it is pressed, not line by line; of a terminal
   * @param whole read on to the end, however much is waiting: nothing is typed before
   */
  constructor({ raw = false, whole = false }: { raw?: boolean; whole?: boolean }) {
    this.#whole = whole;
    if (raw) this.#input.setRawMode(true);
    this.#input.on("data", (bytes: Uint8Array) => this.#receive(bytes, raw));
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#enqueue(new Uint8Array(this.#lineOpen ? 2 : 1).fill(END_OF_TRANSMISSION));
        resolve();
      };
      this.#input.once("end", end);
      this.#input.once("error", end); // A closed or unreadable standard input is one without keys.
    });
  }

  /** Types whatever comes, until it is closed. */
  async feed(type: (bytes: Uint8Array) => Promise<number>): Promise<void> {
    while (!this.#closed) {
      await this.pump(type);
      if (this.#waiting.length > 0) await setTimeout(KEYBOARD_RETRY);
      else await new Promise<void>((resolve) => (this.#onInput = resolve));
    }
  }

  /** Types what is waiting, as far as the VM takes it. @returns how many bytes it took */
  async pump(type: (bytes: Uint8Array) => Promise<number>): Promise<number> {
    let typed = 0;
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const taken = await type(first);
      typed += taken;
      this.#waitingBytes -= taken;
      if (taken < first.length) {
        this.#waiting[0] = first.subarray(taken);
        break;
      }
      this.#waiting.shift();
    }
    if (this.#waitingBytes < ENOUGH && this.#input.isPaused()) this.#input.resume();
    return typed;
  }

  /** Whether there is something that the VM has not taken. */
  get holdsSome(): boolean {
    return this.#waiting.length > 0;
  }

  close(): void {
    this.#closed = true;
    this.#onInput?.();
    if (this.#input.isTTY) this.#input.setRawMode(false);
    this.#input.removeAllListeners("data");
    this.#input.destroy();
  }

  #receive(bytes: Uint8Array, raw: boolean): void {
    // In raw mode the terminal no longer makes a signal of Ctrl-C; without it nobody could leave.
    if (raw && bytes.includes(INTERRUPT_KEY)) process.kill(process.pid, "SIGINT");
    this.#lineOpen = bytes.at(-1) !== LINE_FEED;
    this.#enqueue(bytes);
  }

  #enqueue(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#onInput?.();
    if (this.#waitingBytes >= ENOUGH && !this.#whole) this.#input.pause();
  }
}
