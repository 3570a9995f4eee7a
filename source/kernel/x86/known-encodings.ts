/**
 * Instructions decoded before, by their bytes. No instruction's encoding is the beginning of another's (Intel SDM vol. 2,
 * chapter 2), so equal bytes are the same instruction wherever they stand; four in five of a compiled program's are
 * repetitions, and copying what is known takes a fraction of the time of decoding.
 */

import type { Operation } from "./operation.js";

/** Bytes of the longest encoding that is kept: longer ones are rare. */
const LONGEST = 8;
/** Encodings kept at a time, a power of two; of two that fall on the same place, the later is. */
const PLACES = 16_384;
/** Lengths that instructions with the same first two bytes may have. */
const PREFIXES = 65_536;

/** The part of a word that so many bytes of it are, as a mask. */
const MASKS = Int32Array.of(0, 0xff, 0xffff, 0xff_ffff, -1);
const WORD = 4;

interface Known {
  /** The encoding's bytes, little-endian, and how many. */
  readonly low: number;
  readonly high: number;
  readonly length: number;
  /** The first operation decoded from it, unlinked. */
  readonly operation: Operation;
}

class KnownEncodings {
  readonly #known = new Array<Known | undefined>(PLACES).fill(undefined);
  /** By the first two bytes, a bit a length. */
  readonly #lengths = new Uint8Array(PREFIXES);

  /** Fills an operation whose encoding is known; false where it is not. */
  find(op: Operation, text: Uint8Array, offset: number): boolean {
    if (offset + LONGEST > text.length) return false;
    const low = wordAt(text, offset);
    const lengths = this.#lengths[low & 0xffff];
    for (let length = 1; lengths >> (length - 1) !== 0; length++) {
      if ((lengths & (1 << (length - 1))) === 0) continue;
      const ownLow = length < WORD ? low & MASKS[length] : low;
      const ownHigh = length > WORD ? wordAt(text, offset + WORD) & MASKS[length - WORD] : 0;
      const known = this.#known[placeOf(ownLow, ownHigh, length)];
      if (known === undefined || known.low !== ownLow || known.high !== ownHigh || known.length !== length) continue;
      copy(known.operation, op);
      op.like = known.operation;
      return true;
    }
    return false;
  }

  /** Keeps what was decoded at a place of the text. @param operation no one else's, of which nothing but facts changes */
  keep(operation: Operation, text: Uint8Array, offset: number): void {
    const { length } = operation;
    if (length > LONGEST || offset + LONGEST > text.length) return;
    const word = wordAt(text, offset);
    const low = length < WORD ? word & MASKS[length] : word;
    const high = length > WORD ? wordAt(text, offset + WORD) & MASKS[length - WORD] : 0;
    this.#lengths[word & 0xffff] |= 1 << (length - 1);
    this.#known[placeOf(low, high, length)] = { low, high, length, operation };
  }
}

export const knownEncodings = new KnownEncodings();

function wordAt(text: Uint8Array, offset: number): number {
  return text[offset] | (text[offset + 1] << 8) | (text[offset + 2] << 16) | (text[offset + 3] << 24);
}

/** Multiplicative hashing (Knuth, vol. 3, section 6.4). */
function placeOf(low: number, high: number, length: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b) ^ length, 0x9e37_79b1);
  return (mixed >>> 16) & (PLACES - 1);
}

/** Everything that decoding says of an operation; where a branch goes is a distance from where it stands. */
export function copy(from: Operation, to: Operation): void {
  const { entry } = from;
  to.length = from.length;
  to.entry = entry;
  to.size = from.size;
  to.sourceSize = from.sourceSize;
  to.extend = from.extend;
  to.memory = from.memory;
  to.base = from.base;
  to.index = from.index;
  to.scale = from.scale;
  to.displacement = from.displacement;
  to.destination = from.destination;
  to.destinationShift = from.destinationShift;
  to.keep = from.keep;
  to.source = from.source;
  to.sourceShift = from.sourceShift;
  to.immediate = entry?.forms[0] === "rel" ? (from.immediate - from.address + to.address) | 0 : from.immediate;
  to.third = from.third;
  to.condition = from.condition;
  to.repeat = from.repeat;
  to.illegal = from.illegal;
}
