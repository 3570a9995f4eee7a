/** Flags that a function leaves for its caller, which no compiler relies on, on ways out of it that are not its own return. */

import { describe, expect, it } from "vitest";
import { Register } from "../../../source/kernel/x86/machine.js";
import { compareEngines, difference, hex, stateOf, TEXT } from "./both-engines.js";

const { EAX, ECX, ESP } = Register;
/** ESP where translated code is entered: lower it may be used up. */
const STACK = 0x1_0000;
const FUEL = 20_000;

/** AL behind a program of which both engines make the same: the flag that its caller's SETcc read. */
function flagRead(code: readonly number[], registers: Readonly<Record<number, number>>, slice = FUEL): number {
  const piece = { code, state: stateOf({ [ESP]: STACK, ...registers }), memory: new Map() };
  const [comparison] = compareEngines([piece], FUEL, slice);
  expect(difference(comparison)).toBe("");
  expect(comparison.leftOver).toBeLessThan(comparison.translated.retired);
  return comparison.translated.state[EAX] & 0xff;
}

it.each([
  [4, 1],
  [5, 0],
])("finds the flags of a function whose callee returns past it, EAX %i", (eax, expected) => {
  const code = hex(
    "e8 05 00 00 00", //  0: call 10
    "0f 92 c0", //        5: setb al
    "cd 80", //           8: int 0x80
    "83 f8 05", //       10: cmp eax, 5
    "e8 01 00 00 00", // 13: call 19
    "90", //             18: nop, never reached
    "59", //             19: pop ecx
    "c3", //             20: ret
  );
  expect(flagRead(code, { [EAX]: eax })).toBe(expected);
});

it.each([
  [4, 1],
  [5, 0],
])("finds the flags of a function that returns past code in line, EAX %i", (eax, expected) => {
  const code = hex(
    "e8 05 00 00 00", //  0: call 10
    "0f 92 c0", //        5: setb al
    "cd 80", //           8: int 0x80
    "68 10 00 04 00", // 10: push 0x40010
    "c3", //             15: ret
    "83 f8 05", //       16: cmp eax, 5
    "c3", //             19: ret
  );
  expect(flagRead(code, { [EAX]: eax })).toBe(expected);
});

it("finds the flags of a loop that was left, and entered again at its head", () => {
  const code = hex(
    "e8 05 00 00 00", //  0: call 10
    "0f 94 c0", //        5: setz al
    "cd 80", //           8: int 0x80
    "b9 64 00 00 00", // 10: mov ecx, 100
    "49", //             15: dec ecx
    "75 fd", //          16: jnz 15
    "c3", //             18: ret
  );
  expect(flagRead(code, { [ECX]: 7 }, 60)).toBe(1);
});

it("finds the flags of a loop that was entered at its head and left, behind a call of the next instruction", () => {
  const code = hex(
    "b9 64 00 00 00", //  0: mov ecx, 100
    "83 e9 01", //        5: sub ecx, 1
    "75 fb", //           8: jnz 5
    "90", //             10: nop
    "e8 00 00 00 00", // 11: call 16
    "0f 94 c0", //       16: setz al
    "59", //             19: pop ecx
    "cd 80", //          20: int 0x80
  );
  expect(flagRead(code, {}, 60)).toBe(1);
});

it.each([
  [4, 1],
  [5, 0],
])("finds the flags behind a call in code that nothing was seen to lead to, EAX %i", (eax, expected) => {
  const code = hex(
    "e8 17 00 00 00", //  0: call 28
    "39 c0", //           5: cmp eax, eax
    "bf 11 00 04 00", //  7: mov edi, 0x40011
    "ff e7", //          12: jmp edi
    "f4 f4 f4", //       14: hlt, never reached
    "90", //             17: nop
    "e8 05 00 00 00", // 18: call 28
    "0f 92 c0", //       23: setb al
    "cd 80", //          26: int 0x80
    "83 f8 05", //       28: cmp eax, 5
    "c3", //             31: ret
  );
  expect(flagRead(code, { [EAX]: eax })).toBe(expected);
});

describe("finds the flags behind a call in code that nothing was seen to lead to", () => {
  const MOVES = 40;
  const AFTER_CALL = 23;
  const word = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)];

  it.each([
    ["where they are read far behind it", new Array<string>(MOVES).fill("89 f2").join(" ")], // mov edx, esi
    ["where a pointer leads on to what reads them", "bb 20 00 04 00 ff e3 39 c0"], // mov ebx, 0x40020; jmp ebx; cmp eax, eax, never reached
  ])("%s", (_where, between) => {
    const behind = hex(between, "0f 92 c0", "cd 80"); // setb al; int 0x80
    const called = hex("83 f8 05", "c3"); // cmp eax, 5; ret
    const code = [
      ...hex("e8"), //             0: call the function
      ...word(AFTER_CALL - 5 + behind.length),
      ...hex("39 c0"), //          5: cmp eax, eax
      ...hex("bf 11 00 04 00"), // 7: mov edi, 0x40011
      ...hex("ff e7"), //         12: jmp edi
      ...hex("f4 f4 f4 90 e8"), // 14: hlt, never reached; nop; call the function
      ...word(behind.length),
      ...behind, //               23
      ...called,
    ];
    for (const [eax, expected] of [
      [4, 1],
      [5, 0],
    ])
      expect(flagRead(code, { [EAX]: eax })).toBe(expected);
  });
});

it("finds the flags behind a call that data in front of it seems to be part of", () => {
  const code = hex(
    "e8 17 00 00 00", //  0: call 28
    "39 c0", //           5: cmp eax, eax
    "bf 12 00 04 00", //  7: mov edi, 0x40012
    "ff e7", //          12: jmp edi
    "f4 f4 f4 b8", //    14: data: read as an instruction, the last byte is mov eax, ... with four bytes of the call
    "e8 05 00 00 00", // 18: call 28
    "0f 92 c0", //       23: setb al
    "cd 80", //          26: int 0x80
    "83 f8 05", //       28: cmp eax, 5
    "c3", //             31: ret
  );
  for (const [eax, expected] of [
    [4, 1],
    [5, 0],
  ])
    expect(flagRead(code, { [EAX]: eax })).toBe(expected);
});

it("finds the flags behind a call where a jump by a table goes that is entered behind its load", () => {
  const TABLE = 0x1_1000;
  const code = hex(
    "85 c9", //                0: test ecx, ecx
    "74 07", //                2: jz 11
    "8b 04 8d 00 10 01 00", // 4: mov eax, [TABLE + 4*ecx]
    "90", //                  11: nop
    "ff e0", //               12: jmp eax
    "e8 05 00 00 00", //      14: call 24
    "0f 92 c0", //            19: setb al
    "cd 80", //               22: int 0x80
    "f9", //                  24: stc
    "c3", //                  25: ret
  );
  const target = TEXT + 14;
  const entry = new Uint8Array(Uint32Array.of(target).buffer);
  const state = stateOf({ [ESP]: STACK, [ECX]: 1 });
  const piece = { code, state, memory: new Map([[TABLE + 4, entry]]) };
  const read = (address: number) => (address === TABLE || address === TABLE + 4 ? target : undefined);
  const [comparison] = compareEngines([piece], FUEL, FUEL, read);
  expect(difference(comparison)).toBe("");
  expect(comparison.translated.state[EAX] & 0xff).toBe(1);
});

describe("flags of a function that is called by code left to the interpreter", () => {
  const CALLED = "83 f8 05 c3"; // cmp eax, 5; ret

  it.each([
    ["behind an instruction that is not translated", "f3 ac e8 05 00 00 00 0f 92 c0 cd 80"],
    ["behind a branch there", "f3 ac 74 08 e8 05 00 00 00 0f 92 c0 cd 80"],
    ["behind a jump there", "f3 ac eb 01 90 e8 05 00 00 00 0f 92 c0 cd 80"],
    ["where a jump follows", "f3 ac e8 07 00 00 00 eb 00 0f 92 c0 cd 80"],
  ])("are found %s", (_where, code) => {
    // With ECX 0 REP LODSB does nothing.
    for (const [eax, expected] of [
      [4, 1],
      [5, 0],
    ]) {
      expect(flagRead(hex(code, CALLED), { [EAX]: eax, [ECX]: 0 })).toBe(expected);
    }
  });
});

it.each([
  [4, 1],
  [5, 0],
])("finds the flags of a function that is left by way of a retpoline, EAX %i", (eax, expected) => {
  const code = hex(
    "e8 05 00 00 00", //  0: call 10
    "0f 92 c0", //        5: setb al
    "cd 80", //           8: int 0x80
    "e8 02 00 00 00", // 10: call 17
    "eb fe", //          15: jmp 15
    "b9 20 00 04 00", // 17: mov ecx, 0x40020
    "89 0c 24", //       22: mov [esp], ecx
    "c3", //             25: ret
    "90 90 90 90 90 90", // 26: nop
    "83 f8 05", //       32: cmp eax, 5
    "c3", //             35: ret
  );
  expect(flagRead(code, { [EAX]: eax })).toBe(expected);
});

it.each([
  [4, 1],
  [5, 0],
])("finds the flags of its caller in a function that is too large to be translated, ECX %i", (ecx, expected) => {
  const code = hex(
    "83 f9 05", //       0: cmp ecx, 5
    "e8 04 00 00 00", // 3: call 12
    "cd 80", //          8: int 0x80
    "31 d2", //         10: xor edx, edx, never reached
    "0f 92 c0", //      12: setb al
    "42 74 00".repeat(4_500), // inc edx; jz to what comes next
    "c3",
  );
  expect(flagRead(code, { [ECX]: ecx }, 100_000)).toBe(expected);
});
