/**
 * A recording's file, open for reading: where its frames are. What is in them is read when it is wanted: a recording may be of days, and
 * larger than what fits into memory.
 */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { UserError } from "../kernel/index.js";
import {
  decodeFrameHeader,
  type FrameHeader,
  FrameKind,
  frameHeaderSize,
  isBeginningOfStream,
} from "./frame-header.js";
import { RECORDING_FRAME_LIMIT } from "./params.js";
import { hostReason } from "./reasons.js";
import { decodeHeader, decodeStart, RECORDING_START, type RecordingHeader } from "./recording-format.js";

/** The length is that of its zlib stream. */
export interface RecordedFrame extends FrameHeader {
  /** Where in the file it is. */
  readonly offset: number;
}

/** What is wrong with a file itself: it stays so, unlike what the host refuses at present. */
export class DamagedRecording extends UserError {}

export class RecordingFile {
  readonly path: string;
  readonly header: RecordingHeader;
  /** In the order of the file; one that was cut short at the end is left out, and all behind damage. */
  readonly frames: readonly RecordedFrame[];
  readonly #file: number;
  readonly #headerSize: number;
  /** Where nobody can tell any more where the next frame begins. */
  #damage: number | undefined;

  /** @throws UserError for what is no recording, or cannot be read */
  constructor(path: string) {
    this.path = path;
    this.#file = this.#reading(() => openSync(path, "r"));
    try {
      const status = this.#reading(() => fstatSync(this.#file));
      if (!status.isFile())
        throw new UserError(`${path} is no file that can be gone back in; replay a recording's file`);
      const { size } = status;
      const { version, end } = decodeStart(this.#read(0, Math.min(size, RECORDING_START)), path);
      this.#headerSize = frameHeaderSize(version);
      const length = Math.min(end, size, RECORDING_FRAME_LIMIT) - RECORDING_START;
      this.header = decodeHeader(this.#read(RECORDING_START, length), path);
      this.frames = this.#find(end, size);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What is wrong with the whole of it, so that not all that was recorded is among its frames. */
  get damage(): string | undefined {
    if (this.#damage === undefined) return undefined;
    return `${this.path} is damaged at byte ${this.#damage}; what is behind it is left out`;
  }

  /**
   * What a frame's zlib stream decodes to.
   * @param decode throws for a stream that is damaged
   * @param lost what that means, as `what is behind it cannot be replayed`
   * @throws DamagedRecording where the frame is damaged @throws UserError where the host does not read it
   */
  decode<Content>({ offset, length }: RecordedFrame, decode: (stream: Buffer) => Content, lost: string): Content {
    const stream = this.#read(offset + this.#headerSize, length);
    try {
      return decode(stream);
    } catch {
      throw new DamagedRecording(`${this.path} is damaged at byte ${offset}; ${lost}`);
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #find(start: number, size: number): RecordedFrame[] {
    const frames: RecordedFrame[] = [];
    // Answers are given a while after the figures that they belong to: each of the two has an order of its own.
    const latest = { figures: Number.NEGATIVE_INFINITY, answers: Number.NEGATIVE_INFINITY };
    for (let offset = start; offset + this.#headerSize <= size; ) {
      const header = decodeFrameHeader(this.#read(offset, this.#headerSize));
      const order = header?.kind === FrameKind.ANSWERS ? "answers" : "figures";
      const end = offset + this.#headerSize + (header?.length ?? 0);
      if (!header || header.time < latest[order] || (end > size && !this.#isCutShort(offset, size))) {
        this.#damage = offset;
        break;
      }
      if (end > size) break;
      frames.push({ ...header, offset });
      latest[order] = header.time;
      offset = end;
    }
    return frames;
  }

  /** Whether the last frame has lost its end, as a program that was killed leaves it; else its length is a wrong one. */
  #isCutShort(offset: number, size: number): boolean {
    const stream = offset + this.#headerSize;
    return isBeginningOfStream(this.#read(stream, size - stream));
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; ) {
      const read = this.#reading(() => readSync(this.#file, bytes, at, length - at, offset + at));
      if (read === 0)
        throw new DamagedRecording(`cannot read ${this.path}: it has become shorter; replay a copy of it`);
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
