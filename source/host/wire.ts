/**
 * What passes between the program's main thread and the kernel's: the first message, and how an error travels. A
 * structured clone forgets an error's class, so a refusal travels as plain data and is a `UserError` again on arrival.
 */

import { type KernelCommands, type KernelOptions, UserError } from "../kernel/index.js";
import type { CaptureSummary } from "./client.js";
import type { UplinkStatus } from "./uplink-figures.js";
import type { UplinkPlan } from "./uplink-plan.js";

/** The thread's first message from the client. */
export interface BootRequest {
  readonly options: Partial<KernelOptions>;
  /** Whether nothing runs until the call `start`. */
  readonly held: boolean;
}

/** The thread's first message: a kernel that booted, or why it was refused. */
export type BootMessage =
  | { readonly memory: SharedArrayBuffer; readonly capacity: number; readonly policies: readonly string[] }
  | { readonly refused: string };

/** The calls that the kernel's thread answers. */
export interface KernelCalls extends KernelCommands {
  /** Lets VMs run, where they were held. */
  start(): void;
  complain(text: string): void;
  startCapture(path: string, id?: number): Promise<void>;
  stopCapture(): Promise<CaptureSummary | undefined>;
  openUplink(plan: UplinkPlan): Promise<void>;
  uplinkStatus(): UplinkStatus;
  close(): Promise<void>;
}

interface Reply {
  e?: unknown;
}

/** To be used for every message, as birpc's `serialize`. */
export function pack(message: Reply): Reply {
  return message.e instanceof UserError ? { ...message, e: { refused: message.e.message } } : message;
}

/** To be used for every message, as birpc's `deserialize`. */
export function unpack(message: Reply): Reply {
  return isRefusal(message.e) ? { ...message, e: new UserError(message.e.refused) } : message;
}

function isRefusal(error: unknown): error is { refused: string } {
  return typeof error === "object" && error !== null && "refused" in error;
}
