/**
 * Repeated string instructions in translated code: long ones, overlapping ones, those that reach the end of memory, and
 * those for which the fuel does not last, which count as an instruction for every four elements, or for each that is compared.
 */
import { describe, expect, it } from "vitest";
import { Register } from "../../../source/kernel/x86/machine.js";
import { compareEngines, difference, MEMORY_SIZE, type Piece, stateOf } from "./both-engines.js";

const { EAX, ECX, ESI, EDI } = Register;

const CODES = {
  "rep movsb": "f3 a4",
  "rep movsw": "66 f3 a5",
  "rep movsd": "f3 a5",
  "rep stosb": "f3 aa",
  "rep stosw": "66 f3 ab",
  "rep stosd": "f3 ab",
  "repne scasb": "f2 ae",
  "repe cmpsb": "f3 a6",
  "repe cmpsd": "f3 a7",
  "std; rep stosw; cld": "fd 66 f3 ab fc",
  "std; rep movsb; cld": "fd f3 a4 fc",
  "std; rep movsw; cld": "fd 66 f3 a5 fc",
  "std; rep movsd; cld": "fd f3 a5 fc",
} as const;

/** [ECX, ESI, EDI] */
const RANGES: readonly [number, number, number][] = [
  [0, 0x1000, 0x8000],
  [1, 0x1000, 0x8000],
  [511, 0x1000, 0x8000],
  [512, 0x1000, 0x8000],
  [513, 0x1001, 0x8003],
  [5000, 0x1000, 0x8000],
  [600, 0x1000, 0x1001],
  [600, 0x1001, 0x1000],
  [64, 0x1000, 0x1000],
  [64, 0x1000, MEMORY_SIZE - 256],
  [65, 0x1000, MEMORY_SIZE - 64],
  [70, MEMORY_SIZE - 70, 0x1000],
  [71, MEMORY_SIZE - 70, 0x1000],
  [-1, 0x1000, 0x8000],
  [600, 0x3000, 0x3001],
  [600, 0x3001, 0x3000],
  [600, 0x3003, 0x3000],
  [600, 0x3000, 0x3003],
  [600, 0x3000, 0x3005],
  [600, 0x3005, 0x3000],
  [600, 0x3000, 0x3400],
  [600, 0x3000, 0x3000],
  [0x801, 0x2000, 0x2004],
  [64, 0x3000, MEMORY_SIZE - 1],
  [64, 0x3000, MEMORY_SIZE - 4],
  [64, 0x3000, MEMORY_SIZE - 3],
  [64, 63, 0x8000],
  [64, 62, 0x8000],
  [64, 252, 0x8000],
  [64, 251, 0x8000],
  [0x4000_0000, 0x1000, 0x8000],
];

/** What the first long words of memory hold: a pattern, with two ranges that agree for a while. */
function content(): Map<number, Uint8Array> {
  const bytes = Uint8Array.from({ length: 0x5000 }, (_, index) => (index * 7 + (index >> 8)) | 1);
  const copy = bytes.slice();
  copy[3000] ^= 0xff;
  return new Map([
    [0x1000, bytes],
    [0x8000, copy],
  ]);
}

/** The instruction, what shows that it ended (`mov [0x500], ecx`), and `int 0x80`. */
function piece(code: string, [ecx, esi, edi]: readonly [number, number, number], eax: number): Piece {
  const bytes = [...Buffer.from(code.replaceAll(" ", ""), "hex"), 0x89, 0x0d, 0, 5, 0, 0, 0xcd, 0x80];
  return { code: bytes, state: stateOf({ [EAX]: eax, [ECX]: ecx, [ESI]: esi, [EDI]: edi }), memory: content() };
}

describe("repeated string instructions", () => {
  for (const fuel of [1_000_000, 1, 2, 3, 4, 5, 6, 11, 14]) {
    it.each(Object.entries(CODES))(`%s, with fuel for ${fuel} instructions`, (_name, code) => {
      const cases = RANGES.flatMap((range) => [0, 0x2a2a_2a2a, 0x1234_5678].map((eax) => ({ range, eax })));
      const comparisons = compareEngines(
        cases.map(({ range, eax }) => piece(code, range, eax)),
        fuel,
      );
      const wrong = comparisons.flatMap((comparison, index) => {
        const found = difference(comparison);
        return found === "" ? [] : [`${cases[index].range}, EAX ${cases[index].eax.toString(16)}: ${found}`];
      });
      expect(wrong.slice(0, 4)).toEqual([]);
    });
  }
});

describe("a repeated string instruction that is left and gone on with", () => {
  const EACH = Object.entries(CODES);

  it.each(EACH)("%s makes the same and retires as many at every quantum", (_name, code) => {
    const cases = RANGES.filter(([elements]) => elements >= 0 && elements <= 600).map((range) =>
      piece(code, range, 0x2a),
    );
    const whole = compareEngines(cases);
    for (const slice of [1, 2, 3, 7, 50]) {
      const sliced = compareEngines(cases, 1_000_000, slice);
      expect(sliced.map((each) => difference(each))).toEqual(cases.map(() => ""));
      expect(sliced.map(({ interpreted }) => interpreted.retired)).toEqual(
        whole.map((each) => each.interpreted.retired),
      );
      for (const [index, { interpreted }] of sliced.entries()) {
        expect(Buffer.compare(interpreted.memory, whole[index].interpreted.memory)).toBe(0);
      }
    }
  });

  it.each([
    ["rep movsb", 1250],
    ["rep stosd", 1250],
    ["repe cmpsb", 3001],
  ] as const)("%s is all translated where fuel lasts, as %i instructions", (name, instructions) => {
    const [{ translated, leftOver }] = compareEngines([piece(CODES[name], [5000, 0x1000, 0x8000], 0)]);
    // And `mov` and `int`.
    expect(translated.retired).toBe(instructions + 2);
    expect(leftOver).toBe(1);
  });
});
