/** Where the VM leaves translated code: within a call, before the function called has changed what it is to return; and at a loop's end. */
import { describe, expect, it } from "vitest";
import { Register } from "../../../source/kernel/x86/machine.js";
import { compareEngines, difference, type Piece, stateOf, TEXT } from "./both-engines.js";

const { EAX, EBX, ESP } = Register;

const STACK = 0x1_0000;

const word = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];
/** Too many to be put in line. */
const LONG = new Array<number>(80).fill(0x90);
const call = (distance: number): number[] => [0xe8, ...word(distance)];
const RET = 0xc3;
const INT = [0xcd, 0x80];

function registersBehind(code: readonly number[], slice?: number): readonly number[] {
  const piece: Piece = { code, state: stateOf({ [ESP]: STACK, [EBX]: 3 }), memory: new Map() };
  const [comparison] = compareEngines([piece], 1_000_000, slice);
  expect(difference(comparison)).toBe("");
  return [...comparison.translated.state];
}

// mov eax, 5; call outer; int 0x80
const caller = [0xb8, ...word(5), ...call(INT.length), ...INT];
// mov eax, 7; ret
const answer = [0xb8, ...word(7), RET];
// outer: call inner; mov eax, 7; ret
const outer = [...LONG, ...call(answer.length + LONG.length), ...answer, ...LONG];

describe("EAX, which the function called would have overwritten, is still its caller's", () => {
  it("when the VM leaves further inside", () => {
    const inner = [...LONG, ...INT, ...LONG, RET];
    expect(registersBehind([...caller, ...outer, ...inner])[EAX]).toBe(5);
  });

  it.each([1, 7, 50, 100])("when the VM is left every %i instructions", (slice) => {
    const inner = [...LONG, RET];
    expect(registersBehind([...caller, ...outer, ...inner], slice)[EAX]).toBe(7);
  });

  it("when a function further inside returns past its caller", () => {
    // inner: pop edx; ret
    const inner = [...LONG, 0x5a, RET];
    expect(registersBehind([...caller, ...outer, ...inner])[EAX]).toBe(5);
  });

  it("when it was jumped to rather than called", () => {
    // mov eax, 5; jmp outer, in a function that is called
    const jumper = [...LONG, 0xb8, ...word(5), 0xe9, ...word(0)];
    const inner = [...LONG, 0x5a, RET];
    expect(registersBehind([...call(INT.length), ...INT, ...jumper, ...outer, ...inner])[EAX]).toBe(5);
  });
});

describe("no more is retired than there is fuel for", () => {
  const nops = new Array<number>(100).fill(0x90);
  const POINTER = 0x1_1000;
  /** A function that calls nobody, and where it is in the second piece. */
  const LEAF = 112;
  const leaf = [...nops, RET];
  it.each([
    // call f; int 0x80; f: nops; jmp leaf
    [
      "behind a jump to a function that calls nobody",
      [...call(INT.length), ...INT, ...nops, 0xe9, ...word(0), ...leaf],
    ],
    // nops; call [POINTER]; int 0x80
    [
      "in such a function, called through a pointer",
      [...nops, 0xff, 0x15, ...word(POINTER), ...INT, ...word(0), ...leaf],
    ],
  ])("%s", (_what, code) => {
    const memory = new Map([[POINTER, Uint8Array.from(word(TEXT + LEAF))]]);
    for (let fuel = 95; fuel <= 225; fuel++) {
      const piece: Piece = { code, state: stateOf({ [ESP]: STACK }), memory };
      const [comparison] = compareEngines([piece], fuel, fuel, undefined, [TEXT + code.length - leaf.length]);
      expect(difference(comparison), `fuel ${fuel}`).toBe("");
    }
  });
});

it("EAX is the function's that has written it and returned elsewhere", () => {
  // outer: call inner; ret. inner: mov eax, 7; add [esp], 1; ret, past a nop.
  const inner = [...LONG, 0xb8, ...word(7), 0x83, 0x04, 0x24, 0x01, RET];
  const returning = [...LONG, ...call(2 + LONG.length), 0x90, RET, ...LONG];
  expect(registersBehind([...caller, ...returning, ...inner])[EAX]).toBe(7);
});

it("EAX is the caller's where the function that returned elsewhere does not write it", () => {
  const inner = [...LONG, 0x83, 0x04, 0x24, 0x01, RET];
  const returning = [...LONG, ...call(2 + LONG.length), 0x90, RET, ...LONG];
  expect(registersBehind([...caller, ...returning, ...inner])[EAX]).toBe(5);
});

it("a loop that was entered at its head goes on in translated code where it ends at another's head", () => {
  // outer: dec ebx; jz end; mov ecx, 3; inner: dec ecx; jz outer; inc eax; jmp inner; end: int 0x80
  const loops = [0x4b, 0x74, 0x0b, 0xb9, ...word(3), 0x49, 0x74, 0xf5, 0x40, 0xeb, 0xfa, ...INT];
  const turns = 10_000;
  const piece: Piece = { code: loops, state: stateOf({ [ESP]: STACK, [EBX]: turns }), memory: new Map() };
  const [comparison] = compareEngines([piece], 1_000_000, 5_003);
  expect(difference(comparison)).toBe("");
  expect(comparison.translated.state[EAX]).toBe(2 * (turns - 1));
  // At the end of a slice some is interpreted, so that the VM is left after as many instructions as it was given.
  expect(comparison.leftOver).toBeLessThan(comparison.translated.retired / 20);
});

it("an address wraps around at 2^32 where ESP was moved below 0 since it was known to be small", () => {
  // mov esp, 8; sub esp, 16; mov eax, [esp + 0x20]; int 0x80
  const code = [0xbc, ...word(8), 0x83, 0xec, 16, 0x8b, 0x44, 0x24, 0x20, ...INT];
  const memory = new Map([[0x18, Uint8Array.from(word(0x1234_5678))]]);
  const [comparison] = compareEngines([{ code, state: stateOf({}), memory }]);
  expect(difference(comparison)).toBe("");
  expect(comparison.translated.state[EAX]).toBe(0x1234_5678);
});
