/** What becomes of an image when it is translated: a module, and what is known of its code. */

/** A translated image: a module, and what is known of it. */
export interface Translation extends CodeMap {
  readonly bytes: Uint8Array;
}

/** What is known of a module's code: all that is needed once the host has compiled it. */
export interface CodeMap {
  /** Guest addresses that {@link Translation} can be entered at. */
  readonly entries: ReadonlySet<number>;
  /** Those of them that need the machine's XMM registers. */
  readonly vectorEntries: ReadonlySet<number>;
  /** Most instructions that can be retired between two looks at the fuel. */
  readonly longestPath: number;
  /** Whether some code is left to the interpreter because there is more of it than is translated, of one function or of an image. */
  readonly isPartial: boolean;
  /** Guest instruction of every place in the module that may trap, by byte offset in ascending order. */
  readonly accesses: Accesses;
}

/** Two numbers for each: there are tens of thousands, which are sent from thread to thread and kept. */
export interface Accesses {
  readonly offsets: Uint32Array;
  readonly addresses: Uint32Array;
}
