/** What a VM was given at boot and has in page 0: its virtual registers, in short or as a page with disks and arguments. */

import {
  DISK_BLOCK_SIZE,
  type DiskSpec,
  INTERRUPT_COUNT,
  INTERRUPT_NAMES,
  VirtualRegister,
  type VirtualRegisters,
  type VmInspection,
} from "../../../kernel/index.js";
import { rule } from "../facts.js";
import { folded, joined, type Line, muted, padEnd, type Span, span } from "../span.js";
import { hasEnded } from "../states.js";
import { bytes, count, time, word } from "../units.js";
import { withoutRegisters } from "../vm-panel.js";
import type { ViewData } from "./view-data.js";

/** Lines of the registers in short. */
export const REGISTER_LINES = 6;

const TITLE = "virtual registers, page 0";

/** Cells of a label, of what stands behind it where something stands beside it, and of both with a gap. */
const LABEL = 12;
const VALUE = 21;
const COLUMN = 36;

type Entry = readonly [name: string, value: string];

/** Below the machine, in as many columns as there is room for. */
export function registerBlock({ inspection }: ViewData, width: number): Line[] {
  const title = rule(TITLE, width);
  const page = inspection?.virtualRegisters;
  if (!page) return [title, [muted(inspection ? withoutRegisters(inspection.state) : "asking the kernel ...")]];
  const entries: Entry[] = [
    ...clocksAndSizes(page),
    ["pending", mask(page.interruptsPending)],
    ["delivered", mask(page.interruptsDelivered)],
    handler(page),
    ["disks", String(page.diskCount)],
    ["arguments", String(page.argumentCount)],
  ];
  return [title, ...inColumns(entries, width)];
}

/** All of it on the smallest screen. What the kernel knows by its own records is shown of VMs that are not in core, too. */
export function registersPage({ inspection, unknown }: ViewData, width: number, height: number): Line[] {
  if (unknown) return [[muted(unknown)]];
  if (!inspection) return [[muted("asking the kernel ...")]];
  const { id, name, state, macAddress, network, disks, virtualRegisters: page, arguments: words } = inspection;
  const entries: Entry[] = [
    ...(page ? [...clocksAndSizes(page), handler(page)] : []),
    ["VM number", String(id)],
    ["MAC address", macAddress],
    ["Ethernet", network || "none"],
    ["timeout", timeout(inspection)],
  ];
  const lines: Line[] = [
    rule(TITLE, width),
    // Beside something else a long one would not be seen whole.
    [muted(padEnd("name", LABEL)), span(name)],
    ...inColumns(entries, width),
    ...(page
      ? [vectorsLine("pending", page.interruptsPending), vectorsLine("delivered", page.interruptsDelivered)]
      : [[muted(`the other registers are ${hasEnded(state) ? "gone with its memory" : "not in core"}`)]]),
    rule("disks", width),
    ...(disks.length > 0 ? disks.map(diskLine) : [[muted("none")]]),
    rule(words.length > 0 ? `arguments: ${words.length}` : "arguments", width),
  ];
  return [...lines, ...argumentLines(words, width, height - lines.length)];
}

function clocksAndSizes(page: VirtualRegisters): Entry[] {
  return [
    ["system time", time(page.systemTime)],
    ["wall clock", new Date(page.wallClock / 1e6).toISOString().slice(0, 19)],
    ["cpu speed", `${count(page.cpuSpeed * 1000)}/s`],
    ["memory size", bytes(page.memorySize)],
    ["interrupts", page.interruptsEnabled ? "enabled" : "disabled"],
  ];
}

function handler({ interruptHandler }: VirtualRegisters): Entry {
  return ["handler", interruptHandler === 0 ? "none" : word(interruptHandler)];
}

/** One below the other, then in the next column. */
function inColumns(entries: readonly Entry[], width: number): Line[] {
  const columns = Math.max(2, Math.min(5, Math.floor(width / COLUMN)));
  const lines = Math.ceil(entries.length / columns);
  const cell = ([name, value]: Entry): Span[] => [muted(padEnd(name, LABEL)), span(padEnd(value, VALUE))];
  return Array.from({ length: lines }, (_, line) =>
    joined(entries.filter((_, index) => index % lines === line).map(cell), " "),
  );
}

/** A bitmask of vectors, lowest bit at the right. */
function mask(bits: number): string {
  return (bits >>> 0).toString(2).padStart(INTERRUPT_COUNT, "0");
}

/** `pending     0000101  timer, nic receive` */
function vectorsLine(label: string, bits: number): Line {
  const names = INTERRUPT_NAMES.filter((_, vector) => (bits >>> vector) & 1);
  return [muted(padEnd(label, LABEL)), span(mask(bits)), span("  "), span(names.join(", "))];
}

/** The idle timeout or the timer, whichever comes first, as it was then. */
function timeout({ time: lookedAt, wakesAt }: VmInspection): string {
  if (wakesAt === undefined) return "none set";
  return wakesAt > lookedAt ? `due in ${time(wakesAt - lookedAt)}` : "due now";
}

/** `disk 0      1.00M  256 blocks  read only  notes`: the name, which may be long, last. */
function diskLine({ name, blocks, readOnly }: DiskSpec, index: number): Line {
  const size = `${bytes(blocks * DISK_BLOCK_SIZE)}  ${blocks} blocks  ${readOnly ? "read only" : "read and write"}  `;
  return [muted(padEnd(`disk ${index}`, LABEL)), muted(size), span(name)];
}

/** As they would be typed, in as many lines as there are; memory has what there is no room for. */
function argumentLines(words: readonly string[], width: number, room: number): Line[] {
  if (words.length === 0) return [[muted("none")]];
  const lines = folded(words.map(quoted).join(" "), width).map((line): Line => [span(line)]);
  if (lines.length <= room) return lines;
  const where = `0x${VirtualRegister.ARGUMENTS.toString(16)}`;
  return [...lines.slice(0, room - 1), [muted(`and more, in its memory from ${where} on`)]];
}

/** In quotes where something in it would not be seen as it is. */
function quoted(text: string): string {
  return /^[^\s"\\\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}
