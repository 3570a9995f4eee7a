/** A mistake in the command line. It stands apart from what reads the command line, which is loaded later. */

import { UserError } from "../kernel/index.js";

/** The command line itself makes no sense: exit status 2, as shells have it. */
export class UsageError extends UserError {}

/** Reads what the command line says: what is refused of it is a mistake in the command line, whoever refuses it. */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}
