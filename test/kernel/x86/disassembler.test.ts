import { describe, expect, it } from "vitest";
import { decodeAll, disassemble, findUnsupported } from "../../../source/kernel/x86/disassembler.js";
import { Program } from "../../../source/kernel/x86/program.js";
import { hex, makeGuest } from "./guest.js";

/** push ebp; mov ebp, esp; sub esp, 0x18; mov eax, 0x12345678; call 0x1000; leave; ret */
const FUNCTION = hex("55 89 e5 83 ec 18 b8 78 56 34 12 e8 f0 ff ff ff c9 c3");
const program = () => new Program([{ address: 0x1000, bytes: FUNCTION }]);

describe("disassemble", () => {
  it("shows lines before and after, in Intel syntax", () => {
    expect(disassemble(program(), 0x1006, 2, 1)).toEqual([
      { address: 0x1001, bytes: "89 e5", text: "mov ebp, esp" },
      { address: 0x1003, bytes: "83 ec 18", text: "sub esp, 0x18" },
      { address: 0x1006, bytes: "b8 78 56 34 12", text: "mov eax, 0x12345678" },
      { address: 0x100b, bytes: "e8 f0 ff ff ff", text: "call 0x1000" },
    ]);
  });

  it("has fewer lines where the text begins and ends", () => {
    expect(disassemble(program(), 0x1000, 5, 0)).toHaveLength(1);
    expect(disassemble(program(), 0x1011, 0, 5)).toEqual([{ address: 0x1011, bytes: "c3", text: "ret" }]);
  });

  it("has none outside text", () => {
    expect(disassemble(program(), 0x2000, 3, 3)).toEqual([]);
  });

  it("starts lines before EIP at instructions that were executed", () => {
    // A jump over a byte that, swept over, would swallow the instruction behind it.
    const guest = makeGuest("eb 01 b0 40 43 cd 00");
    const unaware = disassemble(guest.program, 0x1005, 2, 0).map(({ text }) => text);
    expect(unaware).toEqual(["mov al, 0x40", "inc ebx", "int 0x0"]);
    guest.run(3);
    const lines = disassemble(guest.program, 0x1005, 2, 0).map(({ text }) => text);
    expect(lines).toEqual(["inc eax", "inc ebx", "int 0x0"]);
  });

  it("is in step with instructions within long text", () => {
    const body = hex("c7 84 24 80 00 00 00 90 90 90 90".repeat(200));
    const long = new Program([{ address: 0x1000, bytes: body }]);
    const lines = disassemble(long, 0x1000 + 11 * 100, 5, 0);
    expect(lines.map(({ address }) => address)).toEqual([95, 96, 97, 98, 99, 100].map((n) => 0x1000 + 11 * n));
  });

  it("marks bytes that are no instruction", () => {
    const bad = new Program([{ address: 0, bytes: hex("ff ff 90") }]);
    expect(disassemble(bad, 0, 0, 2).map(({ text }) => text)).toEqual(["(bad)", "(bad)", "nop"]);
  });
});

describe("decodeAll and findUnsupported", () => {
  it("sweep all segments, in order of address", () => {
    const swept = decodeAll([
      { address: 0x2000, bytes: hex("0f a2 c3") },
      { address: 0x1000, bytes: hex("90 c3") },
    ]);
    expect(swept.map(({ address, text, supported }) => [address, text, supported])).toEqual([
      [0x1000, "nop", true],
      [0x1001, "ret", true],
      [0x2000, "cpuid", false],
      [0x2002, "ret", true],
    ]);
  });

  it("name what is outside the instruction set", () => {
    expect(findUnsupported([{ address: 0x1000, bytes: hex("0f a2 90 d9 e8 0f 0b f4") }])).toEqual([
      "0x1000: 0f a2  cpuid",
      "0x1003: d9 e8  fld1",
    ]);
  });

  it("accept what gcc pads with", () => {
    const padding = "66 90 0f 1f 00 66 2e 0f 1f 84 00 00 00 00 00 8d b4 26 00 00 00 00 f3 0f 1e fb f3 c3";
    expect(findUnsupported([{ address: 0, bytes: hex(padding) }])).toEqual([]);
  });
});
