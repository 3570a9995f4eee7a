/**
 * What a capture is handed: every frame that a switch moves, with the moment by the kernel's clock. Who keeps it, and where,
 * is the host's matter: nothing here knows a file.
 */

export interface CapturedFrame {
  /** Nanoseconds since the kernel booted. */
  readonly time: number;
  /** Milliseconds since 1970 at which the kernel's clock was 0. */
  readonly epoch: number;
  /** Name of the Ethernet it was moved on. */
  readonly network: string;
  /** Header included, check sequence excluded; shared with its receivers and not to be changed. */
  readonly bytes: Uint8Array;
}

/** Told of each frame in the middle of the kernel's work: it may copy and count, and calls nothing of the kernel but `complain` and `capture`. */
export type CaptureSink = (frame: CapturedFrame) => void;
