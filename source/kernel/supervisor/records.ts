/** Reading and writing the records in a buffer of the supervisor's memory: little-endian numbers, NUL-terminated UTF-8. */

import { NAME_SIZE } from "../abi.js";

export function viewOf(buffer: Uint8Array, offset = 0, length = buffer.length): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset + offset, length);
}

/** A NUL-terminated string in a field of `size` bytes, copied before it is looked at. */
export function text(buffer: Uint8Array, offset: number, size: number): string {
  const field = Buffer.from(buffer.slice(offset, offset + size));
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

/** Fills a field of `size` bytes; what does not fit is cut off. */
export function setText(record: DataView, offset: number, value: string, size: number = NAME_SIZE): void {
  const field = new Uint8Array(record.buffer, record.byteOffset + offset, size);
  field.fill(0);
  const encoded = Buffer.from(value, "utf8").subarray(0, size - 1);
  field.set(encoded);
}
