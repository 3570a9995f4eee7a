/** What is decoded must depend on the bytes alone: not on what was decoded before, nor on which way it was decoded. */

import { describe, expect, it } from "vitest";
import {
  Decoded,
  decodeInto,
  decodeWithIced,
  describe as describeInstruction,
} from "../../../source/kernel/x86/decoder.js";
import { decoderWindows } from "../../../source/kernel/x86/decoder-window.js";
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
  const COUNT = 60_000;
  const TEXT = 0x1000;
  /** Bytes between places of one text. */
  const FAR = 1024 * 1024;
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
    const backwards = forwards.toReversed();
    for (const index of [forwards, backwards, scattered].flatMap((order) => order.filter((_, at) => at % 30 < 2))) {
      expect(program.describe(TEXT + index * LENGTH).text).toBe(expected(index));
    }
  });

  it("tells programs apart that are decoded in turn", () => {
    const one = new Program([{ address: TEXT, bytes: text }]);
    const other = new Program([{ address: TEXT, bytes: new Uint8Array(text.length).fill(0x90) }]);
    for (let index = 0; index < COUNT; index += 977) {
      expect(one.describe(TEXT + index * LENGTH).text).toBe(expected(index));
      expect(other.describe(TEXT + index * LENGTH).text).toBe("nop");
    }
  });

  it("goes to and fro between places far apart without copying text each time", () => {
    const bytes = new Uint8Array(4 * FAR).fill(0x90);
    const program = new Program([{ address: TEXT, bytes }]);
    const before = decoderWindows.copied;
    for (let turn = 0; turn < 4_000; turn++) program.describe(TEXT + (turn % 4) * FAR + turn);
    expect(decoderWindows.copied - before).toBeLessThan(FAR);
  });

  it("copies little at a time, however many places there are", () => {
    const places = 500;
    const apart = 100 * 1024;
    const bytes = new Uint8Array(places * apart).fill(0x90);
    const program = new Program([{ address: TEXT, bytes }]);
    const before = decoderWindows.copied;
    for (let turn = 0; turn < 2 * places; turn++) program.describe(TEXT + (turn % places) * apart);
    expect((decoderWindows.copied - before) / (2 * places)).toBeLessThanOrEqual(16_384);
  });

  it("sees where text ends within an instruction, whatever was decoded before", () => {
    const program = new Program([{ address: TEXT, bytes: text.subarray(0, text.length - 1) }]);
    program.describe(TEXT + (COUNT - 2) * LENGTH);
    const last = program.at(TEXT + (COUNT - 1) * LENGTH);
    expect(() => program.decode(last)).toThrow(/past the end of the program's text/);
  });
});

describe("an instruction decoded before", () => {
  /** One to eight bytes long; with equal beginnings; branches; with and without prefixes. */
  const ENCODINGS = [
    "40", "8bc3", "8b03", "8b4304", "8b8304000000", "8b0424", "8b44240c", "8b84240c000000", "668b4304", "0fb64304", "0fb6c3",
    "e810000000", "e8f0ffffff", "7405", "0f8405010000", "ebfe", "f3a4", "f2ae", "a4", "c20400", "c20800", "6a80", "6800800000",
    "c7430401020304", "c7430402020304", "c74304010203f4", "83c480", "81c480000000", "660f58c1", "f20f58c1", "f30f58c1", "c1e005",
    "d1e0", "d3e0", "8f4424f0", "648b03", "678b03", "0f0b", "69c302010000",
  ]; // biome-ignore format: one list
  const PADDING = new Array<number>(16).fill(0x90);

  const decodedAt = (address: number, text: Uint8Array, decode: typeof decodeInto) => {
    const operation = new Operation(address, execute);
    const result = decode(operation, text);
    return { result, ...operation, next: 0, target: 0, like: 0 };
  };

  it("is decoded as the first time, wherever it stands", () => {
    for (const encoding of [...ENCODINGS, ...ENCODINGS.toReversed(), ...ENCODINGS]) {
      const text = Uint8Array.from([...Buffer.from(encoding, "hex"), ...PADDING]);
      for (const address of [0x1000, 0x7fff_0000]) {
        expect(decodedAt(address, text, decodeInto), encoding).toEqual(decodedAt(address, text, decodeWithIced));
      }
    }
  });

  it("is truncated where its segment ends within it, though another's bytes follow in the same buffer", () => {
    // sub edi, 0x44332211 behind a NOP, the segment three bytes too short.
    const file = Uint8Array.of(0x90, 0x81, 0xef, 0x11, 0x22, 0x33, 0x44, 0x90);
    expect(decodeInto(new Operation(0x1000, execute), file)).toBe(Decoded.OK);
    expect(decodeInto(new Operation(0x1001, execute), file.subarray(1, 4))).toBe(Decoded.TRUNCATED);
    expect(describeInstruction(0x1001, file.subarray(1, 4))).toMatchObject({ text: "(bad)", length: 1 });
  });

  it("is truncated where text ends within it", () => {
    const whole = Uint8Array.from([...Buffer.from("8b84240c000000", "hex"), ...PADDING]);
    expect(decodeInto(new Operation(0x1000, execute), whole)).toBe(Decoded.OK);
    expect(decodeInto(new Operation(0x1000, execute), whole.subarray(0, 6))).toBe(Decoded.TRUNCATED);
  });
});
