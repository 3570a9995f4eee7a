/** What an operator can look at of one VM's memory: its bytes, where some bytes are, its virtual registers, its code. */

import { VirtualRegister } from "./abi.js";
import type { DisassemblyLine, VirtualRegisters } from "./commands.js";
import { UserError } from "./errors.js";
import { MAXIMUM_MEMORY_READ } from "./params.js";
import type { VmMemory } from "./vm/memory.js";
import { Residency, type Vm } from "./vm/vm.js";
import { disassemble } from "./x86/disassembler.js";

/** @returns a copy, shorter than asked for at the end of the memory. @throws UserError while the VM is not in core */
export function readMemory(vm: Vm, address: number, length: number): Uint8Array {
  if (!Number.isSafeInteger(address) || address < 0 || !(length >= 0 && length <= MAXIMUM_MEMORY_READ)) {
    throw new UserError(`${length} bytes at ${address} cannot be read; ask for at most ${MAXIMUM_MEMORY_READ} at once`);
  }
  return bytesOf(vm).slice(address, address + length);
}

/** The first place at or after `from`, then from the start, where the bytes are. @throws as {@link readMemory} */
export function searchMemory(vm: Vm, pattern: Uint8Array, from: number): number | undefined {
  if (pattern.length === 0) throw new UserError("there is nothing to search for; give a text or bytes");
  const memory = bytesOf(vm);
  const bytes = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
  const behind = bytes.indexOf(pattern, Math.max(0, from));
  const found = behind >= 0 ? behind : bytes.indexOf(pattern);
  return found >= 0 ? found : undefined;
}

/** The instructions around an address of the image's text, with the names of functions; none outside of text. */
export function codeAround(vm: Vm, address: number, before: number, after: number): DisassemblyLine[] {
  return disassemble(vm.image.program, address, before, after).map((line) => {
    const symbol = vm.image.functionAt(line.address);
    return symbol?.address === line.address ? { ...line, symbol: symbol.name } : line;
  });
}

/** What the register page says now; undefined while the VM is not in core. */
export function virtualRegisters(vm: Vm): VirtualRegisters | undefined {
  const memory = wholeMemory(vm);
  if (!memory) return undefined;
  const { view } = memory;
  const word = (offset: number) => view.getUint32(offset, true);
  const wide = (offset: number) => word(offset) + word(offset + 4) * 2 ** 32;
  return {
    cpuSpeed: word(VirtualRegister.CPU_SPEED),
    memorySize: word(VirtualRegister.MEMORY_SIZE),
    systemTime: wide(VirtualRegister.SYSTEM_TIME),
    wallClock: wide(VirtualRegister.WALL_CLOCK),
    interruptsEnabled: word(VirtualRegister.INTERRUPTS_ENABLED),
    interruptsPending: word(VirtualRegister.INTERRUPTS_PENDING),
    interruptHandler: word(VirtualRegister.INTERRUPT_HANDLER),
    interruptsDelivered: word(VirtualRegister.INTERRUPTS_DELIVERED),
    diskCount: word(VirtualRegister.DISK_COUNT),
    argumentCount: word(VirtualRegister.ARGUMENT_COUNT),
  };
}

function bytesOf(vm: Vm): Uint8Array {
  const memory = wholeMemory(vm);
  if (memory) return memory.bytes;
  throw new UserError(`${vm.name} is ${vm.ended ? "gone from" : "not in"} core; its memory cannot be read`);
}

/** A VM that comes in has its memory before that has its contents. */
function wholeMemory({ memory, residency }: Vm): VmMemory | undefined {
  return residency === Residency.COMING_IN ? undefined : memory;
}
