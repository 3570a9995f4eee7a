/** The commands that run no machine, as a person's shell runs them: what they print, and their exit status. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { IMAGE_FOLDER, PACKAGE_FOLDER } from "../../source/host/places.js";
import { hasProgram } from "./fleet-process.js";
import { Home } from "./program.js";

const home = new Home();
afterAll(() => home.remove());

/** Runs a command that must go well; answers what it prints. */
async function printed(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await home.denali(args);
  expect([args, status, stderr]).toEqual([args, 0, ""]);
  return stdout;
}

/** What each committed image is called, and its bytes' digest. */
const IMAGES = readdirSync(IMAGE_FOLDER)
  .filter((file) => file.endsWith(".elf"))
  .sort()
  .map((file) => ({
    name: basename(file, ".elf"),
    sha256: createHash("sha256")
      .update(readFileSync(join(IMAGE_FOLDER, file)))
      .digest("hex"),
  }));

it("denali images lists every image, and with --json its checksum", async () => {
  const [heading, ...rows] = (await printed("images")).trimEnd().split("\n");
  expect(heading).toMatch(/^IMAGE +TEXT +DATA +MEMORY +DESCRIPTION$/);
  expect(rows.map((row) => row.split(" ")[0])).toEqual(IMAGES.map(({ name }) => name));
  expect(rows.find((row) => row.startsWith("hello "))).toMatch(
    /^hello +[\d.]+ Ki?B +[\d.]+ (Ki)?B +128 KiB {2}greets, /,
  );
  const objects = (await printed("images", "--json")).trimEnd().split("\n");
  expect(objects.map((line) => JSON.parse(line))).toMatchObject(IMAGES);
});

it("denali bench lists the experiments, and measures nothing", async () => {
  const [heading, ...rows] = (await printed("bench")).trimEnd().split("\n");
  expect(heading).toMatch(/^EXPERIMENT +POINTS +WHAT IS COMPARED$/);
  const names = rows.map((row) => row.split(" ")[0]);
  expect(names).toEqual(expect.arrayContaining(["switch", "idle", "batching", "nic"]));
  const objects = (await printed("bench", "--json")).trimEnd().split("\n");
  expect(objects.map((line) => JSON.parse(line).name)).toEqual(names);
});

it("denali --version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8")) as { version: string };
  expect(await printed("--version")).toBe(`${version}\n`);
});

describe("help", () => {
  it.each(["exec", "run", "images", "replay", "tour", "bench", "completion", "man"])(
    "denali %s --help says how it is used, on one screen",
    async (command) => {
      const help = await printed(command, "--help");
      expect(help).toMatch(new RegExp(`^Usage: denali ${command}\\b.*\\n\\n`));
      expect(help).toMatch(/^ +-h, --help +show this help$/m);
      const lines = help.trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(24);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    },
  );

  it("is the same with -h and behind denali help; that of denali itself names every command", async () => {
    expect(await printed("help", "exec")).toBe(await printed("exec", "-h"));
    const help = await printed("help");
    for (const command of ["exec", "run", "images", "bench", "replay", "tour", "completion", "man"])
      expect(help).toMatch(new RegExp(`\\b${command}\\b`));
  });
});

it.runIf(hasProgram("man", "man-db", "reading the manual page"))(
  "denali man | man -l - is the manual, without a warning",
  async () => {
    const { stdout, stderr } = await home.bash("$denali man | LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l -");
    expect(stderr).toBe("");
    // Bold letters are printed over each other.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: backspaces are what it looks for
    const page = stdout.replaceAll(/.\x08/g, "");
    expect(page).toMatch(/^DENALI\(1\) +User Commands +DENALI\(1\)\n/);
    for (const section of ["SYNOPSIS", "THE MONITOR", "DENALI RUN", "KEYS", "EXIT STATUS"])
      expect(page).toMatch(new RegExp(`^${section}$`, "m"));
  },
);

describe("completion is taken as its help says", () => {
  it("by bash", async () => {
    const line = 'eval "$($denali completion bash)"; complete -p denali; COMP_WORDS=(denali run --js); COMP_CWORD=2; ';
    const { stdout, stderr } = await home.bash(`${line}_denali; echo "offered \${COMPREPLY[*]}"`);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^complete .*-F _denali denali\noffered --json\n$/);
  });

  it.runIf(hasProgram("zsh", "zsh", "completion in it"))("by zsh", async () => {
    const script = `autoload -Uz compinit; compinit -u -D; eval "$('${process.execPath}' bin/denali.js completion zsh)"`;
    const { stdout, stderr } = await home.run("zsh", ["-f", "-c", `${script}; print "by \${_comps[denali]}"`]);
    expect([stdout, stderr]).toEqual(["by _denali\n", ""]);
  });

  it.runIf(hasProgram("fish", "fish", "completion in it"))("by fish", async () => {
    const script = `'${process.execPath}' bin/denali.js completion fish | source; complete -C 'denali run --js'`;
    const { stdout, stderr } = await home.run("fish", ["--no-config", "-c", script]);
    expect(stdout).toMatch(/^--json\t/);
    expect(stderr).toBe("");
  });
});

describe("a mistake", () => {
  it.each([
    [["replay", "nowhere.rec"], 1, "cannot read nowhere.rec: there is no such file or folder"],
    [["replay", "README.md"], 1, "README.md is no recording; make one with 'denali --record FILE'"],
    [["help", "nonsense"], 2, "there is no command 'nonsense'; see denali help"],
    [["run", "--json", "--csv"], 2, "--json and --csv exclude each other; give one"],
    [["exec", "echo", "--raw"], 2, "--raw needs a terminal on standard input; leave it out"],
    [["tour"], 1, "the monitor needs a terminal; use 'denali run' to print figures instead"],
  ])("%j is one line", async (args, status, line) => {
    expect(await home.denali(args)).toMatchObject({ status, stdout: "", stderr: `denali: ${line}\n` });
  });
});
