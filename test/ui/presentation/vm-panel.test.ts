import { describe, expect, it } from "vitest";
import type { VmFigures } from "../../../source/host/figures.js";
import type { VmInspection } from "../../../source/kernel/index.js";
import {
  disassemblyLines,
  engineLine,
  flags,
  registers,
  vectorsTitle,
} from "../../../source/ui/presentation/vm-panel.js";

const text = (line: readonly { text: string }[]) => line.map((part) => part.text).join("");

const inspection = {
  registers: [1, 2, 3, 4, 5, 6, 7, 0xdeadbeef],
  eip: 0x401000,
  eflags: 0x0000_0002,
} as unknown as VmInspection;

/** With a register page that says whether interrupts are delivered. */
const inCore = (interruptsEnabled: number) =>
  ({ ...inspection, virtualRegisters: { interruptsEnabled } }) as VmInspection;

describe("registers", () => {
  it("shows all of them under their names", () => {
    expect(registers(inspection, undefined).map(text)).toEqual([
      "EAX 00000001 ECX 00000002 EDX 00000003",
      "EBX 00000004 ESP 00000005 EBP 00000006",
      "ESI 00000007 EDI deadbeef EIP 00401000",
    ]);
  });

  it("marks those that changed, and none the first time", () => {
    const marked = (before: readonly number[] | undefined) =>
      registers(inspection, before)
        .flat()
        .filter(({ tone }) => tone === "changed")
        .map((part) => part.text);
    expect(marked(undefined)).toEqual([]);
    expect(marked([1, 9, 3, 4, 5, 6, 7, 0xdeadbeef, 0x400ffe])).toEqual(["00000002", "00401000"]);
  });
});

describe("flags", () => {
  // Bit numbers: Intel SDM vol. 1, figure 3-8.
  it.each([
    [1 << 0, "odszapC"],
    [1 << 2, "odszaPc"],
    [1 << 4, "odszApc"],
    [1 << 6, "odsZapc"],
    [1 << 7, "odSzapc"],
    [1 << 10, "oDszapc"],
    [1 << 11, "Odszapc"],
  ])("decodes %d", (eflags, shown) => expect(text(flags({ ...inspection, eflags }))).toContain(shown));

  it("says whether interrupts are enabled", () => {
    expect(text(flags(inCore(0)))).toContain("interrupts off");
    expect(text(flags(inCore(1)))).toContain("interrupts on");
    // Any value but 0, as docs/virtual-architecture.md says.
    expect(text(flags(inCore(0x100)))).toContain("interrupts on");
  });

  it("claims nothing of them while the VM is not in core, nor once it has ended", () => {
    expect(text(flags({ ...inspection, state: "swapped" }))).toMatch(/ interrupts \?$/);
    expect(text(flags({ ...inspection, state: "crashed" }))).not.toContain("interrupts");
    expect(text(vectorsTitle({ ...inspection, name: "ping", state: "swapped", vectors: [] }))).toBe(
      "ping  not in core",
    );
    expect(text(vectorsTitle({ ...inspection, name: "ping", state: "crashed", vectors: [] }))).toBe("ping  ended");
  });
});

describe("the engine", () => {
  const vm = { instructionsPerSecond: 45_600_000, translatedInstructions: 996, translatedPercent: 99.6 } as VmFigures;

  it.each([
    [{ translationMilliseconds: 12.3, translationKept: false }, "45.6M/s  99.6% as wasm  in 12.3 ms"],
    [{ translationMilliseconds: 2.5, translationKept: true }, "45.6M/s  99.6% as wasm  kept, 2.5 ms"],
    [{ translationMilliseconds: 0, translatedInstructions: 0 }, "45.6M/s  interpreted"],
  ])("%j is shown as %s", (figures, shown) => {
    expect(text(engineLine({ ...vm, ...figures }))).toBe(shown);
  });

  it.each([
    ["interpreter", "45.6M/s  interpreter"],
    ["both", "45.6M/s  both engines  99.6% as wasm"],
    ["automatic", "45.6M/s  99.6% as wasm  in 12.3 ms"],
  ] as const)("that was asked for is named where it is %s", (engine, shown) => {
    const figures = { ...vm, translationMilliseconds: 12.3, translationKept: false };
    expect(text(engineLine(figures, engine))).toBe(shown);
  });

  it("is not taken for the interpreter before the first instruction, or where the clock is virtual", () => {
    const fresh = { ...vm, translatedInstructions: 0, translatedPercent: 0 };
    expect(text(engineLine({ ...fresh, translationMilliseconds: 3 }))).toContain("0.0% as wasm");
    expect(text(engineLine({ ...vm, translationMilliseconds: 0 }))).toContain("99.6% as wasm");
  });
});

describe("disassembly", () => {
  it("points at EIP and names functions", () => {
    const lines = [
      { address: 0x1000, bytes: "90", text: "nop", symbol: "main" },
      { address: 0x1001, bytes: "c3", text: "ret" },
    ];
    expect(disassemblyLines(lines, 0x1001, false).map(text)).toEqual(["  00001000  nop  ‹main›", "▸ 00001001  ret"]);
  });
});
