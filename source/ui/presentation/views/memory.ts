/** A VM's memory as a dump: addresses, bytes, letters. What was found last stands out. */

import { BYTES_A_LINE } from "../../params.js";
import { type Line, muted, type Span, span, strong } from "../span.js";
import { bytes, word } from "../units.js";
import type { ViewData } from "./view-data.js";

export function memoryPage({ vm, memory, state, unknown }: ViewData, _width: number, height: number): Line[] {
  if (unknown) return [[muted(unknown)]];
  if (!memory || memory.address !== state.memory.address) return [[muted("asking the kernel ...")]];
  if (memory.refusal) return [[span(memory.refusal, "warning")]];
  const heading: Line = [
    muted(`${bytes(vm?.memorySize ?? 0)} of memory   `),
    strong("/", "key"),
    muted(" goes to 0x1000, finds text or 8b 44 24"),
  ];
  const found = state.memory.found?.vm === vm?.id ? state.memory.found : undefined;
  const lines: Line[] = [heading];
  for (let place = 0; place < memory.bytes.length && lines.length < height; place += BYTES_A_LINE) {
    lines.push(dumpLine(memory.bytes.subarray(place, place + BYTES_A_LINE), memory.address + place, found));
  }
  return lines;
}

/** `00001000  8b 44 24 04 ...  .D$.` */
export function dumpLine(
  part: Uint8Array,
  address: number,
  found: { readonly address: number; readonly length: number } | undefined,
): Line {
  const isFound = (index: number) =>
    found !== undefined && address + index >= found.address && address + index < found.address + found.length;
  const hex: Span[] = [];
  const letters: Span[] = [];
  for (let index = 0; index < BYTES_A_LINE; index++) {
    const gap = index === 8 ? " " : "";
    if (index >= part.length) {
      hex.push(span(`${gap}   `));
      continue;
    }
    const byte = part[index];
    const tone = isFound(index) ? "changed" : byte === 0 ? "muted" : undefined;
    const style = isFound(index) ? { bold: true, inverse: true } : {};
    hex.push(span(gap), span(byte.toString(16).padStart(2, "0"), tone, style), span(" "));
    letters.push(span(byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·", tone ?? "title", style));
  }
  return [muted(word(address)), span("  "), ...hex, span(" "), ...letters];
}
