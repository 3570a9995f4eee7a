/**
 * What a recording holds besides figures: of each moment the last answer before it.
 *
 * Which VMs an answer is about stands in the answer. It is looked for from the moment shown backwards, since that is where it nearly
 * always is, and piece by piece, since of a VM that did nothing for a day it is a day away: keys and drawing have their turns meanwhile.
 */

import { CONSOLE_SCROLLBACK, type ConsoleChunk, UserError, type VmInspection } from "../kernel/index.js";
import { RECORDED_CONSOLE_KEPT } from "./params.js";
import { SECOND } from "./rates.js";
import { DamagedRecording, type RecordedFrame, type RecordingFile } from "./recording-file.js";
import { decodeAnswers, type RecordedAnswers } from "./recording-format.js";
import { Turns } from "./turns.js";

/** A part of what a VM wrote. */
interface ConsolePart {
  readonly position: number;
  readonly bytes: Buffer;
}

/** Bytes that a part takes beside its own, about. */
const PART_OVERHEAD = 128;

/** Of the VM whose console was read last, by their places: read at a moment nearby, it is nearly the same parts again. */
class KeptParts {
  readonly #parts = new Map<number, ConsolePart>();
  #bytes = 0;

  constructor(readonly id: number) {}

  get(place: number): ConsolePart | undefined {
    return this.#parts.get(place);
  }

  set(place: number, part: ConsolePart): void {
    if (this.#bytes > RECORDED_CONSOLE_KEPT) {
      this.#parts.clear();
      this.#bytes = 0;
    }
    this.#parts.set(place, part);
    this.#bytes += part.bytes.length + PART_OVERHEAD;
  }
}

/** Numbers of the VMs that an answer looks into, and of those that wrote something. */
interface About {
  readonly vms: readonly number[];
  readonly consoles: readonly number[];
}

/** Behind `place`, up to `upTo`, no frame is about a VM. */
interface Stretch {
  readonly place: number;
  readonly upTo: number;
}

interface Unpacked {
  /** Of the frame. */
  readonly place: number;
  readonly answers: RecordedAnswers;
}

export class RecordedAnswersReader {
  readonly #frames: readonly RecordedFrame[];
  readonly #file: RecordingFile;
  readonly #turns = new Turns();
  /** Whom each frame is about, where it was unpacked before; a damaged one is about nobody. */
  readonly #about: (About | undefined)[] = [];
  /** What was found last of each VM: a screen asks for the same again and again. */
  readonly #stretches = new Map<string, Stretch>();
  #kept = new KeptParts(0);
  #isClosed = false;
  /** The frame that was unpacked last: the next question is often about it. */
  #unpacked: Unpacked | undefined;
  /** Answered last for a moment: the same object as long as it is the same answer. */
  #current: Unpacked | undefined;

  /** @param frames those of the file that hold answers */
  constructor(frames: readonly RecordedFrame[], file: RecordingFile) {
    this.#frames = frames;
    this.#file = file;
  }

  /** The machine's last answers at a time. @throws UserError where there were none yet, or the file is damaged */
  at(time: number): RecordedAnswers {
    const place = this.#placeAt(time);
    if (place < 0) throw new UserError("the recording holds figures only up to here");
    if (this.#current?.place !== place) this.#current = { place, answers: this.#unpack(place) };
    return this.#current.answers;
  }

  /** The last look into a VM at a time. Rejects with a UserError where there was none yet. */
  async inspect(id: number, time: number): Promise<VmInspection> {
    const place = await this.#last("vms", id, this.#placeAt(time));
    const look = place < 0 ? undefined : this.#unpack(place).vms.find((vm) => vm.id === id);
    if (!look) throw new UserError("the recording has not looked into this VM by then");
    return { ...look, time: this.#timeOf(look, place, time) };
  }

  /**
   * The time up to which what was seen held: a look that finds nothing new is not recorded, and so it is that of the last answers
   * by then, unless the VM's timer came before them. Earlier versions recorded looks without their time, which is the frame's.
   */
  #timeOf(look: Partial<VmInspection>, place: number, time: number): number {
    const nanoseconds = (frame: RecordedFrame | undefined) => (frame ? frame.time * SECOND : 0);
    const seen = look.time ?? nanoseconds(this.#frames[place]);
    const held = Math.max(seen, nanoseconds(this.#frames.findLast((frame) => frame.time <= time)));
    return look.wakesAt !== undefined && look.wakesAt < held ? seen : held;
  }

  /**
   * What a VM had written at a time, from a position on; from the oldest on where the VM had not written as much by then, and up
   * to where the file is damaged. As of a kernel it is no more than a console keeps.
   */
  async readConsole(id: number, from: number, time: number): Promise<ConsoleChunk> {
    const parts: ConsolePart[] = [];
    if (this.#kept.id !== id) this.#kept = new KeptParts(id);
    const kept = this.#kept;
    let start = 0;
    for (let upTo = this.#placeAt(time); ; ) {
      const place = await this.#last("consoles", id, upTo);
      if (place < 0) break;
      const part = kept.get(place) ?? (await this.#readPart(place, kept));
      const end = part.position + part.bytes.length;
      if (parts.length === 0) start = Math.max(from > end ? 0 : from, end - CONSOLE_SCROLLBACK);
      if (end > start) parts.unshift(part);
      if (part.position <= start) break;
      upTo = place - 1;
    }
    if (parts.length === 0) return { position: start, bytes: new Uint8Array(), ended: false };
    const position = Math.max(start, parts[0].position);
    return { position, bytes: joined(parts).subarray(position - parts[0].position), ended: false };
  }

  async #readPart(place: number, kept: KeptParts): Promise<ConsolePart> {
    await this.#turn();
    const part = consoleOf(this.#unpack(place), kept.id);
    kept.set(place, part);
    return part;
  }

  /** Has whoever still looks for something give up. */
  close(): void {
    this.#isClosed = true;
  }

  /** The last frame at or before a place that is about a VM; -1 where none is. */
  async #last(what: keyof About, id: number, upTo: number): Promise<number> {
    const key = `${what} ${id}`;
    const known = this.#stretches.get(key);
    let place = upTo;
    while (place >= 0) {
      if (known && place > known.place && place <= known.upTo) place = known.place;
      else if ((this.#about[place] ?? (await this.#read(place)))[what].includes(id)) break;
      else place--;
    }
    this.#stretches.set(key, { place, upTo });
    return place;
  }

  /** What is damaged is left out: all others can be shown. */
  async #read(place: number): Promise<About> {
    await this.#turn();
    const answers = this.#unpackWhole(place);
    const about = { vms: idsOf(answers?.vms), consoles: idsOf(answers?.consoles) };
    this.#about[place] = about;
    return about;
  }

  async #turn(): Promise<void> {
    await this.#turns.next();
    this.#checkOpen();
  }

  /** The file's number may be another file's once it is closed. */
  #checkOpen(): void {
    if (this.#isClosed) throw new UserError("the recording is closed");
  }

  #placeAt(time: number): number {
    return this.#frames.findLastIndex((frame) => frame.time <= time);
  }

  /** Undefined for what is damaged. @throws UserError for what the host does not read now, and may read later */
  #unpackWhole(place: number): RecordedAnswers | undefined {
    try {
      return this.#unpack(place);
    } catch (error) {
      if (!(error instanceof DamagedRecording)) throw error;
      return undefined;
    }
  }

  #unpack(place: number): RecordedAnswers {
    if (this.#unpacked?.place === place) return this.#unpacked.answers;
    this.#checkOpen();
    const lost = "what was recorded there cannot be shown";
    const answers = this.#file.decode(this.#frames[place], decodeAnswers, lost);
    this.#unpacked = { place, answers };
    return answers;
  }
}

/** Parts up to the first gap: what a kernel had dropped before it was recorded is missing. */
function joined(parts: readonly ConsolePart[]): Buffer {
  const gap = parts.findIndex((part, index) => {
    const before = parts[index - 1];
    return before && part.position !== before.position + before.bytes.length;
  });
  return Buffer.concat((gap < 0 ? parts : parts.slice(0, gap)).map((part) => part.bytes));
}

function consoleOf({ consoles }: RecordedAnswers, id: number): ConsolePart {
  const { position, bytes } = consoles.find((part) => part.id === id) ?? { position: 0, bytes: "" };
  return { position, bytes: Buffer.from(bytes, "base64") };
}

function idsOf(parts: readonly { readonly id: number }[] = []): number[] {
  return parts.map(({ id }) => id);
}
