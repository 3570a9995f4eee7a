/**
 * An image's text: immutable, decoded as it is executed, each instruction once unless operations are let go meanwhile.
 *
 * All machines of an image share one {@link Program}. What is stored into the text's addresses changes a machine's data
 * but no instruction. Code is wherever a jump goes: a jump into the middle of an instruction decodes what is there, as
 * a CPU would. There is no code outside the segments.
 */
import { Decoded, decodeInto, describe } from "./decoder.js";
import { MAXIMUM_LENGTH } from "./decoder-window.js";
import { GuestFault, hex } from "./faults.js";
import { executeFirst, raiseOutsideText } from "./first-execution.js";
import { keptOperations, OPERATION_BYTES, type OperationPages } from "./kept-operations.js";
import type { TextSegment } from "./machine.js";
import { type Handler, Operation, type OperationSource } from "./operation.js";
import { stop } from "./stop-points.js";

/** Text bytes whose operations are kept in one array. */
const PAGE_BITS = 10;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;

const NO_ADDRESSES: ReadonlySet<number> = new Set();

/** Where there is no segment. */
const NO_TEXT: TextSegment = { address: 0, bytes: new Uint8Array(0) };

/** V8 takes accesses to a Buffer and to other byte arrays at one place for two kinds, and slicing a Buffer for a third. */
function plain(bytes: Uint8Array): Uint8Array {
  return bytes instanceof Buffer ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes.slice();
}

/** Text that nobody will change, for a program that does not copy it: segments may be the same bytes of a file many times over. */
export function uncopied(segments: readonly TextSegment[]): TextSegment[] {
  return segments.map(({ address, bytes: { buffer, byteOffset, length } }) => {
    return { address, bytes: Buffer.from(buffer, byteOffset, length) };
  });
}

const holds = ({ address, bytes }: TextSegment, wanted: number): boolean =>
  wanted >= address && wanted < address + bytes.length;

export class Program implements OperationSource {
  usesVectors = false;
  /** In ascending order of address. */
  readonly segments: readonly TextSegment[];
  /** Of each segment its operations, in pages from its first address on; most of an image's pages are never executed. */
  readonly #operations: readonly OperationPages[];
  readonly #stopPoints: ReadonlySet<number>;
  /** The segment that was asked for last, where it starts, and its operations: mostly it is again. */
  #found: TextSegment = NO_TEXT;
  #start = 0;
  #pages: OperationPages = [];

  /** @param stopPoints addresses in text at which an interpreter stops before the instruction there: see stop-points.ts */
  constructor(segments: readonly TextSegment[], stopPoints = NO_ADDRESSES) {
    this.segments = segments
      .map(({ address, bytes }) => ({ address, bytes: plain(bytes) }))
      .sort((a, b) => a.address - b.address);
    this.#operations = this.segments.map(({ bytes }) => new Array(Math.ceil(bytes.length / PAGE_SIZE)).fill(undefined));
    this.#stopPoints = stopPoints;
  }

  /** The one operation of this address; one outside text is made anew and faults when executed. */
  at(address: number): Operation {
    return this.#find(address) ?? this.#findElsewhere(address);
  }

  /** An operation of the segment that was found last. */
  #find(address: number): Operation | undefined {
    const offset = (address - this.#start) >>> 0;
    const page = offset >>> PAGE_BITS;
    return page < this.#pages.length ? this.#pages[page]?.[offset & PAGE_MASK] : undefined;
  }

  /** The same where it is not in the segment that was found last, or nowhere yet. */
  #findElsewhere(address: number): Operation {
    if (!holds(this.#found, address)) {
      if (this.segmentAt(address) === undefined) return this.#create(address, raiseOutsideText);
      const known = this.#find(address);
      if (known) return known;
    }
    const operation = this.#create(address, this.#stopPoints.has(address) ? stop : executeFirst);
    this.#keep(operation);
    return operation;
  }

  #create(address: number, execute: Handler): Operation {
    keptOperations.bytes += OPERATION_BYTES;
    return new Operation(address, execute);
  }

  #keep(operation: Operation): void {
    const offset = operation.address - this.#start;
    const page = offset >>> PAGE_BITS;
    let operations = this.#pages[page];
    if (!operations) {
      operations = new Array<Operation | undefined>(PAGE_SIZE).fill(undefined);
      this.#pages[page] = operations;
      keptOperations.notePage(this.#pages, PAGE_SIZE);
    }
    operations[offset & PAGE_MASK] = operation;
  }

  /** Decodes an operation of this program and links it. Throws a memory fault where text ends within it. */
  decode(operation: Operation): void {
    if (operation.length > 0) return;
    const segment = this.segmentAt(operation.address) ?? NO_TEXT;
    if (this.#decodeFrom(segment, operation)) return;
    const end = operation.address + this.bytesAt(operation.address).length;
    throw new GuestFault("memory fault", `the instruction runs past the end of the program's text, at ${hex(end)}`);
  }

  /** The same where its segment is known; false where text ends within it. */
  #decodeFrom(segment: TextSegment, operation: Operation): boolean {
    const offset = operation.address - segment.address;
    const decoded =
      segment.bytes.length - offset < MAXIMUM_LENGTH
        ? decodeInto(operation, this.bytesAt(operation.address))
        : decodeInto(operation, segment.bytes, offset);
    if (decoded === Decoded.TRUNCATED) return false;
    const { entry } = operation;
    if (entry === undefined) return true;
    operation.next = this.at((operation.address + operation.length) >>> 0);
    if (entry.forms[0] === "rel") operation.target = this.at(operation.immediate >>> 0);
    return true;
  }

  /** The operation at an address, decoded, legal or not; undefined outside text and where text ends within it. */
  decodedAt(address: number): Operation | undefined {
    const operation = this.at(address);
    if (operation.length > 0) return operation;
    const segment = this.segmentAt(address);
    return segment !== undefined && this.#decodeFrom(segment, operation) ? operation : undefined;
  }

  /** The segment that holds an address. */
  segmentAt(address: number): TextSegment | undefined {
    if (holds(this.#found, address)) return this.#found;
    for (let index = 0; index < this.segments.length; index++) {
      if (holds(this.segments[index], address)) {
        this.#found = this.segments[index];
        this.#start = this.#found.address;
        this.#pages = this.#operations[index];
        return this.#found;
      }
    }
    return undefined;
  }

  /**
   * Text from an address to the end of its segment, empty outside text. Not to be changed. Where the instruction there may go on in
   * a segment that begins where this one ends, as much as an instruction has at most.
   */
  bytesAt(address: number): Uint8Array {
    const segment = this.segmentAt(address);
    if (segment === undefined) return new Uint8Array(0);
    const bytes = segment.bytes.subarray(address - segment.address);
    if (bytes.length >= MAXIMUM_LENGTH) return bytes;
    const all = [...bytes];
    for (const next of this.segments) {
      if (next.address === address + all.length) all.push(...next.bytes.subarray(0, MAXIMUM_LENGTH - all.length));
    }
    return all.length === bytes.length ? bytes : Uint8Array.from(all);
  }

  /** Whether an address is known to start an instruction: something was executed or linked there. */
  isDecoded(address: number): boolean {
    return this.segmentAt(address) !== undefined && (this.#find(address)?.length ?? 0) > 0;
  }

  /** Names the instruction at an address in text. */
  describe(address: number): { length: number; text: string; supported: boolean } {
    return describe(address, this.bytesAt(address));
  }
}
