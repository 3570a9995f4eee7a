import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TerminalSession } from "../../scripts/terminal-session.mjs";
import { COMMAND_SPECS, SHELLS } from "../../source/commands/all.js";
import { completionFor } from "../../source/commands/completion.js";
import { manualPage } from "../../source/commands/man.js";
import { PACKAGE_FOLDER } from "../../source/host/places.js";
import { KEY_BINDINGS } from "../../source/ui/key-bindings.js";
import { temporaryFolder } from "../kernel/boot.js";

/** How another program is asked: it may not keep this one waiting for ever. */
const AS_TEXT = { encoding: "utf8", timeout: 20_000 } as const;

const hasShell = (shell: string) => spawnSync(shell, ["--version"]).status === 0;

/** What bash offers for a line, the cursor at its end. */
function offered(...words: string[]): string[] {
  return offeredIn(PACKAGE_FOLDER, ...words);
}

function offeredIn(cwd: string, ...words: string[]): string[] {
  const script = `${completionFor("bash")}
COMP_WORDS=(denali ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}
_denali; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { ...AS_TEXT, cwd })
    .split("\n")
    .filter(Boolean);
}

/** Opens a shell in a terminal, and closes it whatever goes wrong. */
async function atPrompt(
  shell: string,
  args: readonly string[],
  cwd: string,
  work: (session: TerminalSession) => Promise<void>,
): Promise<void> {
  const session = TerminalSession.open(shell, args, { columns: 80, rows: 24, cwd });
  try {
    await work(session);
  } finally {
    session.close();
  }
}

describe("completion", () => {
  it("offers bash the commands, and the options of each", () => {
    expect(offered("r")).toEqual(expect.arrayContaining(["run", "replay"]));
    expect(offered("run", "--js")).toEqual(["--json"]);
    expect(offered("--vi")).toEqual(["--view"]);
    expect(offered("run", "--vi")).toEqual(["--virtual-time"]);
    expect(offered("completion", "z")).toEqual(["zsh"]);
  });

  it("offers files where files are wanted, and nothing where a number is", () => {
    expect(offered("replay", "READ")).toEqual(["README.md"]);
    expect(offered("run", "--record", "READ")).toEqual(["README.md"]);
    expect(offered("run", "--metrics", "")).toEqual([]);
  });

  it("offers files whole, whatever is in their names", () => {
    const folder = temporaryFolder();
    const names = ["my rec.rec", "my*", "mine.yaml"];
    for (const name of names) writeFileSync(join(folder, name), "");
    mkdirSync(join(folder, "my folder"));
    expect(offeredIn(folder, "replay", "my").sort()).toEqual(["my folder", "my rec.rec", "my*"]);
    expect(offeredIn(folder, "run", "--record", "my r")).toEqual(["my rec.rec"]);
    expect(offeredIn(folder, "mi")).toEqual(["mine.yaml"]);
  });

  it.each(SHELLS)("knows every command and every option, for %s", (shell) => {
    const script = completionFor(shell);
    for (const [name, { options }] of Object.entries(COMMAND_SPECS)) {
      if (name !== "") expect(script).toMatch(new RegExp(`\\b${name}\\b`));
      for (const option of Object.keys(options)) expect(script).toContain(option);
    }
  });

  it.for(SHELLS)("is a script that %s takes", (shell, context) => {
    if (!hasShell(shell)) context.skip(`${shell} is not installed`);
    const path = join(temporaryFolder(), `completion.${shell}`);
    writeFileSync(path, completionFor(shell));
    const { status, stderr } = spawnSync(shell, ["-n", path], AS_TEXT);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it.skipIf(!hasShell("fish"))("offers fish the commands, and the options of each", () => {
    const path = join(temporaryFolder(), "denali.fish");
    writeFileSync(path, completionFor("fish"));
    const inFish = (line: string) =>
      execFileSync("fish", ["--no-config", "-c", `source '${path}'; complete -C '${line}'`], AS_TEXT);
    expect(inFish("denali re")).toMatch(/^replay\b/m);
    expect(inFish("denali run --js")).toMatch(/^--json\t/);
    expect(inFish("denali completion ")).toBe("bash\nfish\nzsh\n");
  });

  it("completes a name with spaces at a prompt of bash, and goes on in it", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "my rec.rec"), "");
    writeFileSync(join(folder, ".denali"), completionFor("bash"));
    await atPrompt("bash", ["--norc", "--noprofile", "-i"], folder, async (shell) => {
      shell.press("source .denali; echo $((6*7)) ready\r");
      await shell.until((screen) => screen.includes("42 ready"), 20_000);
      for (const begun of ["my", "my\\ r"]) {
        shell.press(`denali replay ${begun}\t`);
        await shell.until((screen) => /denali replay my\\ rec\.rec *$/m.test(screen), 20_000);
        shell.press("\x15clear\r");
        await shell.until((screen) => !screen.includes("replay"), 20_000);
      }
    });
  });

  it.skipIf(!hasShell("zsh"))("completes what is typed at a prompt of zsh", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "_denali"), completionFor("zsh"));
    await atPrompt("zsh", ["-f", "-i"], folder, async (shell) => {
      shell.press("autoload -Uz compinit; compinit -u -D; source ./_denali; echo $((6*7)) ready\r");
      await shell.until((screen) => screen.includes("42 ready"), 20_000);
      // Values whose form has colons and brackets: nothing of them is run.
      for (const line of ["denali --publish ", "denali exec --disk "]) shell.press(`${line}\t\x15`);
      shell.press("echo $((6*8)) went on\r");
      const screen = await shell.until((each) => each.includes("48 went on"), 20_000);
      expect(screen).not.toMatch(/command not found|bad pattern|no matches/);
      shell.press("denali run --js\t");
      await shell.until((each) => each.includes("denali run --json"));
    });
  });

  it("is refused for a shell that there is none for", () => {
    expect(() => completionFor("tcsh")).toThrow("there is no completion for 'tcsh'; give bash, zsh, fish");
  });
});

describe("the manual page", () => {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8")) as { version: string };

  it("is the one that the build makes", () => {
    expect(readFileSync(join(PACKAGE_FOLDER, "dist", "denali.1"), "utf8")).toBe(manualPage(version));
  });

  /** As man(1) shows it, without a warning, in one line. */
  function asRead(): string {
    const { stdout, stderr } = spawnSync(
      "man",
      ["--warnings", "-E", "UTF-8", "-l", join(PACKAGE_FOLDER, "dist", "denali.1")],
      {
        ...AS_TEXT,
        env: { ...process.env, LC_ALL: "C.UTF-8", MANWIDTH: "80", MAN_KEEP_FORMATTING: "0" },
      },
    );
    expect(stderr).toBe("");
    // Bold and underlined letters are printed over each other; words are hyphenated.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: backspaces are what it looks for
    const plain = stdout.replaceAll(/.\x08/g, "");
    return plain.replaceAll(/\u2010\s+/g, "").replaceAll(/\s+/g, " ");
  }

  const hasMan = spawnSync("man", ["--version"]).status === 0;

  it.skipIf(!hasMan)("is read by man(1) without a warning, with every option and key", () => {
    const page = asRead();
    for (const { options } of Object.values(COMMAND_SPECS)) {
      for (const option of Object.keys(options)) expect(page).toContain(`--${option}`);
    }
    for (const { help } of KEY_BINDINGS) if (help) expect(page).toContain(help);
  });

  it.skipIf(!hasMan)("has every command, the folders and their defaults, and every exit status", () => {
    const [, synopsis, files, statuses] =
      / SYNOPSIS (.*) THE MONITOR .* FILES (.*) ENVIRONMENT .* EXIT STATUS (.*)$/.exec(asRead()) ?? [];
    for (const { usage } of Object.values(COMMAND_SPECS)) expect(synopsis).toContain(`denali ${usage}`);
    expect(synopsis).toMatch(/denali completion SHELL denali man denali help \[COMMAND\]$/);
    for (const [variable, folder] of [
      ["CONFIG", "~/.config"],
      ["STATE", "~/.local/state"],
      ["CACHE", "~/.cache"],
    ]) {
      expect(files).toContain(`$XDG_${variable}_HOME/denali`);
      expect(files).toContain(folder);
    }
    for (const status of [0, 1, 2, 129, 130, 139, 141, 143]) expect(statuses).toMatch(new RegExp(`\\b${status}\\b`));
  });
});
