/**
 * A translation as bytes, to be kept. Numbers are little-endian and 32 bits wide.
 *
 * ```
 * 0 longest path   4 number of entries   8 number of accesses   12 number of entries that need XMM registers
 * 16 whether it is partial, 1 or 0
 * 20 entries, ascending   ... those that need XMM registers, ascending   ... offsets of accesses, ascending
 * ... guest addresses of accesses   ... the module
 * ```
 */

import { endianness } from "node:os";
import type { Translation } from "./translation.js";

const HEADER_WORDS = 5;
const WORD = 4;
const BIG_ENDIAN = endianness() === "BE";

export function encodeTranslation(translation: Translation): Uint8Array {
  const { bytes, entries, vectorEntries, longestPath, isPartial, accesses } = translation;
  const words = HEADER_WORDS + entries.size + vectorEntries.size + 2 * accesses.offsets.length;
  const encoded = new Uint8Array(words * WORD + bytes.length);
  const view = new DataView(encoded.buffer);
  let at = 0;
  const write = (value: number): void => {
    view.setUint32(at, value, true);
    at += WORD;
  };
  const sizes = [entries.size, accesses.offsets.length, vectorEntries.size];
  for (const value of [longestPath, ...sizes, Number(isPartial)]) write(value);
  for (const set of [entries, vectorEntries]) for (const entry of [...set].sort((a, b) => a - b)) write(entry);
  for (const numbers of [accesses.offsets, accesses.addresses]) for (const value of numbers) write(value);
  encoded.set(bytes, at);
  return encoded;
}

/** The translation that {@link encodeTranslation} was given; undefined when these bytes are not whole. */
export function decodeTranslation(encoded: Uint8Array): Translation | undefined {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  if (encoded.length < HEADER_WORDS * WORD) return undefined;
  const word = (index: number): number => view.getUint32(index * WORD, true);
  const [longestPath, entryCount, accessCount, vectorCount] = [word(0), word(1), word(2), word(3)];
  const firstVector = HEADER_WORDS + entryCount;
  const firstAccess = firstVector + vectorCount;
  const end = (firstAccess + 2 * accessCount) * WORD;
  if (end > encoded.length) return undefined;
  const addresses = (from: number, to: number): Set<number> => {
    const set = new Set<number>();
    for (let index = from; index < to; index++) set.add(word(index));
    return set;
  };
  const numbers = (from: number): Uint32Array => {
    const { buffer } = new Uint8Array(encoded.subarray(from * WORD, (from + accessCount) * WORD));
    if (BIG_ENDIAN) Buffer.from(buffer).swap32();
    return new Uint32Array(buffer);
  };
  return {
    bytes: encoded.subarray(end),
    entries: addresses(HEADER_WORDS, firstVector),
    vectorEntries: addresses(firstVector, firstAccess),
    longestPath,
    isPartial: word(4) === 1,
    accesses: { offsets: numbers(firstAccess), addresses: numbers(firstAccess + accessCount) },
  };
}
