/**
 * An image's text: immutable, decoded as it is executed, each instruction at most once.
 *
 * All machines of an image share one {@link Program}. What is stored into the text's addresses changes a machine's data
 * but no instruction. Code is wherever a jump goes: a jump into the middle of an instruction decodes what is there, as
 * a CPU would. There is no code outside the segments.
 */
import { Decoded, decodeInto, describe } from "./decoder.js";
import { GuestFault, hex } from "./faults.js";
import type { TextSegment } from "./machine.js";
import { Operation, type OperationSource } from "./operation.js";
import { executeFirst, raiseOutsideText } from "./semantics/bind.js";

/** Text bytes whose operations are kept in one array: most of an image's pages are never executed. */
const PAGE_BITS = 10;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

export class Program implements OperationSource {
  /** In ascending order of address. */
  readonly segments: readonly TextSegment[];
  readonly #pages = new Map<number, (Operation | undefined)[]>();

  constructor(segments: readonly TextSegment[]) {
    this.segments = segments
      .map(({ address, bytes }) => ({ address, bytes: bytes.slice() }))
      .sort((a, b) => a.address - b.address);
  }

  /** The one operation of this address; one outside text is made anew and faults when executed. */
  at(address: number): Operation {
    const page = this.#pages.get(address >>> PAGE_BITS);
    return page?.[address & PAGE_MASK] ?? this.#create(address);
  }

  #create(address: number): Operation {
    if (this.segmentAt(address) === undefined) return new Operation(address, raiseOutsideText);
    let page = this.#pages.get(address >>> PAGE_BITS);
    if (page === undefined) {
      page = new Array<Operation | undefined>(1 << PAGE_BITS).fill(undefined);
      this.#pages.set(address >>> PAGE_BITS, page);
    }
    const operation = new Operation(address, executeFirst);
    page[address & PAGE_MASK] = operation;
    return operation;
  }

  /** Decodes an operation of this program and links it. Throws a memory fault where text ends within it. */
  decode(operation: Operation): void {
    if (operation.length > 0) return;
    if (decodeInto(operation, this.bytesAt(operation.address)) === Decoded.TRUNCATED) {
      const segment = this.segmentAt(operation.address)!;
      const end = segment.address + segment.bytes.length;
      throw new GuestFault("memory fault", `the instruction runs past the end of the program's text, at ${hex(end)}`);
    }
    if (operation.entry === undefined) return;
    operation.next = this.at((operation.address + operation.length) >>> 0);
    if (operation.entry.forms[0] === "rel") operation.target = this.at(operation.immediate >>> 0);
  }

  /** The segment that holds an address. */
  segmentAt(address: number): TextSegment | undefined {
    return this.segments.find(
      (segment) => address >= segment.address && address < segment.address + segment.bytes.length,
    );
  }

  /** Text from an address to the end of its segment; empty outside text. Not to be changed. */
  bytesAt(address: number): Uint8Array {
    const segment = this.segmentAt(address);
    return segment === undefined ? new Uint8Array(0) : segment.bytes.subarray(address - segment.address);
  }

  /** Whether an address is known to start an instruction: something was executed or linked there. */
  isDecoded(address: number): boolean {
    const operation = this.#pages.get(address >>> PAGE_BITS)?.[address & PAGE_MASK];
    return operation !== undefined && operation.length > 0;
  }

  /** Names the instruction at an address in text. */
  describe(address: number): { length: number; text: string; supported: boolean } {
    return describe(address, this.bytesAt(address));
  }
}
