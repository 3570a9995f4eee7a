/**
 * How a swapped-out VM lies in the swap file. All numbers are little-endian, 32 bits wide.
 *
 * ```
 * file    page 0: magic "DNLISWAP", version, page size; then the regions
 * region  header  0 magic "DNLISWAP"   8 version   12 VM id   16 generation   20 pages of memory
 *                 24 pages stored      28 CRC-32 of the pages stored          32 bitmap of the pages stored
 *                 (zeros)              last 4 bytes: CRC-32 of the header before them
 *         data    the pages stored, packed, in order of address
 * ```
 *
 * A header fills whole pages. Pages not stored are all zeros. The generation counts a region's swap-outs, so that an old
 * copy is not taken for the last one.
 */

import { crc32 } from "node:zlib";
import { SwapDamage } from "./swap-damage.js";

/** Bytes. The unit in which memory is found to be zero, and of the swap file's layout. */
export const PAGE_SIZE = 4096;

const VERSION = 1;
const MAGIC = Buffer.from("DNLISWAP");
const CHECKSUM_SIZE = 4;

const Field = { VERSION: 8, VM_ID: 12, GENERATION: 16, PAGES: 20, STORED: 24, DATA_CHECKSUM: 28, BITMAP: 32 } as const;

/** What a region's header says, its bitmap aside. */
export interface RegionHeader {
  readonly vmId: number;
  readonly generation: number;
  /** Pages of the VM's memory. */
  readonly pages: number;
  /** Pages stored: those that are not all zeros. */
  readonly stored: number;
}

/** Bytes of the header of a region for so many pages of memory. */
export function headerSize(pages: number): number {
  return Math.ceil((Field.BITMAP + Math.ceil(pages / 8) + CHECKSUM_SIZE) / PAGE_SIZE) * PAGE_SIZE;
}

/** The file's first page. */
export function fileHeader(): Uint8Array {
  const header = Buffer.alloc(PAGE_SIZE);
  MAGIC.copy(header);
  header.writeUInt32LE(VERSION, 8);
  header.writeUInt32LE(PAGE_SIZE, 12);
  return header;
}

/** True when a file that begins so is a swap file. */
export function isSwapHeader(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/** A header under construction, or one read back: its bitmap can be changed until it is sealed. */
export class RegionHeaderBlock {
  constructor(readonly bytes: Buffer) {}

  static empty(pages: number): RegionHeaderBlock {
    return new RegionHeaderBlock(Buffer.alloc(headerSize(pages)));
  }

  markStored(page: number): void {
    this.bytes[Field.BITMAP + (page >>> 3)] |= 1 << (page & 7);
  }

  isStored(page: number): boolean {
    return (this.bytes[Field.BITMAP + (page >>> 3)] & (1 << (page & 7))) !== 0;
  }

  /** CRC-32 of the pages stored. */
  get dataChecksum(): number {
    return this.bytes.readUInt32LE(Field.DATA_CHECKSUM);
  }

  /** Fills in everything but the bitmap. */
  seal(header: RegionHeader, dataChecksum: number): void {
    MAGIC.copy(this.bytes);
    this.bytes.writeUInt32LE(VERSION, Field.VERSION);
    this.bytes.writeUInt32LE(header.vmId, Field.VM_ID);
    this.bytes.writeUInt32LE(header.generation, Field.GENERATION);
    this.bytes.writeUInt32LE(header.pages, Field.PAGES);
    this.bytes.writeUInt32LE(header.stored, Field.STORED);
    this.bytes.writeUInt32LE(dataChecksum, Field.DATA_CHECKSUM);
    this.bytes.writeUInt32LE(this.#checksum(), this.bytes.length - CHECKSUM_SIZE);
  }

  /** Says what is wrong with a header read back, compared with what the kernel remembers; undefined when nothing is. */
  damage(expected: RegionHeader): SwapDamage | undefined {
    const { bytes } = this;
    if (MAGIC.compare(bytes, 0, MAGIC.length) !== 0)
      return new SwapDamage(expected.vmId, "no header where it should be");
    if (bytes.readUInt32LE(bytes.length - CHECKSUM_SIZE) !== this.#checksum()) {
      return new SwapDamage(expected.vmId, "the checksum of its header is wrong");
    }
    const found: [string, number, number][] = [
      ["format version", bytes.readUInt32LE(Field.VERSION), VERSION],
      ["VM", bytes.readUInt32LE(Field.VM_ID), expected.vmId],
      ["generation", bytes.readUInt32LE(Field.GENERATION), expected.generation],
      ["number of pages", bytes.readUInt32LE(Field.PAGES), expected.pages],
      ["number of pages stored", bytes.readUInt32LE(Field.STORED), expected.stored],
    ];
    for (const [what, is, should] of found) {
      if (is !== should) return new SwapDamage(expected.vmId, `its header names ${what} ${is} instead of ${should}`);
    }
    return undefined;
  }

  #checksum(): number {
    return crc32(this.bytes.subarray(0, this.bytes.length - CHECKSUM_SIZE));
  }
}
