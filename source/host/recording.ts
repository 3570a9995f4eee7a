/** Reads a recording: brings a panel to any moment of it. */

import { InstrumentPanel, UserError } from "../kernel/index.js";
import { FrameKind } from "./frame-header.js";
import { RecordedAnswersReader } from "./recorded-answers.js";
import { type RecordedFrame, RecordingFile } from "./recording-file.js";
import { decodeFrame, type RecordingHeader } from "./recording-format.js";

/** Rows of the panel that a recording is replayed into: as many as a kernel can have. */
const ROWS = 131_072;

export class Recording {
  readonly panel = new InstrumentPanel(ROWS, 0);
  readonly header: RecordingHeader;
  readonly answers: RecordedAnswersReader;
  /** What is wrong with it, where not all of what was recorded can be replayed. */
  readonly damage: string | undefined;
  readonly #file: RecordingFile;
  /** Of figures. */
  readonly #frames: readonly RecordedFrame[];
  /** The frame that the panel holds, -1 before the first. */
  #place = -1;

  /**
   * Opens a recording; one whose last frame was cut short, or one that is damaged, ends before that.
   * @throws UserError for what is no recording, or has no frame
   */
  constructor(path: string) {
    this.#file = new RecordingFile(path);
    const { header, frames, damage } = this.#file;
    this.header = header;
    this.damage = damage;
    this.#frames = frames.filter((frame) => frame.kind !== FrameKind.ANSWERS);
    this.answers = new RecordedAnswersReader(
      frames.filter((frame) => frame.kind === FrameKind.ANSWERS),
      this.#file,
    );
    try {
      if (this.#frames[0]?.kind !== FrameKind.WHOLE)
        throw new UserError(damage ?? `${path} holds no frame; nothing was recorded`);
      this.goTo(this.from);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.answers.close();
    this.#file.close();
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
      const frame = this.#frames[next];
      const bring = (stream: Buffer) => decodeFrame(stream, frame.kind === FrameKind.WHOLE, this.header, this.panel);
      this.#file.decode(frame, bring, "what is behind it cannot be replayed");
      this.#place = next;
    }
  }
}
