/** Jumps through a register into code of the same function that nobody finds before it runs. */
import { describe, expect, it } from "vitest";
import { Register } from "../../../source/kernel/x86/machine.js";
import { compareEngines, difference, type Piece, stateOf } from "./both-engines.js";

const { EAX, ECX, ESP } = Register;

/** Where the first piece of a program starts. */
const START = 0x4_0000;
/** ESP where translated code is entered: lower it may be used up. */
const STACK = 0x1_0000;

/** EAX behind a piece, on which the engines agree. */
function eaxBehind(code: string, registers: Readonly<Record<number, number>>): number {
  const piece: Piece = {
    code: [...Buffer.from(code.replaceAll(" ", ""), "hex")],
    state: stateOf(registers),
    memory: new Map(),
  };
  const [comparison] = compareEngines([piece]);
  expect(difference(comparison)).toBe("");
  expect(comparison.leftOver).toBeLessThan(comparison.translated.retired);
  return comparison.translated.state[EAX];
}

describe("a jump through a register", () => {
  // cmp eax, 5; jmp ecx; setb al; int 0x80
  it.each([
    [4, 1],
    [5, 0],
  ])("keeps the flags of before it, EAX %i", (eax, expected) => {
    expect(eaxBehind("83 f8 05 ff e1 0f 92 c0 cd 80", { [EAX]: eax, [ECX]: START + 5, [ESP]: STACK })).toBe(expected);
  });

  it("goes where ESP stands when it is ESP's, whatever has moved it", () => {
    // lea esp, [esp + 2]; jmp esp; inc eax, four times; int 0x80
    expect(eaxBehind("8d 64 24 02 ff e4 40 40 40 40 cd 80", { [ESP]: START + 6 })).toBe(2);
  });
});

it("keeps in mind where ESP stands behind a call through a register of a function that dropped its return address", () => {
  // pop ecx; call ecx; push 12345678h; pop eax; int 0x80; ret
  const code = "59 ff d1 68 78 56 34 12 58 cd 80 c3";
  const piece: Piece = {
    code: [...Buffer.from(code.replaceAll(" ", ""), "hex")],
    state: stateOf({ [ESP]: STACK }),
    memory: new Map([[STACK, new Uint8Array(Uint32Array.of(START + 11).buffer)]]),
  };
  const [comparison] = compareEngines([piece]);
  expect(difference(comparison)).toBe("");
  expect(comparison.translated.state[EAX]).toBe(0x12345678);
});
