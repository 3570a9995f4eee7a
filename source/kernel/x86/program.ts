/**
 * An image's text: immutable, decoded as it is executed, each instruction at most once.
 *
 * All machines of an image share one {@link Program}. What is stored into the text's addresses changes a machine's data
 * but no instruction. Code is wherever a jump goes: a jump into the middle of an instruction decodes what is there, as
 * a CPU would. There is no code outside the segments.
 */
import { Decoded, decodeInto, describe } from "./decoder.js";
import { GuestFault, hex } from "./faults.js";
import { executeFirst, raiseOutsideText } from "./first-execution.js";
import type { TextSegment } from "./machine.js";
import { Operation, type OperationSource } from "./operation.js";

/** Text bytes whose operations are kept in one array. */
const PAGE_BITS = 10;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

/** Where there is no segment. */
const NO_TEXT: TextSegment = { address: 0, bytes: new Uint8Array(0) };

/** V8 takes accesses to a Buffer and to other byte arrays at one place for two kinds, and slicing a Buffer for a third. */
function plain(bytes: Uint8Array): Uint8Array {
  return bytes instanceof Buffer ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes.slice();
}

const holds = ({ address, bytes }: TextSegment, wanted: number): boolean =>
  wanted >= address && wanted < address + bytes.length;

export class Program implements OperationSource {
  usesVectors = false;
  /** In ascending order of address. */
  readonly segments: readonly TextSegment[];
  /** Operations by address, in pages from the first text address on; most of an image's pages are never executed. */
  readonly #pages: ((Operation | undefined)[] | undefined)[];
  readonly #start: number;
  /** The segment that was asked for last: mostly it is again. */
  #found: TextSegment = NO_TEXT;

  constructor(segments: readonly TextSegment[]) {
    this.segments = segments
      .map(({ address, bytes }) => ({ address, bytes: plain(bytes) }))
      .sort((a, b) => a.address - b.address);
    this.#start = this.segments[0]?.address ?? 0;
    const end = Math.max(...this.segments.map(({ address, bytes }) => address + bytes.length), this.#start);
    this.#pages = new Array<undefined>(((end - this.#start) >>> PAGE_BITS) + 1).fill(undefined);
  }

  /** The one operation of this address; one outside text is made anew and faults when executed. */
  at(address: number): Operation {
    return this.#find(address) ?? this.#create(address);
  }

  #find(address: number): Operation | undefined {
    const offset = (address - this.#start) >>> 0;
    const page = offset >>> PAGE_BITS;
    return page < this.#pages.length ? this.#pages[page]?.[offset & PAGE_MASK] : undefined;
  }

  #create(address: number): Operation {
    if (this.segmentAt(address) === undefined) return new Operation(address, raiseOutsideText);
    const offset = address - this.#start;
    const page = offset >>> PAGE_BITS;
    this.#pages[page] ??= new Array<Operation | undefined>(1 << PAGE_BITS).fill(undefined);
    const operation = new Operation(address, executeFirst);
    this.#pages[page][offset & PAGE_MASK] = operation;
    return operation;
  }

  /** Decodes an operation of this program and links it. Throws a memory fault where text ends within it. */
  decode(operation: Operation): void {
    if (operation.length > 0) return;
    const segment = this.segmentAt(operation.address) ?? NO_TEXT;
    if (this.#decodeFrom(segment, operation)) return;
    const end = segment.address + segment.bytes.length;
    throw new GuestFault("memory fault", `the instruction runs past the end of the program's text, at ${hex(end)}`);
  }

  /** The same where its segment is known; false where text ends within it. */
  #decodeFrom(segment: TextSegment, operation: Operation): boolean {
    const { address } = operation;
    if (decodeInto(operation, segment.bytes, address - segment.address) === Decoded.TRUNCATED) return false;
    const { entry } = operation;
    if (entry === undefined) return true;
    operation.next = this.at((address + operation.length) >>> 0);
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
        return this.#found;
      }
    }
    return undefined;
  }

  /** Text from an address to the end of its segment; empty outside text. Not to be changed. */
  bytesAt(address: number): Uint8Array {
    const segment = this.segmentAt(address);
    return segment === undefined ? new Uint8Array(0) : segment.bytes.subarray(address - segment.address);
  }

  /** Whether an address is known to start an instruction: something was executed or linked there. */
  isDecoded(address: number): boolean {
    return (this.#find(address)?.length ?? 0) > 0;
  }

  /** Names the instruction at an address in text. */
  describe(address: number): { length: number; text: string; supported: boolean } {
    return describe(address, this.bytesAt(address));
  }
}
