/** A growing array of bytes with WebAssembly's encodings of numbers and names (core specification 2.0, section 5.2). */

/** Bytes taken for the first write: most functions have more, and a writer that is never used takes none. */
const FIRST_SIZE = 512;
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const scratch = new DataView(new ArrayBuffer(8));

export class ByteWriter {
  #bytes: Uint8Array = NOTHING;
  #length = 0;

  /** @param capacity bytes that are going to be written, as far as is known */
  constructor(capacity = 0) {
    if (capacity > 0) this.#bytes = allocate(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written so far; a view that is valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    const at = this.#length;
    if (at === this.#bytes.length) this.#grow(1);
    this.#bytes[at] = value;
    this.#length = at + 1;
  }

  bytes(values: Uint8Array): void {
    if (this.#length + values.length > this.#bytes.length) this.#grow(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** A byte, and behind it a number in unsigned LEB128: most of code is pairs of these. */
  pair(first: number, value: number): void {
    const bytes = this.#bytes;
    const at = this.#length;
    if (value >>> 0 >= 0x80 || at + 2 > bytes.length) {
      this.byte(first);
      this.unsigned(value);
      return;
    }
    bytes[at] = first;
    bytes[at + 1] = value;
    this.#length = at + 2;
  }

  /** Unsigned LEB128. @param value 0 to 2^32 - 1 */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Signed LEB128 of a 32-bit number; one above 2^31 is taken as its negative twin. */
  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const last = rest === ((low & 0x40) === 0 ? 0 : -1);
      this.byte(last ? low : low | 0x80);
      if (last) return;
    }
  }

  /** Signed LEB128 of a 64-bit number. */
  signed64(value: bigint): void {
    // Most are small, and then no other bigints need to be made.
    if (value >= 0n && value < 0x40n) {
      this.byte(Number(value));
      return;
    }
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const last = rest === ((low & 0x40) === 0 ? 0n : -1n);
      this.byte(last ? low : low | 0x80);
      if (last) return;
    }
  }

  /** IEEE 754 double, little-endian. */
  double(value: number): void {
    scratch.setFloat64(0, value, true);
    this.bytes(new Uint8Array(scratch.buffer));
  }

  /** A name: its UTF-8 bytes behind their count. */
  name(text: string): void {
    const encoded = encoder.encode(text);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }

  /** Another writer's bytes behind their count. */
  sized(content: ByteWriter): void {
    this.unsigned(content.length);
    this.bytes(content.written);
  }

  #grow(needed: number): void {
    const larger = allocate(Math.max(FIRST_SIZE, this.#bytes.length * 2, this.#length + needed));
    larger.set(this.written);
    this.#bytes = larger;
  }
}

/** Memory that small writers' bytes are cut from: most functions are small, and an array buffer for each is dear. */
const POOL_SIZE = 256 * 1024;
/** A whole module is never: it may be handed to another thread, which takes the array buffer with it. */
const LARGEST_POOLED = 8 * 1024;
let pool = new ArrayBuffer(0);
let taken = 0;

function allocate(size: number): Uint8Array {
  // Not cleared: clearing took a twentieth of the time to encode a module.
  // And no Buffer: V8 takes accesses to those and to other byte arrays at one place for two kinds.
  if (size > LARGEST_POOLED) return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
  if (taken + size > pool.byteLength) {
    pool = new ArrayBuffer(POOL_SIZE);
    taken = 0;
  }
  const bytes = new Uint8Array(pool, taken, size);
  taken += size;
  return bytes;
}

/** Bytes of a number in unsigned LEB128. */
export function sizeOfUnsigned(value: number): number {
  return Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7));
}
