/**
 * Addresses at which the interpreter stops before the instruction there, for an engine that goes on by other means. A
 * program has its stop points for good, so such an engine has a program of its own to interpret.
 */
import { processor } from "./cpu.js";
import { type Handler, STOP } from "./operation.js";
import type { Program } from "./program.js";

/**
 * What {@link Engine.vector} is after a stop, which an interpreter reports as the end of an `int N`: EIP is the stop point,
 * and one instruction more than was executed was counted as retired.
 */
export const STOPPED = -1;

/** Makes an interpreter of `program`, which has not run yet, stop at these addresses. */
export function setStopPoints(program: Program, addresses: Iterable<number>): void {
  for (const address of addresses) program.at(address).execute = stop;
}

const stop: Handler = (op) => {
  processor.vector = STOPPED;
  processor.resume = op.address;
  return STOP;
};
