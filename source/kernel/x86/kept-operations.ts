/**
 * How much a thread keeps of operations, those of all its programs together. No VM pays for them, and a guest may run through megabytes
 * of text: where they are too many all are let go, and what runs on is decoded anew. They link each other, so that one that is held
 * holds most others; the interpreter lets them go where it is at a single one, and nobody holds any from one run to the next.
 */
import { MAXIMUM_DECODED_TEXT } from "../params.js";
import type { Operation } from "./operation.js";

/** What an {@link Operation} takes of V8's heap: some thirty fields of eight bytes. */
export const OPERATION_BYTES = 248;
/** The same of an element of an array. */
const ELEMENT_BYTES = 8;

/** Operations by address, an array for each page of text in which there are some. */
export type OperationPages = ((Operation | undefined)[] | undefined)[];

class KeptOperations {
  /** Taken since all were let go. */
  bytes = 0;
  readonly #pages = new Set<OperationPages>();

  get tooMany(): boolean {
    return this.bytes > MAXIMUM_DECODED_TEXT;
  }

  /** A page of so many elements was made here. */
  notePage(pages: OperationPages, elements: number): void {
    this.bytes += elements * ELEMENT_BYTES;
    this.#pages.add(pages);
  }

  letGo(): void {
    for (const pages of this.#pages) pages.fill(undefined);
    this.#pages.clear();
    this.bytes = 0;
  }
}

export const keptOperations = new KeptOperations();
