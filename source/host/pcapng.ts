/**
 * The pcapng capture file format, as much of it as a capture needs (IETF draft-ietf-opsawg-pcapng): a section header, one
 * interface description for each interface, an enhanced packet block for each frame, statistics at the end. Little-endian;
 * times in nanoseconds.
 */

const BlockType = { SECTION: 0x0a0d0d0a, INTERFACE: 1, STATISTICS: 5, PACKET: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;

/** Option codes, by the block they belong to. */
const Option = {
  END: 0,
  SECTION_APPLICATION: 4,
  INTERFACE_NAME: 2,
  INTERFACE_RESOLUTION: 9,
  PACKET_FLAGS: 2,
  STATISTICS_RECEIVED: 4,
  STATISTICS_DROPPED: 5,
} as const;

/** Decimal digits of a second's fraction in a timestamp. */
const NANOSECOND_DIGITS = 9;

/** Seen from the interface. */
export const Direction = { INBOUND: 1, OUTBOUND: 2 } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];

/** Bytes that a frame's block has besides the frame and its padding, at most. */
export const PACKET_OVERHEAD = 44;

/** The file's beginning. @param application who wrote it */
export function sectionHeader(application: string): Buffer {
  const fixed = Buffer.alloc(16);
  fixed.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  fixed.writeUInt16LE(1, 4); // Version 1.0.
  fixed.writeBigInt64LE(-1n, 8); // The section's length is not known in advance.
  return block(BlockType.SECTION, fixed, [option(Option.SECTION_APPLICATION, Buffer.from(application))]);
}

/** Interfaces are numbered from 0 in the order of their descriptions. */
export function interfaceDescription(name: string): Buffer {
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16LE(LINKTYPE_ETHERNET, 0);
  return block(BlockType.INTERFACE, fixed, [
    option(Option.INTERFACE_NAME, Buffer.from(name)),
    option(Option.INTERFACE_RESOLUTION, Buffer.of(NANOSECOND_DIGITS)),
  ]);
}

/** @param time nanoseconds since 1970 */
export function packet(interfaceNumber: number, time: bigint, frame: Uint8Array, direction?: Direction): Buffer {
  const fixed = Buffer.alloc(20 + padded(frame.length));
  fixed.writeUInt32LE(interfaceNumber, 0);
  writeTime(fixed, 4, time);
  fixed.writeUInt32LE(frame.length, 12);
  fixed.writeUInt32LE(frame.length, 16);
  fixed.set(frame, 20);
  if (direction === undefined) return block(BlockType.PACKET, fixed, []);
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(direction);
  return block(BlockType.PACKET, fixed, [option(Option.PACKET_FLAGS, flags)]);
}

/** @param time nanoseconds since 1970, when counting ended */
export function interfaceStatistics(interfaceNumber: number, time: bigint, received: number, dropped: number): Buffer {
  const fixed = Buffer.alloc(12);
  fixed.writeUInt32LE(interfaceNumber, 0);
  writeTime(fixed, 4, time);
  return block(BlockType.STATISTICS, fixed, [
    option(Option.STATISTICS_RECEIVED, count(received)),
    option(Option.STATISTICS_DROPPED, count(dropped)),
  ]);
}

function writeTime(target: Buffer, at: number, time: bigint): void {
  target.writeUInt32LE(Number(time >> 32n), at);
  target.writeUInt32LE(Number(time & 0xffffffffn), at + 4);
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const padded = (length: number) => (length + 3) & ~3;

function option(code: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  bytes.set(value, 4);
  return bytes;
}

/** A block says its length at both ends. */
function block(type: number, fixed: Buffer, options: readonly Buffer[]): Buffer {
  const all = options.length > 0 ? [fixed, ...options, option(Option.END, Buffer.alloc(0))] : [fixed];
  const length = 12 + all.reduce((sum, { length }) => sum + length, 0);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  return Buffer.concat([head, ...all, head.subarray(4)], length);
}
