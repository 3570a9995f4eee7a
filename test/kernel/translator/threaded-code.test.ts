/**
 * Code threaded through a table of labels, as interpreters of bytecode have it: each piece ends by going to the next, so that
 * the loop they make has as many ways in as there are pieces. However often the VM leaves within, it goes on translated.
 */

import { describe, expect, it } from "vitest";
import { Register } from "../../../source/kernel/x86/machine.js";
import { compareEngines, difference, hex, type Piece, stateOf, TEXT } from "./both-engines.js";

const TABLE = 0x8000;
/** Turns, and pieces of so many instructions beside those that go on. */
const TURNS = 2_000;
const PIECES = 4;
const LENGTH = 40;

const bytesOf = (word: number): number[] => [0, 8, 16, 24].map((shift) => (word >> shift) & 0xff);

/** `mov eax, ecx; and eax, 3; mov eax, [eax*4 + TABLE]; lea esi, [esi + ecx]; jmp eax` */
const GO_ON = [...hex("89 c8 83 e0 03 8b 04 85"), ...bytesOf(TABLE), ...hex("8d 34 0e ff e0")];
/** `dec ecx; jne` over `int 0x80`. */
const COUNT = hex("49 75 02 cd 80");

const pieces = Array.from({ length: PIECES }, (_, index) => [
  // add ebx, 2 * index + 1
  ...Array.from({ length: LENGTH }, () => [...hex("83 c3"), 2 * index + 1]).flat(),
  ...COUNT,
  ...GO_ON,
]);
const entries = pieces.map((piece, index) => TEXT + GO_ON.length + index * piece.length);

const threaded: Piece = {
  code: [...GO_ON, ...pieces.flat()],
  state: stateOf({ [Register.ECX]: TURNS }),
  memory: new Map([[TABLE, Uint8Array.from(entries.flatMap(bytesOf))]]),
};

const run = (slice: number) =>
  compareEngines([threaded], undefined, slice, (address) => entries[(address - TABLE) / 4])[0];

describe("code threaded through a table of labels", () => {
  it.each([1, 7, 100, 10_000])("does as interpreted, in slices of %i instructions", (slice) => {
    const compared = run(slice);
    expect(difference(compared)).toBe("");
    // As many turns of each piece, of which each adds the same odd number.
    expect(compared.translated.state[Register.EBX]).toBe((TURNS / PIECES) * LENGTH * (1 + 3 + 5 + 7));
  });

  it("is carried out by translated code, wherever it was left", () => {
    const { leftOver, translated } = run(10_000);
    expect(leftOver / translated.retired).toBeLessThan(0.1);
  });
});
