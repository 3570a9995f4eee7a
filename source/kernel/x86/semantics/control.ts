/** Jcc JECXZ LOOPcc JMP CALL RET NOP INT, and what is an illegal instruction by nature. */
import { carryFlag, cpu, ESP, lessFlag, overflowFlag, parityFlag, registers, signFlag, zeroFlag } from "../cpu.js";
import { GuestFault } from "../faults.js";
import { Register } from "../machine.js";
import { addressOf, read32 } from "../memory.js";
import { type Handler, MemoryOperand, Operation } from "../operation.js";
import { always, type Bind } from "./binding.js";
import { pop32, push32 } from "./stack.js";

const { ECX } = Register;

/** By condition code, as the CPU encodes it. */
const JUMPS: readonly Handler[] = [
  (op) => (overflowFlag() ? op.target : op.next),
  (op) => (overflowFlag() ? op.next : op.target),
  (op) => (carryFlag() ? op.target : op.next),
  (op) => (carryFlag() ? op.next : op.target),
  (op) => (zeroFlag() ? op.target : op.next),
  (op) => (zeroFlag() ? op.next : op.target),
  (op) => (carryFlag() || zeroFlag() ? op.target : op.next),
  (op) => (carryFlag() || zeroFlag() ? op.next : op.target),
  (op) => (signFlag() ? op.target : op.next),
  (op) => (signFlag() ? op.next : op.target),
  (op) => (parityFlag() ? op.target : op.next),
  (op) => (parityFlag() ? op.next : op.target),
  (op) => (lessFlag() ? op.target : op.next),
  (op) => (lessFlag() ? op.next : op.target),
  (op) => (zeroFlag() || lessFlag() ? op.target : op.next),
  (op) => (zeroFlag() || lessFlag() ? op.next : op.target),
];

const jcc: Bind = (op) => JUMPS[op.condition];

const jecxz: Bind = always((op) => (registers[ECX] === 0 ? op.target : op.next));

/** LOOP, LOOPE and LOOPNE change no flags. */
const loop: Bind = always((op) => (--registers[ECX] !== 0 ? op.target : op.next));
const loope: Bind = always((op) => (--registers[ECX] !== 0 && zeroFlag() ? op.target : op.next));
const loopne: Bind = always((op) => (--registers[ECX] !== 0 && !zeroFlag() ? op.target : op.next));

const jmp: Bind = always((op) => op.target);

const jmpRegister: Handler = (op) => cpu.text!.at(registers[op.destination] >>> 0);
const jmpMemory: Handler = (op) => cpu.text!.at(read32(addressOf(op)) >>> 0);
const jmpIndirect: Bind = (op) => (op.memory === MemoryOperand.NONE ? jmpRegister : jmpMemory);

const call: Bind = always((op) => {
  push32(op.next.address);
  return op.target;
});

const callIndirect: Bind = always((op) => {
  const target = op.memory === MemoryOperand.NONE ? registers[op.destination] : read32(addressOf(op));
  push32(op.next.address);
  return cpu.text!.at(target >>> 0);
});

const ret: Bind = always((op) => {
  const target = pop32();
  registers[ESP] += op.immediate;
  return cpu.text!.at(target >>> 0);
});

const nop: Bind = always((op) => op.next);

/** What handlers return to end the run after their instruction; never executed. */
export const STOP: Operation = new Operation(0, () => STOP);

const int: Bind = always((op) => {
  cpu.vector = op.immediate;
  cpu.resume = op.next.address;
  return STOP;
});

const trap: Bind = always(() => {
  throw new GuestFault("illegal instruction", "it is there to stop the program");
});

export const control = {
  jcc,
  jecxz,
  loop,
  loope,
  loopne,
  jmp,
  "jmp indirect": jmpIndirect,
  call,
  "call indirect": callIndirect,
  ret,
  nop,
  int,
  trap,
};
