import { describe, expect, it } from "vitest";
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import { createState, Exit, type Fault } from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";
import { type Before, DATA, type Guest, hex, MEMORY_SIZE, makeGuest, TEXT } from "./guest.js";

/** Runs code whose first instruction faults, and checks that it changed nothing. */
function faultOf(code: string, before: Before = {}): Fault {
  const guest = makeGuest(code, before);
  const state = guest.state.slice();
  const memory = guest.memory.bytes.slice();
  expect(guest.run(5)).toBe(Exit.FAULT);
  expect(guest.engine.retired).toBe(0);
  expect(guest.state).toEqual(state);
  expect(guest.memory.bytes).toEqual(memory);
  return guest.engine.fault!;
}

const lastWord = MEMORY_SIZE - 4;

describe("memory faults", () => {
  it.each<[string, string, Before, string]>([
    ["a read behind memory", "a1 00 30 00 00", {}, "read of 4 bytes at 0x3000, outside memory"],
    ["a read across the end", "a1 fd 2f 00 00", {}, "read of 4 bytes at 0x2ffd, outside memory"],
    ["a write across the end", "66 a3 ff 2f 00 00", {}, "write of 2 bytes at 0x2fff, outside memory"],
    ["a byte", "c6 03 01", { registers: { EBX: -1 } }, "write of 1 byte at 0xffffffff, outside memory"],
    ["an address near 4 GB", "89 03", { registers: { EBX: -2 } }, "write of 4 bytes at 0xfffffffe, outside memory"],
    ["a read-modify-write", "01 03", { registers: { EBX: lastWord + 1 } }, "read of 4 bytes at 0x2ffd, outside memory"],
    ["push", "50", { registers: { ESP: 0 } }, "write of 4 bytes at 0xfffffffc, outside memory"],
    ["pop", "58", { registers: { ESP: MEMORY_SIZE } }, "read of 4 bytes at 0x3000, outside memory"],
    [
      "pop to memory",
      "8f 03",
      { registers: { ESP: DATA, EBX: MEMORY_SIZE } },
      "write of 4 bytes at 0x3000, outside memory",
    ],
    ["call", "e8 00 00 00 00", { registers: { ESP: 2 } }, "write of 4 bytes at 0xfffffffe, outside memory"],
    [
      "call through memory",
      "ff 13",
      { registers: { ESP: 2, EBX: DATA } },
      "write of 4 bytes at 0xfffffffe, outside memory",
    ],
    ["ret", "c3", { registers: { ESP: lastWord + 2 } }, "read of 4 bytes at 0x2ffe, outside memory"],
    ["leave", "c9", { registers: { EBP: -1 } }, "read of 4 bytes at 0xffffffff, outside memory"],
    ["xchg", "87 03", { registers: { EBX: MEMORY_SIZE } }, "read of 4 bytes at 0x3000, outside memory"],
    [
      "cmpxchg8b across the end",
      "0f c7 0b",
      { registers: { EBX: lastWord } },
      "read of 8 bytes at 0x2ffc, outside memory",
    ],
    ["sete", "0f 94 03", { registers: { EBX: MEMORY_SIZE } }, "write of 1 byte at 0x3000, outside memory"],
    [
      "cmove that does not move",
      "0f 44 03",
      { registers: { EBX: MEMORY_SIZE } },
      "read of 4 bytes at 0x3000, outside memory",
    ],
    [
      "adc, flags too",
      "11 03",
      { flags: "CF ZF", registers: { EBX: MEMORY_SIZE } },
      "read of 4 bytes at 0x3000, outside memory",
    ],
    ["shl by 0", "c1 23 00", { registers: { EBX: MEMORY_SIZE } }, "read of 4 bytes at 0x3000, outside memory"],
    ["movsd", "a5", { registers: { ESI: DATA, EDI: MEMORY_SIZE } }, "write of 4 bytes at 0x3000, outside memory"],
  ])("%s", (_what, code, before, detail) => {
    const fault = faultOf(code, before);
    expect(fault).toMatchObject({ cause: "memory fault", eip: TEXT, detail });
  });

  it("names the instruction and its bytes", () => {
    const fault = faultOf("c7 83 00 00 01 00 78 56 34 12 90");
    expect(fault.instruction).toBe("mov dword ptr [ebx+0x10000], 0x12345678");
    expect(fault.bytes).toEqual(hex("c7 83 00 00 01 00 78 56 34 12"));
  });

  it("reaches the last bytes of memory, aligned or not", () => {
    const guest = makeGuest("89 03 8b 0b", { registers: { EAX: 0x1122_3344, EBX: lastWord } });
    expect(guest.run(2)).toBe(Exit.FUEL);
    expect(guest.register("ECX")).toBe(0x1122_3344);
    const unaligned = makeGuest("66 8b 0b", { registers: { EBX: MEMORY_SIZE - 2 } });
    expect(unaligned.run(1)).toBe(Exit.FUEL);
    const odd = makeGuest("8b 0b", { registers: { EBX: lastWord - 1 } });
    expect(odd.run(1)).toBe(Exit.FUEL);
  });

  describe("leave a repeated string instruction where it got", () => {
    const progress = (guest: Guest) => [
      guest.register("ECX"),
      guest.register("ESI"),
      guest.register("EDI"),
      guest.state[8],
    ];

    it("rep stosb at the end of memory", () => {
      const guest = makeGuest("f3 aa", { registers: { EAX: 7, ECX: 10, EDI: MEMORY_SIZE - 3 } });
      expect(guest.run(5)).toBe(Exit.FAULT);
      expect(progress(guest)).toEqual([7, 0, MEMORY_SIZE, TEXT]);
      expect(guest.bytes(MEMORY_SIZE - 4, 4)).toEqual([0, 7, 7, 7]);
      expect(guest.engine.fault!.detail).toBe("write of 1 byte at 0x3000, outside memory");
    });

    it("rep movsd downwards at the start of memory", () => {
      const guest = makeGuest("fd f3 a5", { registers: { ECX: 9, ESI: 4, EDI: DATA } });
      expect(guest.run(5)).toBe(Exit.FAULT);
      expect(guest.engine.retired).toBe(1);
      expect(progress(guest)).toEqual([7, 0xffff_fffc, DATA - 8, TEXT + 1]);
    });

    it("repne scasb keeps the flags of before it", () => {
      const guest = makeGuest("f2 ae", { flags: "OF CF", registers: { EAX: 1, ECX: 9, EDI: MEMORY_SIZE - 2 } });
      expect(guest.run(5)).toBe(Exit.FAULT);
      expect([...progress(guest), guest.flags()]).toEqual([7, 0, MEMORY_SIZE, TEXT, "OF CF"]);
    });
  });
});

describe("divide errors", () => {
  it.each<[string, string, Before, string]>([
    ["by zero", "f7 f3", { flags: "CF", registers: { EAX: 1 } }, "division by zero"],
    ["idiv by zero in memory", "f7 3d 00 20 00 00", {}, "division by zero"],
    ["a quotient of 33 bits", "f7 f3", { registers: { EDX: 5, EBX: 5 } }, "quotient does not fit in 32 bits"],
    ["-2^31 / -1", "f7 fb", { registers: { EDX: -1, EAX: -0x8000_0000, EBX: -1 } }, "quotient does not fit in 32 bits"],
    ["div bl", "f6 f3", { registers: { EAX: 0x200, EBX: 2 } }, "quotient does not fit in 8 bits"],
    ["idiv bx", "66 f7 fb", { registers: { EDX: 1, EBX: 1 } }, "quotient does not fit in 16 bits"],
  ])("%s", (_what, code, before, detail) => {
    expect(faultOf(code, before)).toMatchObject({ cause: "divide error", eip: TEXT, detail });
  });
});

describe("illegal instructions", () => {
  const outside = "outside the virtual machine's instruction set";
  it.each([
    ["0f 0b", "ud2", "it is there to stop the program"],
    ["f4", "hlt", "a privileged instruction"],
    ["fa", "cli", outside],
    ["fb", "sti", outside],
    ["e4 60", "in al, 0x60", outside],
    ["ee", "out dx, al", outside],
    ["0f a2", "cpuid", outside],
    ["0f 31", "rdtsc", outside],
    ["cc", "int3", outside],
    ["0f 20 c0", "mov eax, cr0", outside],
    ["0f 22 d8", "mov cr3, eax", outside],
    ["0f 01 10", "lgdt [eax]", outside],
    ["8e d8", "mov ds, ax", outside],
    ["1e", "push ds", outside],
    ["9a 00 00 00 00 08 00", "call far 0x0, 0x8", outside],
    ["cf", "iretd", outside],
    ["0f 05", "syscall", outside],
    ["0f 34", "sysenter", outside],
    ["d9 e8", "fld1", outside],
    ["0f 6f c1", "movq mm0, mm1", outside],
    ["9c", "pushfd", outside],
    ["60", "pushad", outside],
    ["66 0f c8", "bswap ax", outside],
    ["66 e9 00 00", "data16 jmp 0x1004", outside],
    ["65 a1 00 00 00 00", "mov eax, gs:[0x0]", "uses a segment"],
    ["64 8b 03", "mov eax, fs:[ebx]", "uses a segment"],
    ["67 8b 07", "mov eax, [bx]", "uses a 16-bit address"],
    ["67 a4", "movsb [di], [si]", "uses a 16-bit address"],
    ["67 e2 00", "addr16 loop 0x1003", outside],
    ["f0 90", "(bad)", "not an instruction"],
    ["ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff", "(bad)", "not an instruction"],
  ])("%s: %s", (code, instruction, detail) => {
    const fault = faultOf(code);
    expect(fault).toMatchObject({ cause: "illegal instruction", eip: TEXT, detail });
    expect(fault.instruction.replace("short ", "").replace("dword ptr ", "")).toBe(instruction);
    if (instruction !== "(bad)") expect(fault.bytes).toEqual(hex(code));
  });

  it("faults again when tried again", () => {
    const guest = makeGuest("0f 0b");
    guest.run(1);
    expect(guest.run(1)).toBe(Exit.FAULT);
    expect(guest.engine.fault!.instruction).toBe("ud2");
  });
});

describe("leaving the text", () => {
  it.each<[string, string, Before, number]>([
    ["a jump to data", "e9 fb 0f 00 00", {}, DATA],
    ["a jump outside memory", "ff e0", { registers: { EAX: 0x9000_0000 } }, 0x9000_0000],
    ["a call to zero", "ff d0", { registers: { EAX: 0, ESP: DATA } }, 0],
    ["a return to the stack", "c3", { registers: { ESP: DATA }, memory: { [DATA]: [8, 0x20, 0, 0] } }, DATA + 8],
    ["running off the end", "90", {}, TEXT + 1],
  ])("%s retires, and faults where it went", (_what, code, before, target) => {
    const guest = makeGuest(code, before);
    expect(guest.run(5)).toBe(Exit.FAULT);
    expect(guest.engine.retired).toBe(1);
    expect(guest.state[8] >>> 0).toBe(target);
    const detail = `execution left the program's text, at 0x${target.toString(16)}`;
    expect(guest.engine.fault).toEqual({
      cause: "memory fault",
      eip: target,
      bytes: new Uint8Array(0),
      instruction: "",
      detail,
    });
  });

  it("an instruction that runs past the end of the text is a memory fault, and its bytes are shown", () => {
    const fault = faultOf("b8 01 02");
    expect(fault).toMatchObject({ cause: "memory fault", eip: TEXT });
    expect(fault.detail).toBe("the instruction runs past the end of the program's text, at 0x1003");
    expect(fault.bytes).toEqual(hex("b8 01 02"));
  });
});

describe("text is immutable", () => {
  it("a store into it changes data but no instruction", () => {
    // mov byte [0x1007], 0x40 (inc eax); then nop, which stays one.
    const guest = makeGuest("c6 05 07 10 00 00 40 90 f4", {});
    expect(guest.run(2)).toBe(Exit.FUEL);
    expect(guest.bytes(0x1007, 1)).toEqual([0x40]);
    expect(guest.register("EAX")).toBe(0);
  });

  it("changing the array it was made from changes nothing", () => {
    const bytes = hex("40 40");
    const program = new Program([{ address: 0, bytes }]);
    bytes.fill(0xf4);
    const state = createState(0, 0);
    const memory = { bytes: new Uint8Array(16), view: new DataView(new ArrayBuffer(16)) };
    expect(new Interpreter(program).run(state, memory, 2)).toBe(Exit.FUEL);
    expect(state[0]).toBe(2);
  });
});
