/** ESP near the end of 32 bits: what lies above it there is at the start of memory, as on the CPU. */

import { expect, it } from "vitest";
import { Register } from "../../../source/kernel/x86/machine.js";
import { compareEngines, difference, hex, stateOf, TEXT } from "./both-engines.js";

const { EAX, ESP } = Register;
const STACK = -16;
const word = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

it.each([
  ["add esp", "83 c4 20 58 cd 80"], // add esp, 0x20; pop eax; int 0x80
  ["sub esp", "83 ec e0 58 cd 80"], // sub esp, -0x20; pop eax; int 0x80
])("a pop reads from there where %s has moved it across", (_what, code) => {
  const memory = new Map([[STACK + 0x20, word(0x1234_5678)]]);
  const [comparison] = compareEngines([{ code: hex(code), state: stateOf({ [ESP]: STACK }), memory }]);
  expect(difference(comparison)).toBe("");
  expect(comparison.interpreted.fault).toBe("");
  expect(comparison.translated.state[EAX]).toBe(0x1234_5678);
});

it("a return reads where it goes from there", () => {
  const code = hex(
    "83 c4 20", //       0: add esp, 0x20
    "c3", //             3: ret
    "b8 07 00 00 00", // 4: mov eax, 7
    "cd 80", //          9: int 0x80
  );
  const memory = new Map([[STACK + 0x20, word(TEXT + 4)]]);
  const [comparison] = compareEngines([{ code, state: stateOf({ [ESP]: STACK }), memory }]);
  expect(difference(comparison)).toBe("");
  expect(comparison.translated.state[EAX]).toBe(7);
});
