/**
 * The swap file: a page with magic "DNLISWAP", version and block size, little-endian, then blocks. Which block is whose is
 * known to the running kernel alone, without which the file is worth nothing; so are the checksums.
 */

/** Bytes of the file's header. */
export const HEADER_SIZE = 4096;

const VERSION = 2;
const MAGIC = Buffer.from("DNLISWAP");

/** The file's first page. */
export function fileHeader(blockSize: number): Uint8Array {
  const header = Buffer.alloc(HEADER_SIZE);
  MAGIC.copy(header);
  header.writeUInt32LE(VERSION, 8);
  header.writeUInt32LE(blockSize, 12);
  return header;
}

/** True when a file that begins so is a swap file. */
export function isSwapHeader(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}
