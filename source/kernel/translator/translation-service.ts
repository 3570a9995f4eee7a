/**
 * Translating aside of the kernel's thread: who does it is the host's to choose (a worker thread, or nobody). What comes of it
 * does not depend on when it comes: both engines retire the same instructions.
 */

import type { CodeMap } from "./translation.js";
import type { Untranslatable } from "./untranslatable.js";

export interface TranslationRequest {
  /** Name of the image. */
  readonly name: string;
  /** The image's ELF file. */
  readonly file: Uint8Array;
  /** Where translations are kept, if anywhere; see TranslationCache. */
  readonly cacheFolder: string | undefined;
  /** Addresses to be entered at besides those that are found; a translation with some is not kept. */
  readonly missed: readonly number[];
}

/** A translation with its module, compiled: what a thread needs to run it. */
export interface ReadyTranslation {
  readonly translation: CodeMap;
  readonly module: WebAssembly.Module;
  /** Whether it was made earlier and kept. */
  readonly kept: boolean;
  /** How long that took whoever did it. */
  readonly nanoseconds: number;
}

export interface TranslationService {
  /**
   * Resolves with why there is none where the image is beyond the host, or the translator broke over it; stays unsettled when
   * the service is closed first. Never rejects: guests decide what is translated, and nothing of theirs ends a kernel.
   */
  translate(request: TranslationRequest): Promise<ReadyTranslation | Untranslatable>;
}
