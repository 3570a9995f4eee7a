/** Reads a recording: brings a panel to any moment of it. */

import { readFileSync } from "node:fs";
import { InstrumentPanel, UserError } from "../kernel/index.js";
import { hostReason } from "./reasons.js";
import { RecordedAnswersReader } from "./recorded-answers.js";
import { decodeFrame, decodeHeader, FRAME_HEADER, FrameKind, type RecordingHeader } from "./recording-format.js";

interface Frame {
  /** Kernel seconds. */
  readonly time: number;
  readonly kind: number;
  readonly stream: Buffer;
  /** Where in the file it is. */
  readonly offset: number;
}

/** Rows of the panel that a recording is replayed into: as many as a kernel can have. */
const ROWS = 131_072;

export class Recording {
  readonly panel = new InstrumentPanel(ROWS, 0);
  readonly header: RecordingHeader;
  readonly answers: RecordedAnswersReader;
  readonly #frames: readonly Frame[];
  readonly #path: string;
  /** The frame that the panel holds, -1 before the first. */
  #place = -1;

  /**
   * Opens a recording; one whose last frame was cut short ends before it.
   * @throws UserError for what is no recording, or has no frame
   */
  constructor(path: string) {
    this.#path = path;
    const bytes = read(path);
    const { header, end } = decodeHeader(bytes, path);
    this.header = header;
    const frames = framesOf(bytes, end);
    this.#frames = frames.filter((frame) => frame.kind !== FrameKind.ANSWERS);
    this.answers = new RecordedAnswersReader(
      frames.filter((frame) => frame.kind === FrameKind.ANSWERS),
      path,
    );
    if (this.#frames[0]?.kind !== FrameKind.WHOLE) throw new UserError(`${path} holds no frame; nothing was recorded`);
    this.goTo(this.from);
  }

  /** Kernel seconds of its first and its last frame. */
  get from(): number {
    return this.#frames[0].time;
  }

  get to(): number {
    return this.#frames[this.#frames.length - 1].time;
  }

  /** Kernel seconds of the frame that the panel holds. */
  get at(): number {
    return this.#frames[this.#place].time;
  }

  /**
   * Brings the panel to the last frame at or before a time, through the one before it where `via` is given, which is called
   * then: rates are between two frames.
   * @throws UserError where the file is damaged; the panel holds the last frame that is whole
   */
  goTo(time: number, via?: () => void): void {
    const found = this.#frames.findLastIndex((frame) => frame.time <= time + 1e-9);
    const place = Math.max(0, found);
    if (via && place > 0) {
      this.#bring(place - 1);
      via();
    }
    this.#bring(place);
  }

  #bring(place: number): void {
    if (place === this.#place) return;
    let next = this.#frames.findLastIndex((frame, index) => index <= place && frame.kind === FrameKind.WHOLE);
    if (this.#place < place && this.#place + 1 > next) next = this.#place + 1;
    for (; next <= place; next++) {
      const { stream, kind, offset } = this.#frames[next];
      try {
        decodeFrame(stream, kind === FrameKind.WHOLE, this.header, this.panel);
      } catch {
        throw new UserError(`${this.#path} is damaged at byte ${offset}; what is behind it cannot be replayed`);
      }
      this.#place = next;
    }
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${hostReason(error)}`);
  }
}

function framesOf(bytes: Buffer, start: number): Frame[] {
  const frames: Frame[] = [];
  for (let offset = start; offset + FRAME_HEADER <= bytes.length; ) {
    const end = offset + FRAME_HEADER + bytes.readUInt32LE(offset);
    if (end > bytes.length) break;
    frames.push({
      time: bytes.readDoubleLE(offset + 8),
      kind: bytes.readUInt32LE(offset + 4),
      stream: bytes.subarray(offset + FRAME_HEADER, end),
      offset,
    });
    offset = end;
  }
  return frames;
}
