import { expect, test } from "vitest";
import { type CommandSpec, helpText, parseArguments } from "../../source/commands/arguments.js";
import { spec as bench } from "../../source/commands/bench.js";
import { spec as completion } from "../../source/commands/completion.js";
import { spec as exec, parseDisk } from "../../source/commands/exec.js";
import { spec as images } from "../../source/commands/images.js";
import { spec as man } from "../../source/commands/man.js";
import { spec as monitor } from "../../source/commands/monitor.js";
import { spec as replay } from "../../source/commands/replay.js";
import { spec as run } from "../../source/commands/run.js";
import { spec as tour } from "../../source/commands/tour.js";
import { UsageError } from "../../source/commands/usage-error.js";

const sample: CommandSpec = {
  usage: "sample FILE [OPTION...]",
  about: "An example.",
  options: {
    "memory-budget": { value: "SIZE", description: "a value" },
    json: { description: "a switch" },
    disk: { value: "NAME", description: "a value that may be given again" },
  },
  inputs: [1, 2],
};

test("options may stand anywhere, with = or without", () => {
  const given = parseArguments(sample, ["--json", "file", "--memory-budget=5MiB", "--disk", "a", "--disk=b", "other"]);
  expect(given.inputs).toEqual(["file", "other"]);
  expect(given.has("json")).toBe(true);
  expect(given.value("memory-budget")).toBe("5MiB");
  expect(given.values("disk")).toEqual(["a", "b"]);
});

test("what was not given has no value", () => {
  const given = parseArguments(sample, ["file"]);
  expect(given.has("json")).toBe(false);
  expect(given.value("memory-budget")).toBeUndefined();
  expect(given.values("disk")).toEqual([]);
});

test("the last of several values counts", () => {
  expect(parseArguments(sample, ["file", "--memory-budget=1", "--memory-budget=2"]).value("memory-budget")).toBe("2");
  expect(parseArguments(sample, ["file", "--json", "--no-json"]).has("json")).toBe(false);
});

test("everything behind -- belongs to the guest", () => {
  const given = parseArguments(sample, ["file", "--", "--json", "-x", "--", "last"]);
  expect(given.rest).toEqual(["--json", "-x", "--", "last"]);
  expect(given.has("json")).toBe(false);
});

test("numbers stay text", () => {
  expect(parseArguments(sample, ["007", "0x10"]).inputs).toEqual(["007", "0x10"]);
});

test.each([
  [["file", "--jsn"], "there is no option --jsn; did you mean --json?"],
  [["file", "--memory-buget=1"], "there is no option --memory-buget; did you mean --memory-budget?"],
  [["file", "--whatever"], "there is no option --whatever; see denali sample --help"],
  [["file", "-q"], "there is no option -q; see denali sample --help"],
  [["file", "--memory-budget"], "--memory-budget wants a value; give --memory-budget SIZE"],
  [["--disk", "--json", "file"], "--disk wants a value; give --disk NAME"],
  [[], "an argument is missing; usage: denali sample FILE [OPTION...]"],
  [["a", "b", "c"], "'c' is one argument too many; usage: denali sample FILE [OPTION...]"],
])("%j is refused as a usage error", (argv, message) => {
  expect(() => parseArguments(sample, argv)).toThrow(new UsageError(message));
});

test("--help is answered whatever else is missing", () => {
  expect(parseArguments(sample, ["--help"]).has("help")).toBe(true);
  expect(parseArguments(sample, ["-h"]).has("help")).toBe(true);
});

test.each([
  ["denali", monitor],
  ["exec", exec],
  ["run", run],
  ["images", images],
  ["bench", bench],
  ["replay", replay],
  ["tour", tour],
  ["completion", completion],
  ["man", man],
])("the help of %s fits a screen of 80x24", (_, spec) => {
  const lines = helpText(spec).trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(23); // The shell's prompt follows.
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  for (const option of Object.keys(spec.options)) expect(helpText(spec)).toContain(`--${option}`);
});

test("a disk is a name, a size in blocks, and may be read-only", () => {
  expect(parseDisk("notes")).toEqual({ name: "notes", blocks: 256, readOnly: false });
  expect(parseDisk("notes:64")).toEqual({ name: "notes", blocks: 64, readOnly: false });
  expect(parseDisk("notes:ro")).toEqual({ name: "notes", blocks: 256, readOnly: true });
  expect(parseDisk("notes:64:ro")).toEqual({ name: "notes", blocks: 64, readOnly: true });
  for (const text of ["", ":64", "notes:x", "notes:0", "notes:1:2", "notes:ro:64"]) {
    expect(() => parseDisk(text)).toThrow(/--disk/);
  }
});
