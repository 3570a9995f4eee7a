import { describe, expect, it } from "vitest";
import { Lockstep } from "../../../source/kernel/lockstep/lockstep.js";
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import {
  createState,
  type Engine,
  Exit,
  Flag,
  type GuestMemory,
  type MachineState,
  StateWord,
} from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";
import { hex } from "../x86/guest.js";

const TEXT = 0x1000;

function machine(code: string) {
  const bytes = new Uint8Array(0x3000);
  const memory: GuestMemory = { bytes, view: new DataView(bytes.buffer) };
  return { program: new Program([{ address: TEXT, bytes: hex(code) }]), memory, state: createState(TEXT, 0x2800) };
}

/** Runs `code` against an engine that executes `other` in its place. */
function lockstep(code: string, other: string) {
  const { program, memory, state } = machine(code);
  const wrong = new Interpreter(machine(other).program);
  return { engine: new Lockstep(program, new Interpreter(program), wrong), memory, state };
}

/** An interpreter that changes what it left behind. */
class Spoiling implements Engine {
  readonly #inner: Interpreter;
  readonly #spoil: (state: MachineState, memory: GuestMemory) => void;

  constructor(program: Program, spoil: (state: MachineState, memory: GuestMemory) => void) {
    this.#inner = new Interpreter(program);
    this.#spoil = spoil;
  }
  get retired() {
    return this.#inner.retired;
  }
  get vector() {
    return this.#inner.vector;
  }
  get fault() {
    return this.#inner.fault;
  }
  run(state: MachineState, memory: GuestMemory, fuel: number): Exit {
    const exit = this.#inner.run(state, memory, fuel);
    this.#spoil(state, memory);
    return exit;
  }
}

function spoilt(code: string, spoil: (state: MachineState, memory: GuestMemory) => void) {
  const { program, memory, state } = machine(code);
  return { engine: new Lockstep(program, new Interpreter(program), new Spoiling(program, spoil)), memory, state };
}

describe("two engines in lockstep", () => {
  // mov ecx, 3; dec ecx; jnz; mov ebx, 5 or 6; int 0x80
  const LOOP = "b9 03000000 49 75 fd";

  it("give what the reference gives while they agree", () => {
    const { engine, memory, state } = lockstep(`${LOOP} bb 05000000 cd 80`, `${LOOP} bb 05000000 cd 80`);
    expect(engine.run(state, memory, 100)).toBe(Exit.VIRTUAL_INSTRUCTION);
    expect([engine.retired, engine.vector, state[3]]).toEqual([9, 0x80, 5]);
  });

  it("find the first instruction after which they differ, however long they ran", () => {
    const { engine, memory, state } = lockstep(`${LOOP} bb 05000000 eb fe`, `${LOOP} bb 06000000 eb fe`);
    expect(engine.run(state, memory, 1000)).toBe(Exit.FAULT);
    expect(engine.fault?.cause).toBe("engines differ");
    expect(engine.fault?.detail).toBe(
      "ebx is 0x5 in the interpreter and 0x6 in the translator, 8 instructions after 0x1000",
    );
    expect(engine.retired).toBe(8);
    expect(state[3]).toBe(5);
  });

  it("report both states and the code", () => {
    const { engine, memory, state } = lockstep("bb 05000000 eb fe", "bb 06000000 eb fe");
    engine.run(state, memory, 1);
    expect(engine.fault?.report).toBe(
      `ebx is 0x5 in the interpreter and 0x6 in the translator

        before        interpreter   translator
eax     0x00000000    0x00000000    0x00000000
ecx     0x00000000    0x00000000    0x00000000
edx     0x00000000    0x00000000    0x00000000
ebx     0x00000000    0x00000005    0x00000006
esp     0x00002800    0x00002800    0x00002800
ebp     0x00000000    0x00000000    0x00000000
esi     0x00000000    0x00000000    0x00000000
edi     0x00000000    0x00000000    0x00000000
eip     0x00001000    0x00001005    0x00001005
eflags  0x00000002    0x00000002    0x00000002
retired               1             1

code from 0x00001000, where both began:
  0x00001000  bb05000000              mov ebx, 0x5
  0x00001005  ebfe                    jmp short 0x1005

code from 0x00001005, where the interpreter ended:
  0x00001005  ebfe                    jmp short 0x1005`,
    );
  });

  it("notice a byte of memory, a register of SSE, and how many instructions were retired", () => {
    const byte = spoilt("90 90", (_, { bytes }) => {
      bytes[0x2abc] = 1;
    });
    byte.engine.run(byte.state, byte.memory, 1);
    expect(byte.engine.fault?.detail).toMatch(/^the byte at 0x2abc is 0x0 in the interpreter and 0x1/);
    const vector = spoilt("90 90", (state) => {
      state[StateWord.XMM + 5] = 7;
    });
    vector.engine.run(vector.state, vector.memory, 1);
    expect(vector.engine.fault?.detail).toMatch(/^xmm1, word 1, is 0x0 in the interpreter and 0x7/);
  });

  it("compare flags that something reads, and no others", () => {
    const flip = (state: MachineState) => {
      state[StateWord.EFLAGS] ^= Flag.CARRY;
    };
    // nop; adc eax, ebx / nop; add eax, ebx / nop; jz +0; cmc
    const read = spoilt("90 11 d8", flip);
    expect(read.engine.run(read.state, read.memory, 1)).toBe(Exit.FAULT);
    const written = spoilt("90 01 d8", flip);
    expect(written.engine.run(written.state, written.memory, 1)).toBe(Exit.FUEL);
    const behindBranch = spoilt("90 74 00 f5", flip);
    expect(behindBranch.engine.run(behindBranch.state, behindBranch.memory, 1)).toBe(Exit.FAULT);
  });

  it("give a machine the reference's flags, and each engine its own again", () => {
    const { engine, memory, state } = spoilt("90 90 01 d8", (machine) => {
      machine[StateWord.EFLAGS] |= Flag.CARRY;
    });
    expect(engine.run(state, memory, 1)).toBe(Exit.FUEL);
    expect(state[StateWord.EFLAGS] & Flag.CARRY).toBe(0);
    expect(engine.run(state, memory, 1)).toBe(Exit.FUEL);
  });

  it("take over what the kernel wrote into memory between two runs", () => {
    // mov eax, [0x2000]; jmp
    const { engine, memory, state } = lockstep("a1 00200000 eb f9", "a1 00200000 eb f9");
    engine.run(state, memory, 2);
    memory.view.setInt32(0x2000, 42, true);
    expect(engine.run(state, memory, 2)).toBe(Exit.FUEL);
    expect(state[0]).toBe(42);
  });

  it("end with the same fault where both fault, with the reference's registers", () => {
    // inc ebx; mov eax, [0xffffffff]
    const { engine, memory, state } = spoilt("43 a1 ffffffff", (machine) => {
      machine[3] = 99;
    });
    expect(engine.run(state, memory, 10)).toBe(Exit.FAULT);
    expect(engine.fault?.cause).toBe("memory fault");
    expect([state[3], state[StateWord.EIP]]).toEqual([1, TEXT + 1]);
  });

  it("notice a fault that only one of them has", () => {
    const { engine, memory, state } = lockstep("f7 f1 90", "90 90 90");
    expect(engine.run(state, memory, 1)).toBe(Exit.FAULT);
    expect(engine.fault?.detail).toMatch(/^the end is a divide error in the interpreter and out of fuel/);
  });
});
