/**
 * A VM's console: the last {@link CONSOLE_SCROLLBACK} bytes it printed. Room is made as the VM prints, so that thousands of
 * VMs with a line each cost little more than their lines.
 */

import { CONSOLE_SCROLLBACK } from "../params.js";

/** Bytes of room made at the first write: a line. */
const FIRST_ROOM = 64;

/** Longest UTF-8 encoding of a character, in bytes. */
const UTF8_LONGEST = 4;

const NOTHING = new Uint8Array(0);
const decoder = new TextDecoder();

export class ConsoleRing {
  /** Byte `n` of everything printed is at `n % length`, once the room is full-size; before, at `n`. */
  #room: Uint8Array = NOTHING;
  /** What the room held, a character a byte, while it is packed: an array costs more than a line. */
  #packed: string | undefined;
  #total = 0;

  /** Bytes ever printed. */
  get total(): number {
    return this.#total;
  }

  /** Keeps what was printed in as little memory as it takes, until it is wanted. */
  pack(): void {
    if (this.#packed !== undefined || this.#total === 0) return;
    const used = Math.min(this.#total, this.#room.length);
    this.#packed = Buffer.from(this.#room.buffer, this.#room.byteOffset, used).toString("latin1");
    this.#room = NOTHING;
  }

  /** Appends bytes; they are copied. */
  write(bytes: Uint8Array): void {
    this.#unpack();
    if (this.#room.length < CONSOLE_SCROLLBACK) this.#makeRoom(this.#total + bytes.length);
    const skipped = Math.max(0, bytes.length - this.#room.length);
    this.#total += skipped;
    this.#append(skipped === 0 ? bytes : bytes.subarray(skipped));
  }

  /**
   * What was printed from a position on, as far as it is kept.
   * @param position of the first byte wanted, counted from the first ever printed
   * @returns a copy of the bytes, and the position of the first of them: later than asked for where some are gone
   */
  read(position: number): { position: number; bytes: Uint8Array } {
    this.#unpack();
    const oldest = Math.max(0, this.#total - this.#room.length);
    const from = Math.min(Math.max(Math.floor(position), oldest), this.#total);
    const bytes = new Uint8Array(this.#total - from);
    if (bytes.length === 0) return { position: from, bytes };
    const start = from % this.#room.length;
    const first = this.#room.subarray(start, Math.min(start + bytes.length, this.#room.length));
    bytes.set(first);
    bytes.set(this.#room.subarray(0, bytes.length - first.length), first.length);
    return { position: from, bytes };
  }

  /** The last characters printed, decoded as UTF-8; what is not UTF-8 reads as U+FFFD. @param characters code points, at most */
  tail(characters: number): string {
    const { position, bytes } = this.read(this.#total - characters * UTF8_LONGEST);
    // The cut may have gone through a character: what is left of it is no part of the tail.
    const start = position === 0 ? 0 : continuationBytes(bytes);
    const text = Array.from(decoder.decode(bytes.subarray(start)));
    return text.slice(Math.max(0, text.length - characters)).join("");
  }

  #unpack(): void {
    const packed = this.#packed;
    if (packed === undefined) return;
    this.#packed = undefined;
    this.#makeRoom(packed.length);
    for (let at = 0; at < packed.length; at++) this.#room[at] = packed.charCodeAt(at);
  }

  #append(bytes: Uint8Array): void {
    const start = this.#total % this.#room.length || 0;
    const first = Math.min(bytes.length, this.#room.length - start);
    this.#room.set(bytes.subarray(0, first), start);
    this.#room.set(bytes.subarray(first), 0);
    this.#total += bytes.length;
  }

  /** Doubles the room until it holds `needed` bytes or is full-size. Nothing has wrapped around before. */
  #makeRoom(needed: number): void {
    let length = Math.max(this.#room.length, FIRST_ROOM);
    while (length < needed && length < CONSOLE_SCROLLBACK) length *= 2;
    length = Math.min(length, CONSOLE_SCROLLBACK);
    if (length === this.#room.length) return;
    const room = new Uint8Array(length);
    room.set(this.#room);
    this.#room = room;
  }
}

/** Leading bytes that continue a UTF-8 character which began before, at most three. */
function continuationBytes(bytes: Uint8Array): number {
  let count = 0;
  while (count < UTF8_LONGEST - 1 && count < bytes.length && (bytes[count] & 0xc0) === 0x80) count++;
  return count;
}
