/**
 * A recording's file, open for reading: where its frames are. What is in them is read when it is wanted: a recording may be of days, and
 * larger than what fits into memory.
 */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { UserError } from "../kernel/index.js";
import { RECORDING_FRAME_LIMIT } from "./params.js";
import { hostReason } from "./reasons.js";
import { decodeHeader, FRAME_HEADER, headerEnd, RECORDING_START, type RecordingHeader } from "./recording-format.js";

export interface RecordedFrame {
  /** Kernel seconds. */
  readonly time: number;
  readonly kind: number;
  /** Where in the file it is, and bytes of its zlib stream. */
  readonly offset: number;
  readonly length: number;
}

export class RecordingFile {
  readonly path: string;
  readonly header: RecordingHeader;
  /** In the order of the file; one that was cut short at the end is left out. */
  readonly frames: readonly RecordedFrame[];
  readonly #file: number;

  /** @throws UserError for what is no recording, or cannot be read */
  constructor(path: string) {
    this.path = path;
    this.#file = this.#reading(() => openSync(path, "r"));
    try {
      const status = this.#reading(() => fstatSync(this.#file));
      if (!status.isFile())
        throw new UserError(`${path} is no file that can be gone back in; replay a recording's file`);
      const { size } = status;
      const end = headerEnd(this.#read(0, Math.min(size, RECORDING_START)), path);
      const length = Math.min(end, size, RECORDING_FRAME_LIMIT) - RECORDING_START;
      this.header = decodeHeader(this.#read(RECORDING_START, length), path);
      this.frames = this.#find(end, size);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * What a frame's zlib stream decodes to.
   * @param decode throws for a stream that is damaged
   * @param lost what that means, as `what is behind it cannot be replayed`
   * @throws UserError where the frame cannot be read or is damaged
   */
  decode<Content>({ offset, length }: RecordedFrame, decode: (stream: Buffer) => Content, lost: string): Content {
    const damaged = () => new UserError(`${this.path} is damaged at byte ${offset}; ${lost}`);
    if (length > RECORDING_FRAME_LIMIT) throw damaged(); // Longer than any that was written.
    const stream = this.#read(offset + FRAME_HEADER, length);
    try {
      return decode(stream);
    } catch {
      throw damaged();
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #find(start: number, size: number): RecordedFrame[] {
    const frames: RecordedFrame[] = [];
    for (let offset = start; offset + FRAME_HEADER <= size; ) {
      const header = this.#read(offset, FRAME_HEADER);
      const length = header.readUInt32LE(0);
      const end = offset + FRAME_HEADER + length;
      if (end > size) break;
      frames.push({ time: header.readDoubleLE(8), kind: header.readUInt32LE(4), offset, length });
      offset = end;
    }
    return frames;
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; ) {
      const read = this.#reading(() => readSync(this.#file, bytes, at, length - at, offset + at));
      if (read === 0) throw new UserError(`cannot read ${this.path}: it has become shorter; replay a copy of it`);
      at += read;
    }
    return bytes;
  }

  #reading<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw new UserError(`cannot read ${this.path}: ${hostReason(error)}`);
    }
  }
}
