import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../source/kernel/errors.js";
import { parseElf } from "../../../source/kernel/vm/elf.js";

const hello = new Uint8Array(readFileSync(new URL("../../../guests/images/hello.elf", import.meta.url)));

/** A copy of hello.elf with a u32 overwritten. */
function patched(offset: number, value: number): Uint8Array {
  const copy = hello.slice();
  new DataView(copy.buffer).setUint32(offset, value, true);
  return copy;
}

const programHeaders = new DataView(hello.buffer).getUint32(28, true);

describe("parseElf", () => {
  it("reads a guest: its entry is in executable text, its segments do not overlap", () => {
    const elf = parseElf(hello, "hello");
    const text = elf.segments.find((segment) => segment.executable);
    expect(text).toBeDefined();
    expect(elf.entry).toBeGreaterThanOrEqual(text?.address ?? 0);
    expect(elf.functions.map((symbol) => symbol.name)).toContain("main");
    expect(elf.memoryWish).toBeGreaterThan(0);
  });

  it.each([
    ["nothing", new Uint8Array(), /not an ELF file/],
    ["a text file", new TextEncoder().encode("#!/bin/sh\n".repeat(20)), /not an ELF file/],
    ["a 64-bit program", patched(4, 0x00010102), /not an ELF32 i386 static executable/],
    ["another CPU's program", patched(16, 0x00280002), /not an ELF32 i386 static executable/],
    ["an entry outside text", patched(24, 0x10), /none of its executable segments/],
    ["program headers behind the end", patched(28, 0xfffffff0), /truncated/],
    [
      "a segment over the virtual registers",
      patched(programHeaders + 8, 0x800),
      /virtual registers|overlap|executable/,
    ],
    ["a segment of 4 GB", patched(programHeaders + 20, 0xffffffff), /at most/],
  ])("refuses %s", (_what, file, message) => {
    expect(() => parseElf(file, "guest")).toThrow(message);
    expect(() => parseElf(file, "guest")).toThrow(UserError);
  });

  it("refuses a file cut short within its segments", () => {
    const elf = parseElf(hello, "hello");
    const needed = Math.max(...elf.segments.map((each) => each.bytes.byteOffset + each.bytes.length));
    expect(() => parseElf(hello.slice(0, needed - 1), "hello")).toThrow(/truncated/);
  });

  it("takes a note whose sizes leave the file for one that was not written", () => {
    const note = Buffer.from(hello).indexOf(Buffer.from("Denali\0")) - 12;
    expect(note).toBeGreaterThan(0);
    for (const field of [note, note + 4]) {
      for (const size of [0x7fffffff, 0x80000000, 0xfffffffe]) {
        expect(parseElf(patched(field, size), "guest").memoryWish).toBe(0);
      }
    }
  });

  it("answers damage of any kind with a UserError or a parse, never with anything else", () => {
    const damage = fc.array(fc.record({ at: fc.nat(1023), value: fc.nat(255) }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.nat(hello.length), (changes, length) => {
        const file = hello.slice(0, Math.max(length, 40));
        for (const { at, value } of changes) if (at < file.length) file[at] = value;
        try {
          parseElf(file, "damaged");
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as Error).message).not.toContain("\n");
        }
      }),
      { numRuns: 500 },
    );
  });
});
