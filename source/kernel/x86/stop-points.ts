/**
 * Addresses at which the interpreter stops before the instruction there, for an engine that goes on by other means. A
 * program has its stop points for good, so such an engine has a program of its own to interpret.
 */
import { processor } from "./cpu.js";
import { type Handler, STOP } from "./operation.js";

/**
 * What {@link Engine.vector} is after a stop, which an interpreter reports as the end of an `int N`: EIP is the stop point,
 * and one instruction more than was executed was counted as retired.
 */
export const STOPPED = -1;

/** What an operation at a stop point executes. */
export const stop: Handler = (op) => {
  processor.vector = STOPPED;
  processor.resume = op.address;
  return STOP;
};
