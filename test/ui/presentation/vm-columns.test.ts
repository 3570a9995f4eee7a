import { describe, expect, it } from "vitest";
import type { VmFigures } from "../../../source/host/figures.js";
import { placeColumns } from "../../../source/ui/presentation/column-places.js";
import { lineCells } from "../../../source/ui/presentation/span.js";
import { percent } from "../../../source/ui/presentation/units.js";
import { findColumn, showValue, VM_TABLE_COLUMNS } from "../../../source/ui/presentation/vm-columns.js";
import { tableTitles, vmLine } from "../../../source/ui/presentation/vm-table.js";

const MIB = 1024 * 1024;

const PING: VmFigures = {
  row: 3, id: 17, name: "ping", image: "ping", state: "ready", cpuPercent: 42.34, readyPercent: 57.66, idlePercent: 0,
  instructions: 123_456_789, instructionsPerSecond: 45_600_000, translatedInstructions: 123_000_000,
  translatedPercent: 99.63, translationMilliseconds: 12.3, translationKept: false, interruptsPosted: 1_234, interruptsDelivered: 1_231,
  interruptsPending: 3, interruptBatches: 600, pendingMask: 1, memorySize: MIB, resident: MIB, swapIns: 4, swapOuts: 5,
  swappedBytes: 0, rxPackets: 10, txPackets: 11, rxBytes: 640, txBytes: 704, rxBytesPerSecond: 64, txBytesPerSecond: 70,
  drops: 2, rxQueued: 0, meanTurn: 0.005,
  tickets: 100,
  diskReads: 8, diskWrites: 9, consoleBytes: 0, uptime: 754, status: undefined,
}; // biome-ignore format: a record

const text = (line: readonly { text: string }[]) => line.map((part) => part.text).join("");

describe("the columns of the table", () => {
  it.each([
    ["id", "17", "muted"],
    ["name", "ping", "title"],
    ["state", "● ready", "ready"],
    ["cpu", "42.3", undefined],
    ["ready", "57.7", undefined],
    ["rate", "45.6M", undefined],
    ["instructions", "123M", undefined],
    ["translated", "99.6", undefined],
    ["pending", "3", "warning"],
    ["posted", "1.23k", undefined],
    ["delivered", "1.23k", undefined],
    ["swaps", "4/5", undefined],
    ["memory", "1.00M", undefined],
    ["rxPackets", "10", undefined],
    ["drops", "2", "bad"],
    ["disk", "8/9", undefined],
    ["uptime", "12m34s", "muted"],
  ])("%s shows %s", (id, shown, tone) => {
    expect(findColumn(id)!.show(PING)).toMatchObject({ text: shown, ...(tone ? { tone } : {}) });
  });

  it("shows the exit status of a VM that terminated", () => {
    expect(findColumn("state")!.show({ ...PING, state: "terminated", status: 7 })).toMatchObject({
      text: "■ exited 7",
      tone: "terminated",
    });
  });

  it("mutes zeros, so that what happens stands out", () => {
    expect(findColumn("cpu")!.show({ ...PING, cpuPercent: 0 })).toEqual({ text: "0.0", tone: "muted" });
  });

  it("has room for disk blocks by the thousand, read and written", () => {
    const columns = placeColumns(60, "disk", 5, ["name", "disk"]);
    const line = text(vmLine({ ...PING, diskReads: 12_345, diskWrites: 1_234 }, columns, false));
    expect(line).toMatch(/^ping +12\.3k\/1\.23k$/);
  });

  it.each(VM_TABLE_COLUMNS.filter(({ title }) => title.endsWith("%")).map(({ title }) => title))(
    "%s is a percentage wherever its figure stands alone, and is found by the figure's name in --json",
    (title) => {
      const column = findColumn(title)!;
      const shown = Object.entries(PING).filter(([, value]) => percent(Number(value)) === column.show(PING).text);
      expect(shown.map(([name]) => findColumn(name))).toEqual([column]);
      expect(showValue(column, 12.34)).toBe("12.3 %");
    },
  );

  it("is found by id or title", () => {
    expect(findColumn("CPU%")?.id).toBe("cpu");
    expect(findColumn("nonsense")).toBeUndefined();
  });
});

describe("placing columns", () => {
  it.each([56, 76, 100, 116, 150, 196, 300])("fills %d cells and no more", (width) => {
    const columns = placeColumns(width, "id", 5);
    const line = vmLine({ ...PING, name: "a-name-longer-than-any-column-is" }, columns, false);
    expect(lineCells(line)).toBe(lineCells(tableTitles(columns, { column: "id", descending: false })));
    expect(lineCells(line)).toBeLessThanOrEqual(width);
  });

  it("keeps who, state, CPU and network on a screen of 80", () => {
    const shown = placeColumns(76, "id", 3).map(({ column }) => column.id);
    expect(shown).toEqual(
      expect.arrayContaining(["id", "name", "state", "cpu", "ready", "rate", "pending", "rx", "tx"]),
    );
  });

  it("shows all on a screen of 200", () => {
    expect(placeColumns(196, "id", 5)).toHaveLength(VM_TABLE_COLUMNS.length);
  });

  it("never leaves out the column that is sorted by", () => {
    for (const { id } of VM_TABLE_COLUMNS) expect(placeColumns(76, id, 5).map(({ column }) => column.id)).toContain(id);
  });

  it("marks the sorted column and its direction", () => {
    const columns = placeColumns(196, "cpu", 5);
    expect(text(tableTitles(columns, { column: "cpu", descending: true }))).toContain("▾CPU%");
    expect(text(tableTitles(columns, { column: "name", descending: false }))).toContain("NAME▴");
  });

  it.each(VM_TABLE_COLUMNS.map(({ id, title }) => [id, title] as const))(
    "marks %s, whatever room there is",
    (id, title) => {
      const columns = placeColumns(196, id, 5);
      const [down, up] = [true, false].map((descending) => text(tableTitles(columns, { column: id, descending })));
      expect([down.includes(`▾${title}`) || down.includes(`${title}▾`), up.match(/▴/g)?.length]).toEqual([true, 1]);
      expect(lineCells(tableTitles(columns, { column: id, descending: true }))).toBe(
        lineCells(vmLine(PING, columns, false)),
      );
    },
  );

  it("marks the first column behind its title, and one alone by its place", () => {
    const sort = { column: "rate", descending: true } as const;
    expect(text(tableTitles(placeColumns(60, "rate", 5, ["rate", "name"]), sort))).toMatch(/^INSTR\/s▾NAME +$/);
    expect(text(tableTitles(placeColumns(60, "rate", 5, ["rate"]), sort))).toBe("INSTR/s");
  });
});
