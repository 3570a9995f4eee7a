/**
 * The two kinds of error this program knows.
 *
 * A {@link UserError} is a person's mistake or a condition of the host that a person can mend: it is shown as one line,
 * without a stack trace. Everything else that is thrown is a defect of the kernel and stops it loudly; {@link invariant}
 * is how the kernel says what it relies on.
 */

/** A mistake that one line can explain: what is wrong, and what to do about it. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Somebody else has what was asked for, at present: who asked as a courtesy goes without. */
export class InUseError extends UserError {}

/** Stops the kernel when something that must hold does not. */
export function invariant(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`kernel invariant broken: ${what}`);
}
