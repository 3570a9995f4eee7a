/**
 * A bounded first-in, first-out queue of frames, as the rings of a network interface are. It takes no room until it is
 * used and gives most of it back when it runs empty, so that thousands of silent interfaces cost nothing.
 */

/** Slots made at first, a power of two: enough for request and answer. */
const FIRST_SLOTS = 8;

export class FrameQueue {
  /** Length 0 or a power of two, so that places wrap by masking. */
  #slots: (Uint8Array | undefined)[] = [];
  #head = 0;
  #length = 0;

  /** @param capacity frames it holds at most */
  constructor(readonly capacity: number) {}

  /** Frames waiting. */
  get length(): number {
    return this.#length;
  }

  /** Appends a frame, not a copy. @returns false when the queue is full and the frame was not taken */
  push(frame: Uint8Array): boolean {
    if (this.#length >= this.capacity) return false;
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = frame;
    this.#length++;
    return true;
  }

  /** The oldest frame, left in the queue; undefined when there is none. */
  peek(): Uint8Array | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head];
  }

  /** Removes and returns the oldest frame; undefined when there is none. */
  shift(): Uint8Array | undefined {
    if (this.#length === 0) return undefined;
    const frame = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#slots.length > FIRST_SLOTS) this.#slots = [];
    return frame;
  }

  /** A frame by its place, from 0 for the oldest; it must be there. */
  at(index: number): Uint8Array {
    return this.#slots[this.#place(index)] as Uint8Array;
  }

  /** Takes a frame out by its place; those behind it move up. */
  remove(index: number): void {
    for (let next = index + 1; next < this.#length; next++)
      this.#slots[this.#place(next - 1)] = this.#slots[this.#place(next)];
    this.#length--;
    this.#slots[this.#place(this.#length)] = undefined;
  }

  #place(index: number): number {
    return (this.#head + index) & (this.#slots.length - 1);
  }

  #grow(): void {
    const length = Math.max(FIRST_SLOTS, this.#slots.length * 2);
    const slots = new Array<Uint8Array | undefined>(length).fill(undefined);
    for (let index = 0; index < this.#length; index++) {
      slots[index] = this.#slots[(this.#head + index) & (this.#slots.length - 1)];
    }
    this.#slots = slots;
    this.#head = 0;
  }
}
