/** Disassembly for people: the lines around an address, and the check that an image stays within the subset. */
import { hex } from "./faults.js";
import type { TextSegment } from "./machine.js";
import { Program } from "./program.js";

/** One instruction. */
export interface DisassemblyLine {
  /** Guest-physical address. */
  readonly address: number;
  /** Its bytes in hexadecimal, space-separated: `01 d8`. */
  readonly bytes: string;
  /** Intel syntax: `add eax, ebx`. */
  readonly text: string;
}

/** One instruction of an image that was swept from end to end. */
export interface SweptInstruction {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Whether the virtual machine executes it (or, as `hlt` and `ud2`, stops at it on purpose). */
  readonly supported: boolean;
}

/** Text swept from, at most, this many bytes before an address: enough for any window, and long enough to fall in step. */
const SWEEP_BYTES = 512;

/**
 * The instruction at `eip`, up to `before` ahead of it and up to `after` behind it. Lines ahead start at an instruction
 * that was executed, or else at where a sweep has fallen in step with the instructions that lead to `eip`. Empty when
 * `eip` is outside text.
 */
export function disassemble(program: Program, eip: number, before: number, after: number): DisassemblyLine[] {
  const segment = program.segmentAt(eip);
  if (segment === undefined) return [];
  const addresses = before > 0 ? boundariesBefore(program, segment, eip).slice(-before) : [];
  const end = segment.address + segment.bytes.length;
  for (let address = eip, left = after + 1; left > 0 && address < end; left--) {
    addresses.push(address);
    address += program.describe(address).length;
  }
  return addresses.map((address) => lineAt(program, address));
}

/** Addresses of the instructions that lead up to `eip`, in ascending order. */
function boundariesBefore(program: Program, segment: TextSegment, eip: number): number[] {
  const first = Math.max(segment.address, eip - SWEEP_BYTES);
  const known: number[] = [];
  for (let address = first; address < eip; address++) if (program.isDecoded(address)) known.push(address);
  // From the segment's start every sweep is in step; from elsewhere it falls in step after a few instructions.
  const starts = [...known, ...Array.from({ length: Math.min(16, eip - first) }, (_, i) => first + i)].sort(
    (a, b) => a - b,
  );
  for (const start of starts) {
    const sweep = sweepTo(program, start, eip);
    if (sweep !== undefined && known.every((address) => address < start || sweep.includes(address))) return sweep;
  }
  return [];
}

/** Addresses of instructions from `start` up to, without, `end`; undefined when none ends exactly there. */
function sweepTo(program: Program, start: number, end: number): number[] | undefined {
  const addresses: number[] = [];
  let address = start;
  while (address < end) {
    addresses.push(address);
    address += program.describe(address).length;
  }
  return address === end ? addresses : undefined;
}

function lineAt(program: Program, address: number): DisassemblyLine {
  const { length, text } = program.describe(address);
  return { address, bytes: hexBytes(program.bytesAt(address).subarray(0, length)), text };
}

/** Bytes as people read them: `0f 0b`. */
export const hexBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** Every instruction of a text, swept linearly from the start of each segment. */
export function decodeAll(segments: readonly TextSegment[]): SweptInstruction[] {
  const program = new Program(segments);
  return program.segments.flatMap((segment) => {
    const swept: SweptInstruction[] = [];
    for (let offset = 0; offset < segment.bytes.length; ) {
      const address = segment.address + offset;
      const { length, text, supported } = program.describe(address);
      swept.push({ address, bytes: segment.bytes.slice(offset, offset + length), text, supported });
      offset += length;
    }
    return swept;
  });
}

/** The instructions of a text that the virtual machine refuses, as lines for people: `0x1000: 0f a2  cpuid`. */
export const findUnsupported = (segments: readonly TextSegment[]): string[] =>
  decodeAll(segments)
    .filter(({ supported }) => !supported)
    .map(({ address, bytes, text }) => `${hex(address)}: ${hexBytes(bytes)}  ${text}`);
