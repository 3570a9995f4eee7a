/**
 * The file of a virtual disk: one header block, then the disk's blocks. Numbers in the header are little-endian and 32 bits
 * wide.
 *
 * ```
 * 0 magic "DNLIDISK"   8 version   12 bytes in a block   16 number of blocks   (zeros)   4092 CRC-32 of all before
 * ```
 */

import { crc32 } from "node:zlib";
import { DISK_BLOCK_SIZE } from "../abi.js";
import { MAXIMUM_DISK_BLOCKS } from "../params.js";

const VERSION = 1;
const MAGIC = Buffer.from("DNLIDISK");
const Field = { VERSION: 8, BLOCK_SIZE: 12, BLOCKS: 16, CHECKSUM: DISK_BLOCK_SIZE - 4 } as const;

/** Bytes of the header. */
export const DISK_HEADER_SIZE = DISK_BLOCK_SIZE;

/** Bytes of the file of a disk with so many blocks. */
export function diskFileSize(blocks: number): number {
  return DISK_HEADER_SIZE + blocks * DISK_BLOCK_SIZE;
}

/** Place of a block in the file. */
export function blockPosition(block: number): number {
  return DISK_HEADER_SIZE + block * DISK_BLOCK_SIZE;
}

export function encodeDiskHeader(blocks: number): Buffer {
  const header = Buffer.alloc(DISK_HEADER_SIZE);
  MAGIC.copy(header);
  header.writeUInt32LE(VERSION, Field.VERSION);
  header.writeUInt32LE(DISK_BLOCK_SIZE, Field.BLOCK_SIZE);
  header.writeUInt32LE(blocks, Field.BLOCKS);
  header.writeUInt32LE(crc32(header.subarray(0, Field.CHECKSUM)), Field.CHECKSUM);
  return header;
}

/**
 * Reads a header. @param header as many bytes as the file has, up to {@link DISK_HEADER_SIZE} @param fileSize in bytes
 * @returns the number of blocks, or a phrase that says why this is no virtual disk
 */
export function decodeDiskHeader(header: Buffer, fileSize: number): number | string {
  if (header.length < DISK_HEADER_SIZE) return `it has ${header.length} bytes, less than a header`;
  if (MAGIC.compare(header, 0, MAGIC.length) !== 0) return "it is not a virtual disk";
  if (header.readUInt32LE(Field.CHECKSUM) !== crc32(header.subarray(0, Field.CHECKSUM))) {
    return "the checksum of its header is wrong";
  }
  const version = header.readUInt32LE(Field.VERSION);
  if (version !== VERSION) return `its format has version ${version}, and this program knows ${VERSION}`;
  const blockSize = header.readUInt32LE(Field.BLOCK_SIZE);
  if (blockSize !== DISK_BLOCK_SIZE) return `its blocks have ${blockSize} bytes instead of ${DISK_BLOCK_SIZE}`;
  const blocks = header.readUInt32LE(Field.BLOCKS);
  if (blocks < 1 || blocks > MAXIMUM_DISK_BLOCKS) return `its header names ${blocks} blocks`;
  const expected = diskFileSize(blocks);
  if (fileSize !== expected) return `it has ${fileSize} bytes instead of ${expected}`;
  return blocks;
}
