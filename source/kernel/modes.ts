/**
 * The means that an operator can switch while guests run, to see what each of them buys. The first name of each list is
 * Denali's own way; the others are what a conventional virtual machine monitor would do.
 */

import { UserError } from "./errors.js";

/**
 * How interrupts reach a VM. `batched`: a post sets a bit, and all that is pending is delivered together when the VM next
 * runs. `immediate`: a post takes the CPU from whoever has it, and every interrupt is delivered by itself.
 */
export const INTERRUPT_MODES = ["batched", "immediate"] as const;
export type InterruptMode = (typeof INTERRUPT_MODES)[number];

/**
 * What IDLE does. `yield`: the VM leaves the CPU until an interrupt or its timeout. `spin`: it keeps the CPU and asks again
 * and again, as an operating system's idle loop does that has no such instruction.
 */
export const IDLE_MODES = ["yield", "spin"] as const;
export type IdleMode = (typeof IDLE_MODES)[number];

/** @throws UserError unless it is one of the names */
export function checkMode<Name extends string>(what: string, name: string, names: readonly Name[]): Name {
  const mode = names.find((known) => known === name);
  if (mode === undefined) throw new UserError(`there is no ${what} '${name}'; use ${names.join(" or ")}`);
  return mode;
}
