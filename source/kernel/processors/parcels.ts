/** What is sent between the kernel's thread and that of a CPU beside slices. */

import type { MessagePort } from "node:worker_threads";
import type { CodeMap } from "../translator/translation.js";
import type { Fault, TextSegment } from "../x86/machine.js";

/** What the thread is started with. */
export interface ProcessorData {
  readonly mailbox: SharedArrayBuffer;
  /** Brings {@link Parcel}s, takes {@link Note}s. */
  readonly port: MessagePort;
  /** The kernel clock's `epoch`. */
  readonly epoch: number;
}

/** To the CPU: what a slice is executed with, before the first that needs it, and what is to be let go. */
export type Parcel =
  | { readonly what: "interpreter"; readonly number: number; readonly text: readonly TextSegment[] }
  | { readonly what: "translator"; readonly number: number; readonly text: readonly TextSegment[] }
  /** What the translator of that number runs from now on. */
  | {
      readonly what: "translation";
      readonly number: number;
      readonly translation: CodeMap;
      readonly module: WebAssembly.Module;
    }
  | { readonly what: "memory"; readonly number: number; readonly wasm: WebAssembly.Memory }
  /** The kernel has dropped a memory. */
  | { readonly what: "forget"; readonly number: number }
  /** Much has been dropped: it is to be given back to the host. */
  | { readonly what: "collect" };

/** From the CPU, with a slice that is over. */
export type Note =
  | { readonly what: "fault"; readonly fault: Fault }
  /** Addresses of the image that were interpreted for so long that they are worth translating. */
  | { readonly what: "missed"; readonly addresses: readonly number[] };
