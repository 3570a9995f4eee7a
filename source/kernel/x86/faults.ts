/** How a handler says that its instruction cannot be executed: it throws, having changed nothing. */
import type { FaultCause } from "./machine.js";

/** Ends `run`: the interpreter adds where and which instruction. */
export class GuestFault extends Error {
  readonly faultCause: FaultCause;
  /** What was wrong, as {@link Fault.detail}. */
  readonly detail: string;

  constructor(faultCause: FaultCause, detail: string) {
    super(`${faultCause}: ${detail}`);
    this.faultCause = faultCause;
    this.detail = detail;
  }
}

/** An address as people read it: `0x8048000`. */
export const hex = (address: number): string => `0x${(address >>> 0).toString(16)}`;

export type AccessKind = "read" | "write";

/** The fault of an access that is not wholly inside memory. */
export function outsideMemory(kind: AccessKind, size: number, address: number): GuestFault {
  const bytes = size === 1 ? "1 byte" : `${size} bytes`;
  return new GuestFault("memory fault", `${kind} of ${bytes} at ${hex(address)}, outside memory`);
}
