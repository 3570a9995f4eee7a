/** The header of a recording's frame (recording-format.ts has the form of the whole), and how its damage is told from a file's early end. */

import { constants, crc32, inflateSync } from "node:zlib";
import { RECORDING_FRAME_LIMIT } from "./params.js";

export const FrameKind = { CHANGE: 0, WHOLE: 1, ANSWERS: 2 } as const;

/** What stands before a frame's zlib stream. */
export interface FrameHeader {
  readonly length: number;
  readonly kind: number;
  /** Kernel seconds. */
  readonly time: number;
}

/** Bytes of a frame's header before its checksum, which is the last of it. */
const CHECKED = 16;

/** Bytes before a frame's zlib stream, in a file of a version. */
export const frameHeaderSize = (version: number): number => (version < 3 ? CHECKED : CHECKED + 4);

/** As the present version has it. */
export function encodeFrameHeader({ length, kind, time }: FrameHeader): Buffer {
  const header = Buffer.alloc(CHECKED + 4);
  header.writeUInt32LE(length, 0);
  header.writeUInt32LE(kind, 4);
  header.writeDoubleLE(time, 8);
  header.writeUInt32LE(crc32(header.subarray(0, CHECKED)), CHECKED);
  return header;
}

/**
 * @param bytes as many as a header of the file's version has
 * @returns undefined where it is damaged: its checksum is wrong, or, where it has none, it says what no frame can be
 */
export function decodeFrameHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length > CHECKED && bytes.readUInt32LE(CHECKED) !== crc32(bytes.subarray(0, CHECKED))) return undefined;
  const [length, kind, time] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readDoubleLE(8)];
  const isPossible = length <= RECORDING_FRAME_LIMIT && kind <= FrameKind.ANSWERS && Number.isFinite(time);
  return isPossible ? { length, kind, time } : undefined;
}

/** Whether bytes begin a zlib stream that goes on behind them. One that ends among them, or is none, had another length. */
export function isBeginningOfStream(bytes: Buffer): boolean {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: RECORDING_FRAME_LIMIT, info: true };
  try {
    // With `info` Node answers more than its types say.
    const { engine } = inflateSync(bytes, options) as unknown as { engine: { bytesWritten: number } };
    return engine.bytesWritten === bytes.length;
  } catch {
    return false;
  }
}
