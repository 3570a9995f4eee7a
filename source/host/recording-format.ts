/**
 * A recording's form on disk: what the instrument panel read, frame by frame. All numbers are little-endian.
 *
 *     file    magic "DENALREC", u32 version, u32 length, that many bytes of JSON: {@link RecordingHeader}; then frames
 *     frame   u32 length of the zlib stream, u32 {@link FrameKind}, f64 kernel seconds, u32 CRC-32 of these 16 bytes; then the
 *             zlib stream (RFC 1950, whose Adler-32 is the checksum)
 *     panel   f64 each figure; u32 rows; for each column u32 count, u32 row each, f64 value each;
 *             u32 count of names, u32 row each, 2 x 32 bytes each
 *     answers JSON: {@link RecordedAnswers}
 *
 * A change holds what differs from the panel's frame before; a whole frame what differs from an empty panel. Versions 1
 * and 2 had no CRC-32 in a frame, version 1 no answers.
 */

import { deflateSync, inflateSync } from "node:zlib";
import {
  type InstrumentPanel,
  KERNEL_FIGURES,
  type MachineInspection,
  NAME_SIZE,
  UserError,
  VM_COLUMNS,
  type VmInspection,
} from "../kernel/index.js";
import { encodeFrameHeader, FrameKind } from "./frame-header.js";
import { RECORDING_FRAME_LIMIT, RECORDING_LEVEL } from "./params.js";
import type { UplinkStatus } from "./uplink-figures.js";

export const RECORDING_MAGIC = "DENALREC";
export const RECORDING_VERSION = 3;
const OLDEST_VERSION = 1;

/** Names, so that a later version that has more of them can read what an earlier one wrote. */
export interface RecordingHeader {
  readonly figures: readonly string[];
  readonly columns: readonly string[];
  readonly policies: readonly string[];
  /** Milliseconds since 1970 at which it was begun. */
  readonly begun: number;
}

/** What a VM wrote since the answers before. */
export interface RecordedConsole {
  readonly id: number;
  /** Of the first byte in everything the VM ever wrote. */
  readonly position: number;
  /** The bytes in base64 (RFC 4648, section 4). */
  readonly bytes: string;
}

/** What a kernel said of itself that its panel does not hold. */
export interface RecordedAnswers {
  readonly machine: MachineInspection;
  readonly uplink: UplinkStatus;
  /** VMs looked into: not all at once where there are many, and none that stands as it stood. */
  readonly vms: readonly VmInspection[];
  readonly consoles: readonly RecordedConsole[];
}

const NAMES = 2 * NAME_SIZE;

export function encodeHeader(policies: readonly string[], begun: number): Buffer {
  const header: RecordingHeader = { figures: KERNEL_FIGURES, columns: VM_COLUMNS, policies, begun };
  const json = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(RECORDING_MAGIC.length + 8);
  start.write(RECORDING_MAGIC, "latin1");
  start.writeUInt32LE(RECORDING_VERSION, RECORDING_MAGIC.length);
  start.writeUInt32LE(json.length, RECORDING_MAGIC.length + 4);
  return Buffer.concat([start, json]);
}

/** Bytes of a file before its header, which say how long that is. */
export const RECORDING_START = RECORDING_MAGIC.length + 8;

/** @returns the file's version, and where its first frame starts. @throws UserError for what is no recording */
export function decodeStart(bytes: Buffer, path: string): { version: number; end: number } {
  const start = RECORDING_START;
  if (bytes.length < start || bytes.toString("latin1", 0, RECORDING_MAGIC.length) !== RECORDING_MAGIC) {
    throw new UserError(`${path} is no recording; make one with 'denali --record FILE'`);
  }
  const version = bytes.readUInt32LE(RECORDING_MAGIC.length);
  if (version < OLDEST_VERSION || version > RECORDING_VERSION) {
    throw new UserError(
      `${path} is a recording of version ${version}; this program reads versions up to ${RECORDING_VERSION}`,
    );
  }
  return { version, end: start + bytes.readUInt32LE(RECORDING_MAGIC.length + 4) };
}

/** @param bytes of the header alone. @throws UserError where it is damaged */
export function decodeHeader(bytes: Buffer, path: string): RecordingHeader {
  try {
    const header = JSON.parse(bytes.toString()) as RecordingHeader;
    if (![header.figures, header.columns, header.policies].every(Array.isArray)) throw new Error("lists are missing");
    return header;
  } catch {
    throw new UserError(`${path} is damaged at its start; it cannot be replayed`);
  }
}

/** @param before the panel at the frame before; undefined for a whole frame */
export function encodeFrame(panel: InstrumentPanel, before: InstrumentPanel | undefined): Buffer {
  const rows = Math.min(panel.get("rows"), panel.capacity);
  const writer = new Writer();
  for (const value of panel.figures) writer.f64(value);
  writer.u32(rows);
  const renamed: number[] = [];
  for (const column of VM_COLUMNS) {
    const changed: number[] = [];
    const now = panel.vm[column];
    const then = before?.vm[column];
    for (let row = 0; row < rows; row++) {
      if (now[row] === (then === undefined || row >= then.length ? 0 : then[row])) continue;
      changed.push(row);
      if (column === "id") renamed.push(row);
    }
    writer.u32(changed.length);
    for (const row of changed) writer.u32(row);
    for (const row of changed) writer.f64(now[row]);
  }
  writer.u32(renamed.length);
  for (const row of renamed) writer.u32(row);
  for (const row of renamed) writer.bytes(panel.namesOf(row));
  return frame(writer.content(), before ? FrameKind.CHANGE : FrameKind.WHOLE, panel);
}

/** @param panel as it was recorded last before they were given, which is the moment they are shown at */
export function encodeAnswers(answers: RecordedAnswers, panel: InstrumentPanel): Buffer {
  return frame(Buffer.from(JSON.stringify(answers)), FrameKind.ANSWERS, panel);
}

/** Throws for a stream that is damaged. */
export function decodeAnswers(stream: Buffer): RecordedAnswers {
  return JSON.parse(inflateSync(stream, { maxOutputLength: RECORDING_FRAME_LIMIT }).toString()) as RecordedAnswers;
}

function frame(content: Buffer, kind: number, panel: InstrumentPanel): Buffer {
  const stream = deflateSync(content, { level: RECORDING_LEVEL });
  const header = encodeFrameHeader({ length: stream.length, kind, time: panel.get("time") / 1e9 });
  return Buffer.concat([header, stream]);
}

/** Brings a panel, which holds the frame before, to a frame. Throws for a stream that is damaged; the panel is as it was then. */
export function decodeFrame(stream: Buffer, whole: boolean, header: RecordingHeader, panel: InstrumentPanel): void {
  const content = inflateSync(stream, { maxOutputLength: RECORDING_FRAME_LIMIT });
  checkFrame(content, header, panel.capacity);
  if (whole) {
    const rows = panel.get("rows");
    for (const column of VM_COLUMNS) panel.vm[column].fill(0, 0, rows);
  }
  readFrame(content, header, panel);
}

/** Throws unless a frame is as long as it says and its rows are rows. */
function checkFrame(content: Buffer, { figures, columns }: RecordingHeader, capacity: number): void {
  const reader = new Reader(content);
  reader.bytes(8 * figures.length + 4);
  for (let column = 0; column < columns.length; column++) reader.bytes(8 * reader.rows(capacity));
  reader.bytes(NAMES * reader.rows(capacity));
}

/** @param content that was checked */
function readFrame(content: Buffer, header: RecordingHeader, into: InstrumentPanel): void {
  const reader = new Reader(content);
  for (const name of header.figures) {
    const value = reader.f64();
    const place = (KERNEL_FIGURES as readonly string[]).indexOf(name);
    if (place >= 0) into.figures[place] = value;
  }
  reader.u32();
  for (const name of header.columns) {
    const column = VM_COLUMNS.find((known) => known === name);
    const rows = Array.from({ length: reader.u32() }, () => reader.u32());
    for (const row of rows) {
      const value = reader.f64();
      if (column) into.vm[column][row] = value;
    }
  }
  const renamed = Array.from({ length: reader.u32() }, () => reader.u32());
  for (const row of renamed) into.setNames(row, reader.bytes(NAMES));
}

class Writer {
  #buffer = Buffer.alloc(64 * 1024);
  #length = 0;

  u32(value: number): void {
    this.#room(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
  }

  f64(value: number): void {
    this.#room(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  content(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    this.#buffer = Buffer.concat([this.#buffer], Math.max(2 * this.#buffer.length, this.#length + bytes));
  }
}

class Reader {
  #at = 0;

  constructor(private readonly buffer: Buffer) {}

  u32(): number {
    this.#at += 4;
    return this.buffer.readUInt32LE(this.#at - 4);
  }

  f64(): number {
    this.#at += 8;
    return this.buffer.readDoubleLE(this.#at - 8);
  }

  bytes(length: number): Buffer {
    if (this.#at + length > this.buffer.length) throw new Error("the frame is shorter than it says");
    this.#at += length;
    return this.buffer.subarray(this.#at - length, this.#at);
  }

  /** Goes past a list of rows that are below a number. @returns how many there are */
  rows(below: number): number {
    const count = this.u32();
    if (count * 4 > this.buffer.length - this.#at) throw new Error("the frame is shorter than it says");
    for (let index = 0; index < count; index++) {
      if (this.u32() >= below) throw new Error("a row is out of range");
    }
    return count;
  }
}
