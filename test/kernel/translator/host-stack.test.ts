/** Code that takes the host's stack without taking the guest's: it must be left in time, and gone on with. */

import { describe, expect, it } from "vitest";
import { Register } from "../../../source/kernel/x86/machine.js";
import { compareEngines, difference, hex, stateOf, TEXT } from "./both-engines.js";

const { EAX, ECX, EDX, ESP } = Register;
const STACK = 0x1_0000;
/** Far more than the host's stack has room for. */
const TIMES = 200_000;
const FUEL = 20 * TIMES;

/** A first piece that calls the other. */
const CALL_OTHER = hex(
  "e8 0b 00 00 00", //  0: call 16
  "cd 80", //           5: int 0x80
);

/** What the first of two pieces leaves in EAX; the other is 16 bytes behind it. */
function countedBy(first: readonly number[], other?: readonly number[], times = TIMES): number {
  const pieces = other ? [first, other] : [first];
  const state = stateOf({ [ECX]: times, [ESP]: STACK });
  const [comparison] = compareEngines(
    pieces.map((code) => ({ code, state, memory: new Map() })),
    FUEL,
  );
  expect(difference(comparison)).toBe("");
  expect(comparison.leftOver).toBeLessThan(comparison.translated.retired);
  return comparison.translated.state[EAX];
}

it("is not used up by two functions that end by jumping to each other, as gcc compiles calls in tail position", () => {
  const even = hex(
    "49", //              0: dec ecx
    "74 05", //           1: jz 8
    "e9 08 00 00 00", //  3: jmp 16, the other function
    "cd 80", //           8: int 0x80
  );
  const odd = hex(
    "40", //             16: inc eax
    "e9 ea ff ff ff", // 17: jmp 0
  );
  expect(countedBy(even, odd)).toBe(TIMES - 1);
});

it("is not used up by a function that jumps to itself through a pointer", () => {
  const code = hex(
    "ba 00 00 04 00", //  0: mov edx, 0x40000
    "40", //              5: inc eax
    "49", //              6: dec ecx
    "74 02", //           7: jz 11
    "ff e2", //           9: jmp edx
    "cd 80", //          11: int 0x80
  );
  expect(countedBy(code)).toBe(TIMES);
});

it("is not used up by many functions that each end by jumping to the next, the last of which calls the first", () => {
  const FUNCTIONS = 64;
  const SIZE = 16;
  const TURNS = 20_000;
  const FIRST = 0x4_0010;
  // jmp to the next function
  const passing = Array.from({ length: FUNCTIONS }, () => [
    ...hex("40 e9 0a 00 00 00"),
    ...new Array<number>(10).fill(0x90),
  ]);
  const back = -(FUNCTIONS * SIZE) - 8;
  const last = [
    ...hex("49 74 06 e8"), // dec ecx; jz to the ret; call the first
    ...new Uint8Array(Int32Array.of(back).buffer),
    ...hex("90 c3"), // nop; ret
  ];
  const functions = Array.from({ length: FUNCTIONS + 1 }, (_, index) => FIRST + index * SIZE);
  const state = stateOf({ [ECX]: TURNS, [ESP]: 0x1_f000 });
  const pieces = [CALL_OTHER, [...passing.flat(), ...last]].map((code) => ({ code, state, memory: new Map() }));
  const [comparison] = compareEngines(pieces, 100 * FUNCTIONS * TURNS, undefined, undefined, functions);
  expect(difference(comparison)).toBe("");
  expect(comparison.translated.state[EAX]).toBe(FUNCTIONS * TURNS);
  expect(comparison.leftOver).toBeLessThan(comparison.translated.retired);
});

it("is not used up by functions that drop their return address and call on", () => {
  const dropping = hex(
    "5a", //             16: pop edx
    "40", //             17: inc eax
    "49", //             18: dec ecx
    "74 07", //          19: jz 28
    "e8 f6 ff ff ff", // 21: call 16
    "50 58", //          26: push eax; pop eax, never reached
    "cd 80", //          28: int 0x80
  );
  expect(countedBy(CALL_OTHER, dropping)).toBe(TIMES);
});

it("is not used up by such functions where the depth of the guest's stack differs from way to way", () => {
  const dropping = hex(
    "5a", //             16: pop edx
    "40", //             17: inc eax
    "49", //             18: dec ecx
    "74 07", //          19: jz 28
    "e8 f6 ff ff ff", // 21: call 16
    "eb f4", //          26: jmp 16, never reached, with ESP four above what it is at the start
    "cd 80", //          28: int 0x80
  );
  expect(countedBy(CALL_OTHER, dropping)).toBe(TIMES);
});

it("is not used up by such functions that take a byte of the guest's stack each", () => {
  const dropping = hex(
    "5a", //             16: pop edx
    "4c", //             17: dec esp
    "40", //             18: inc eax
    "49", //             19: dec ecx
    "74 07", //          20: jz 29
    "e8 f5 ff ff ff", // 22: call 16
    "50 58", //          27: push eax; pop eax, never reached
    "cd 80", //          29: int 0x80
  );
  expect(countedBy(CALL_OTHER, dropping, 20_000)).toBe(20_000);
});

it("is not used up by a function that asks where it is, again and again, in a loop whose frame is aligned", () => {
  const asking = hex(
    "55", //             16: push ebp
    "89 e5", //          17: mov ebp, esp
    "83 e4 f0", //       19: and esp, -16
    "e8 00 00 00 00", // 22: call 27
    "5a", //             27: pop edx
    "40", //             28: inc eax
    "49", //             29: dec ecx
    "75 f6", //          30: jnz 22
    "c9", //             32: leave
    "c3", //             33: ret
  );
  expect(countedBy(CALL_OTHER, asking)).toBe(TIMES);
});

describe("is not used up by a recursion", () => {
  /** Deeper than the host's stack, of a megabyte or four, has room for with a kilobyte or two a call. */
  const DEPTH = 4_000;
  const AT = 16;
  const CALL_ITSELF = "call";

  /** EAX behind a function that computes, calls on until ECX is 0, and counts its returns. */
  function returned(computing: string, call: string): number {
    const before = [...hex(computing), 0x49]; // dec ecx
    const back = new Uint8Array(Int32Array.of(-before.length - 7).buffer);
    const calling = call === CALL_ITSELF ? [0xe8, ...back] : hex(call);
    const recursion = [...before, 0x74, calling.length, ...calling, ...hex("40 c3")]; // jz over the call; inc eax; ret
    const padding = new Array<number>(AT - CALL_OTHER.length).fill(0x90);
    const state = stateOf({ [ECX]: DEPTH, [EDX]: TEXT + AT, [ESP]: 0x1_f000 });
    const piece = { code: [...CALL_OTHER, ...padding, ...recursion], state, memory: new Map() };
    const [comparison] = compareEngines([piece], 10_000_000, undefined, undefined, [TEXT + AT]);
    expect(difference(comparison)).toBe("");
    expect(comparison.leftOver).toBeLessThan(comparison.translated.retired);
    return comparison.translated.state[EAX];
  }

  it.each([
    ["much with numbers", "f2 0f 58 c1 f2 0f 59 c8", CALL_ITSELF], // addsd xmm0, xmm1; mulsd xmm1, xmm0
    ["much with vectors", "66 0f 58 c1 66 0f 59 c8", CALL_ITSELF], // addpd xmm0, xmm1; mulpd xmm1, xmm0
    ["much with numbers, and goes by way of a pointer", "f2 0f 58 c1 f2 0f 59 c8", "ff d2"], // call edx
  ])("that has no frame and computes %s", (_what, computing, call) => {
    expect(returned(computing.repeat(200), call)).toBe(DEPTH);
  });
});
