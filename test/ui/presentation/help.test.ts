import { describe, expect, it } from "vitest";
import { KEY_BINDINGS } from "../../../source/ui/key-bindings.js";
import { footer } from "../../../source/ui/presentation/footer.js";
import { helpLines } from "../../../source/ui/presentation/help.js";
import { clip, lineCells } from "../../../source/ui/presentation/span.js";
import { EMPTY_FIELD } from "../../../source/ui/text-field.js";
import type { VmPage } from "../../../source/ui/views.js";

const text = (line: readonly { text: string }[]) => line.map((part) => part.text).join("");

describe("help", () => {
  it.each([76, 116, 196])("explains every key of the table at %d cells, whole", (width) => {
    const shown = helpLines(width).map((line) => text(clip(line, width)));
    for (const { help } of KEY_BINDINGS.filter((binding) => binding.mode === "table")) {
      expect(
        shown.some((line) => line.includes(help!)),
        help,
      ).toBe(true);
    }
    expect(shown.join()).not.toContain("…");
  });
});

describe("the footer", () => {
  const data = { mode: "table", message: undefined, filter: EMPTY_FIELD } as const;

  it.each([60, 80, 120, 200])("shows the first keys that fit in %d cells", (width) => {
    const line = footer(data, width);
    expect(lineCells(line)).toBeLessThanOrEqual(width);
    expect(text(line)).toContain("? help  q quit  n spawn  p pause  K kill");
  });

  it("shows a message in the keys' place", () => {
    expect(text(footer({ ...data, message: { severity: "error", text: "no VM 9" } }, 80))).toBe(" ✗ no VM 9");
  });

  it("offers nothing that commands the machine while a recording is shown, but to go through time", () => {
    const shown = text(footer({ ...data, recorded: true }, 200));
    expect(shown).toContain("b f back in time");
    for (const hint of ["spawn", "pause", "kill", "tune", "quantum", "reap"]) expect(shown).not.toContain(hint);
  });

  it("says of a VM's pages what the same keys do there", () => {
    const shown = (vmPage: VmPage) => text(footer({ ...data, view: "vm", vmPage }, 300));
    expect(text(footer({ ...data, view: "fleet" }, 300))).toMatch(/\/ filter .*⏎ details/);
    expect(shown("machine")).toMatch(/\/ filter .*⏎ back/);
    expect(shown("memory")).toMatch(/\/ go or find .*⏎ back/);
  });

  it("promises a guest no key that a terminal does not tell", () => {
    expect(text(footer({ ...data, mode: "console" }, 120))).toContain("what is typed goes to the guest");
  });

  it("shows a message behind what is being typed", () => {
    const message = { severity: "error", text: "no VM 9" } as const;
    const line = footer({ ...data, mode: "filter", filter: { text: "web", cursor: 3 }, message }, 80);
    expect(text(line)).toMatch(/^ \/ web +✗ no VM 9$/);
  });

  it("shows the filter being typed, with its cursor", () => {
    const line = footer({ ...data, mode: "filter", filter: { text: "web", cursor: 1 } }, 80);
    expect(text(line)).toMatch(/^ \/ web/);
    expect(line.find(({ inverse }) => inverse)?.text).toBe("e");
  });
});
