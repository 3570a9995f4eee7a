import { expect, test } from "vitest";
import { type CommandSpec, helpText, parseArguments } from "../../source/commands/arguments.js";
import { spec as bench } from "../../source/commands/bench.js";
import { spec as completion } from "../../source/commands/completion.js";
import { spec as exec, parseDisk } from "../../source/commands/exec.js";
import { spec as images } from "../../source/commands/images.js";
import { spec as man } from "../../source/commands/man.js";
import { spec as monitor } from "../../source/commands/monitor.js";
import { monitorOptions } from "../../source/commands/monitor-options.js";
import { spec as replay } from "../../source/commands/replay.js";
import { spec as run } from "../../source/commands/run.js";
import { spec as tour } from "../../source/commands/tour.js";
import { UsageError } from "../../source/commands/usage-error.js";
import { parseSort } from "../../source/ui/vm-order.js";

const sample: CommandSpec = {
  usage: "sample FILE [OPTION...]",
  about: "An example.",
  options: {
    "memory-budget": { value: "SIZE", description: "a value" },
    json: { description: "a switch" },
    disk: { value: "NAME", description: "a value that may be given again" },
    count: { short: "n", value: "N", description: "a value with a short name" },
    brief: { short: "b", description: "a switch with a short name" },
    only: { value: "TEXT", mayBeEmpty: true, description: "a value that may be none" },
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

test("a value may begin with a dash, with = or without", () => {
  expect(parseArguments(sample, ["file", "--disk", "-name"]).values("disk")).toEqual(["-name"]);
  expect(parseArguments(sample, ["--disk", "-5", "file", "--disk=-x", "--json"]).values("disk")).toEqual(["-5", "-x"]);
  expect(parseArguments(sample, ["--disk", "-name", "file", "-n", "3"]).value("count")).toBe("3");
});

test("letters may stand together, and the value of the last with them", () => {
  for (const typed of [["-bn3"], ["-bn", "3"], ["-b", "-n3"], ["-b", "-n=3"], ["-n", "3", "--brief"]]) {
    const given = parseArguments(sample, [...typed, "file"]);
    expect([given.has("brief"), given.value("count"), given.inputs]).toEqual([true, "3", ["file"]]);
  }
});

test("a number with a dash and a dash alone are arguments", () => {
  expect(parseArguments(sample, ["-5", "-"]).inputs).toEqual(["-5", "-"]);
});

test("nothing may be given where that is a value", () => {
  expect(parseArguments(sample, ["file", "--only="]).inputs).toEqual(["file"]);
  expect(parseArguments(sample, ["--only", "", "file"]).inputs).toEqual(["file"]);
});

test.each([
  [["file", "--only="], [""]],
  [["file", "--only", ""], [""]],
  [["--only", "", "file"], [""]],
  [["file", "--only", "", "--json"], [""]],
  [
    ["file", "--only", "web", "--only", ""],
    ["web", ""],
  ],
  [
    ["file", "--only", "", "--only", "web", "-b"],
    ["", "web"],
  ],
])("nothing is a value like another, wherever it stands: %j", (argv, values) => {
  const given = parseArguments(sample, argv);
  expect([given.values("only"), given.value("only")]).toEqual([values, values.at(-1)]);
});

test.each(["'a b'", '"day"', "'", '"', "\"'day'\"", "'a\"", "--json", "-b", "true", "a=b", "a\nb", " "])(
  "a value is what was typed, marks and all: %j",
  (value) => {
    const given = parseArguments(sample, ["--disk=first", `--disk=${value}`, "file", "--memory-budget", "5"]);
    expect(given.values("disk")).toEqual(["first", value]);
    expect([given.has("json"), given.has("brief"), given.inputs]).toEqual([false, false, ["file"]]);
  },
);

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
  [["--disk", "-n", "3", "file"], "--disk wants a value; give --disk NAME"],
  [["--disk", "--json", "file"], "--disk wants a value; give --disk NAME"],
  [["file", "--disk="], "--disk wants a value; give --disk NAME"],
  [["--disk", "", "file"], "--disk wants a value; give --disk NAME"],
  [["file", "--disk=a", "--disk="], "--disk wants a value; give --disk NAME"],
  [["file", "-n"], "-n wants a value; give -n N"],
  [["file", "-bn"], "-n wants a value; give -n N"],
  [["-n", "-b", "file"], "-n wants a value; give -n N"],
  [["-n", "--json", "file"], "-n wants a value; give -n N"],
  [["file", "-n="], "-n wants a value; give -n N"],
  [["file", "--Count", "3"], "there is no option --Count; did you mean --count?"],
  [["file", "--memoryBudget=1"], "there is no option --memoryBudget; did you mean --memory-budget?"],
  [["file", "--no-disk"], "there is no option --no-disk; leave --disk out"],
  [["file", "--json=5"], "--json takes no value; leave '=5' out"],
  [["file", "--json="], "--json takes no value; leave '=' out"],
  [["file", "-bq"], "there is no option -q; see denali sample --help"],
  [["file", ""], "an argument is empty; usage: denali sample FILE [OPTION...]"],
  [[], "an argument is missing; usage: denali sample FILE [OPTION...]"],
  [["a", "b", "c"], "'c' is one argument too many; usage: denali sample FILE [OPTION...]"],
])("%j is refused as a usage error", (argv, message) => {
  expect(() => parseArguments(sample, argv)).toThrow(new UsageError(message));
});

test("--help is answered whatever else is missing", () => {
  expect(parseArguments(sample, ["--help"]).has("help")).toBe(true);
  expect(parseArguments(sample, ["-h"]).has("help")).toBe(true);
});

const COMMANDS: readonly (readonly [string, CommandSpec])[] = [
  ["denali", monitor],
  ["exec", exec],
  ["run", run],
  ["images", images],
  ["bench", bench],
  ["replay", replay],
  ["tour", tour],
  ["completion", completion],
  ["man", man],
];

test.each(COMMANDS)("the help of %s fits a screen of 80x24", (_, spec) => {
  const lines = helpText(spec).trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(23); // The shell's prompt follows.
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  for (const option of Object.keys(spec.options)) expect(helpText(spec)).toContain(`--${option}`);
});

test.each(COMMANDS)("the options that the help of %s lists are those that it takes", (_, spec) => {
  const listed = helpText(spec)
    .split("\n")
    .filter((line) => /^ {2}-/.test(line));
  // What is named behind another command is that command's.
  const named = listed.flatMap((line) =>
    [...line.replace(/denali .*/, "").matchAll(/--([a-z-]+)/g)].map(([, name]) => name),
  );
  expect([...new Set(named)].sort()).toEqual([...Object.keys(spec.options), "help"].sort());
});

test.each([
  ["--view=nope", 'no view "nope"; the views are fleet, heat, interrupts, scheduler, swap, network, vm, history'],
  ["--sort=nope", /^no column "nope"; the columns are id, name/],
  ["--filter=cpu>x", /^"x" is not a figure to compare cpu with/],
  ["--interval=x", "--interval is 'x'; give a duration such as 5s or 250ms"],
])("what the monitor cannot start with is a usage error: %s", (argument, message) => {
  const refusal = expect(() => monitorOptions(parseArguments(monitor, [argument])));
  refusal.toThrow(UsageError);
  refusal.toThrow(message);
});

test("a column's own order is turned round by a dash", () => {
  expect(parseSort("cpu")).toEqual({ column: "cpu", descending: true });
  expect(parseSort("-cpu")).toEqual({ column: "cpu", descending: false });
  expect(parseSort("Name")).toEqual({ column: "name", descending: false });
  expect(parseSort("-name")).toEqual({ column: "name", descending: true });
  expect(parseSort("translatedPercent")).toEqual({ column: "translated", descending: true });
  expect(parseSort("-id")).toEqual({ column: "id", descending: true });
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
