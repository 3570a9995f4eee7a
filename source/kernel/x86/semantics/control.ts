/** Jcc JECXZ LOOPcc JMP CALL RET NOP INT, and what is an illegal instruction by nature. */
import { processor } from "../cpu.js";
import { GuestFault } from "../faults.js";
import { flags } from "../flags.js";
import { Register } from "../machine.js";
import { memory } from "../memory.js";
import { type Handler, MemoryOperand, STOP } from "../operation.js";
import { always, type Bind } from "./binding.js";
import { stackAccess } from "./stack.js";

/** A function because of the rule in cpu.ts. */
function createControl() {
  const cpu = processor;
  const { carryFlag, lessFlag, overflowFlag, parityFlag, signFlag, zeroFlag } = flags;
  const { registers } = cpu;
  const { addressOf, read32 } = memory;

  const { ECX, ESP } = Register;
  const { push32, pop32 } = stackAccess;

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

  const int: Bind = always((op) => {
    cpu.vector = op.immediate;
    cpu.resume = op.next.address;
    return STOP;
  });

  const trapping = (detail: string): Handler => {
    return () => {
      throw new GuestFault("illegal instruction", detail);
    };
  };
  const privileged = trapping("a privileged instruction");
  const undefinedInstruction = trapping("it is there to stop the program");
  const trap: Bind = (op) => (op.entry?.mnemonic === "hlt" ? privileged : undefinedInstruction);

  return {
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
}

export const control = createControl();
