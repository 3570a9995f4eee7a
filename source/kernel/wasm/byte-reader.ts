/** Reads what a {@link ByteWriter} wrote: WebAssembly's encodings of numbers (core specification 2.0, section 5.2). */

export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#position;
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** @throws RangeError at the end */
  byte(): number {
    if (this.atEnd) throw new RangeError(`the code ends at byte ${this.#position}, within a number`);
    return this.#bytes[this.#position++];
  }

  /** @returns a view of so many bytes */
  bytes(count: number): Uint8Array {
    this.#position += count;
    return this.#bytes.subarray(this.#position - count, this.#position);
  }

  /** Unsigned LEB128 of 32 bits. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** Signed LEB128 of 32 bits. */
  signed(): number {
    return Number(BigInt.asIntN(32, this.signed64()));
  }

  /** Signed LEB128 of 64 bits. */
  signed64(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (byte & 0x40) === 0 ? value : value - (1n << (shift + 7n)));
    }
  }
}
