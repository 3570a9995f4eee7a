/** Virtual instructions of the console and the keyboard. */

import { CONSOLE_PIECE } from "../params.js";
import { checkGuestBytes, guestBytes } from "../run/guest-access.js";
import type { Vm } from "../vm/vm.js";
import { Register } from "../x86/machine.js";
import { type Operation, type OperationContext, Outcome } from "./operation.js";

/** CONSOLE_PUT: prints ECX bytes at EAX; all of them, always. */
export const consolePut: Operation = (context, vm, memory) => {
  const { state } = vm;
  // Printing nothing brings the clocks up to date, and that is what it is for.
  if (state[Register.ECX] === 0) {
    checkGuestBytes(memory.view, state[Register.EAX], 0, "console output");
    state[Register.EAX] = 0;
    return Outcome.CONTINUE;
  }
  const bytes = guestBytes(memory.bytes, state[Register.EAX], state[Register.ECX], "console output");
  state[Register.EAX] = bytes.length;
  if (bytes.length > 0) print(context, vm, bytes);
  return Outcome.CONTINUE;
};

/** Puts bytes on a VM's console; they are copied, for whoever else wants them piece by piece: a guest may print all its memory. */
export function print({ core, consoleOutput }: OperationContext, vm: Vm, bytes: Uint8Array): void {
  vm.console.write(bytes);
  core.panel.vm.consoleBytes[vm.row] += bytes.length;
  if (!consoleOutput) return;
  for (let at = 0; at < bytes.length; at += CONSOLE_PIECE) consoleOutput(vm, bytes.slice(at, at + CONSOLE_PIECE));
}

/** CONSOLE_GET: moves at most ECX typed bytes to EAX. */
export const consoleGet: Operation = (_context, vm, memory) => {
  const target = guestBytes(memory.bytes, vm.state[Register.EAX], vm.state[Register.ECX], "keyboard input");
  const typed = vm.keyboard.take(target.length);
  target.set(typed);
  vm.state[Register.EAX] = typed.length;
  return Outcome.CONTINUE;
};
