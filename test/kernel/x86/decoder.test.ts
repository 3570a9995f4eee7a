/** What is decoded must depend on the bytes alone: not on what was decoded before, nor on which way it was decoded. */

import { describe, expect, it } from "vitest";
import { Decoded, decodeInto, decodeWithIced } from "../../../source/kernel/x86/decoder.js";
import { Operation } from "../../../source/kernel/x86/operation.js";
import { Program } from "../../../source/kernel/x86/program.js";

const execute = (operation: Operation) => operation;

describe("INT", () => {
  it("is decoded as iced decodes it, with every vector", () => {
    for (let vector = 0; vector < 256; vector++) {
      const bytes = Uint8Array.of(0xcd, vector, 0x90);
      const [own, iced] = [new Operation(0x1000, execute), new Operation(0x1000, execute)];
      expect(decodeInto(own, bytes)).toBe(Decoded.OK);
      expect(decodeWithIced(iced, bytes)).toBe(Decoded.OK);
      expect({ ...own, next: 0, target: 0 }).toEqual({ ...iced, next: 0, target: 0 });
    }
  });

  it("is truncated where its vector is missing", () => {
    expect(decodeInto(new Operation(0x1000, execute), Uint8Array.of(0xcd))).toBe(Decoded.TRUNCATED);
  });
});

describe("decoding", () => {
  /** `mov [0xNNNNNNNN], eax` with its own address, over and over: 5 bytes each, so that none falls on a round address. */
  const LENGTH = 5;
  const COUNT = 4000;
  const TEXT = 0x1000;
  const text = new Uint8Array(LENGTH * COUNT);
  for (let index = 0; index < COUNT; index++) {
    text[index * LENGTH] = 0xa3;
    new DataView(text.buffer).setUint32(index * LENGTH + 1, TEXT + index * LENGTH, true);
  }
  const expected = (index: number) => `mov [0x${(TEXT + index * LENGTH).toString(16)}], eax`;

  it("gives each instruction, in order, backwards and from anywhere", () => {
    const program = new Program([{ address: TEXT, bytes: text }]);
    const forwards = Array.from({ length: COUNT }, (_, index) => index);
    const scattered = forwards.map((index) => (index * 1_237) % COUNT);
    for (const index of [...forwards, ...forwards.toReversed(), ...scattered]) {
      expect(program.describe(TEXT + index * LENGTH).text).toBe(expected(index));
    }
  });

  it("tells programs apart that are decoded in turn", () => {
    const one = new Program([{ address: TEXT, bytes: text }]);
    const other = new Program([{ address: TEXT, bytes: new Uint8Array(text.length).fill(0x90) }]);
    for (let index = 0; index < COUNT; index += 97) {
      expect(one.describe(TEXT + index * LENGTH).text).toBe(expected(index));
      expect(other.describe(TEXT + index * LENGTH).text).toBe("nop");
    }
  });

  it("sees where text ends within an instruction, whatever was decoded before", () => {
    const program = new Program([{ address: TEXT, bytes: text.subarray(0, text.length - 1) }]);
    program.describe(TEXT + (COUNT - 2) * LENGTH);
    const last = program.at(TEXT + (COUNT - 1) * LENGTH);
    expect(() => program.decode(last)).toThrow(/past the end of the program's text/);
  });
});
