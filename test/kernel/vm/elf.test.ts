import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../source/kernel/errors.js";
import { MAXIMUM_FUNCTIONS } from "../../../source/kernel/params.js";
import { parseElf } from "../../../source/kernel/vm/elf.js";

const hello = new Uint8Array(readFileSync(new URL("../../../guests/images/hello.elf", import.meta.url)));

/** A copy of hello.elf with a u32 overwritten. */
function patched(offset: number, value: number): Uint8Array {
  const copy = hello.slice();
  new DataView(copy.buffer).setUint32(offset, value, true);
  return copy;
}

/** hello.elf with another symbol table: functions, all of the one name, at the addresses from 0 on. */
function withSymbols(count: number, nameLength: number): Uint8Array {
  const table = hello.length;
  const strings = table + 16 * count;
  const sections = strings + nameLength + 1;
  const file = Buffer.alloc(sections + 3 * 40);
  file.set(hello);
  for (let index = 0; index < count; index++) {
    file.writeUInt32LE(index, table + 16 * index + 4);
    file.writeUInt8(2, table + 16 * index + 12);
  }
  file.fill("a", strings, strings + nameLength);
  file.writeUInt32LE(sections, 32);
  file.writeUInt16LE(40, 46);
  file.writeUInt16LE(3, 48);
  const section = (index: number, type: number, offset: number, size: number, link: number) => {
    for (const [at, value] of [
      [4, type],
      [16, offset],
      [20, size],
      [24, link],
    ])
      file.writeUInt32LE(value, sections + 40 * index + at);
  };
  section(1, 2, table, 16 * count, 2);
  section(2, 3, strings, nameLength + 1, 0);
  return new Uint8Array(file);
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

  it("reads functions of a file whose symbols all begin in one long string without copying that for each", () => {
    const heap = () => process.memoryUsage().heapUsed;
    const before = heap();
    const { functions } = parseElf(withSymbols(2_000, 100_000), "guest");
    expect(heap() - before).toBeLessThan(30 * 1024 * 1024);
    expect(functions).toHaveLength(2_000);
    expect(functions[1_999].name).toMatch(/^a{256,}$/);
    expect(functions[1_999].name.length).toBeLessThan(100_000);
  });

  it("reads so many functions at most", () => {
    expect(parseElf(withSymbols(MAXIMUM_FUNCTIONS + 10, 10), "guest").functions).toHaveLength(MAXIMUM_FUNCTIONS);
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
