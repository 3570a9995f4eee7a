/** What a recording holds besides figures: of each moment the last answer before it. Unpacked when it is first asked for. */

import { type ConsoleChunk, UserError, type VmInspection } from "../kernel/index.js";
import { SECOND } from "./rates.js";
import type { RecordedFrame, RecordingFile } from "./recording-file.js";
import { decodeAnswers, type RecordedAnswers } from "./recording-format.js";

/** What a VM wrote up to a time. */
interface ConsolePart {
  readonly time: number;
  readonly position: number;
  readonly bytes: Buffer;
}

interface Unpacked {
  /** Of the frame. */
  readonly place: number;
  readonly answers: RecordedAnswers;
}

export class RecordedAnswersReader {
  readonly #frames: readonly RecordedFrame[];
  readonly #file: RecordingFile;
  /** By VM, the frames that look into it, and the parts of its console; each in the order of time. */
  #looks: Map<number, number[]> | undefined;
  readonly #consoles = new Map<number, ConsolePart[]>();
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
    const place = this.#frames.findLastIndex((frame) => frame.time <= time);
    if (place < 0) throw new UserError("the recording holds figures only up to here");
    if (this.#current?.place !== place) this.#current = { place, answers: this.#unpack(place) };
    return this.#current.answers;
  }

  /** The last look into a VM at a time. @throws UserError where there was none yet */
  inspect(id: number, time: number): VmInspection {
    const place = this.#index()
      .get(id)
      ?.findLast((frame) => this.#frames[frame].time <= time);
    const look = place === undefined ? undefined : this.#unpack(place).vms.find((vm) => vm.id === id);
    if (place === undefined || !look) throw new UserError("the recording has not looked into this VM by then");
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
   * to where the file is damaged.
   */
  readConsole(id: number, from: number, time: number): ConsoleChunk {
    this.#index();
    const parts = (this.#consoles.get(id) ?? []).filter((part) => part.time <= time);
    const last = parts.at(-1);
    const end = last ? last.position + last.bytes.length : 0;
    const start = from > end ? 0 : from;
    const wanted = parts.filter(({ position, bytes }) => position + bytes.length > start);
    if (wanted.length === 0) return { position: start, bytes: new Uint8Array(), ended: false };
    const position = Math.max(start, wanted[0].position);
    return { position, bytes: joined(wanted).subarray(position - wanted[0].position), ended: false };
  }

  /** What is damaged is left out: all others can be shown. */
  #index(): Map<number, number[]> {
    if (this.#looks) return this.#looks;
    const looks = new Map<number, number[]>();
    this.#looks = looks;
    for (let place = 0; place < this.#frames.length; place++) {
      const answers = this.#unpackWhole(place);
      for (const { id } of answers?.vms ?? []) pushTo(looks, id, place);
      for (const { id, position, bytes } of answers?.consoles ?? []) {
        pushTo(this.#consoles, id, { time: this.#frames[place].time, position, bytes: Buffer.from(bytes, "base64") });
      }
    }
    return looks;
  }

  #unpackWhole(place: number): RecordedAnswers | undefined {
    try {
      return this.#unpack(place);
    } catch {
      return undefined;
    }
  }

  #unpack(place: number): RecordedAnswers {
    if (this.#unpacked?.place === place) return this.#unpacked.answers;
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

function pushTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
