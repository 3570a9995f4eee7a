/** The monitor in a real terminal: what only a pseudo-terminal, a process and a shell can show. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { TerminalSession } from "../../scripts/terminal-session.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDER = `${ROOT}build/demo`;
const DEMO = `${FOLDER}/demo.mjs`;

const ENTER_ALTERNATE = "\u001b[?1049h";
const LEAVE_ALTERNATE = "\u001b[?1049l";
const SHOW_CURSOR = "\u001b[?25h";

beforeAll(async () => {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { demo: "test/ui/demo.ts" },
    outdir: FOLDER,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["iced-x86", "react-devtools-core"],
    define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
    banner: {
      js: 'import { createRequire as demoRequire } from "node:module"; const require = demoRequire(import.meta.url);',
    },
    jsx: "automatic",
    minifySyntax: true,
    logLevel: "warning",
  });
});

let session: TerminalSession | undefined;
afterEach(() => {
  session?.close();
  session = undefined;
});

interface DemoOptions {
  readonly scene?: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the demo from a shell that tells its exit status, and waits for Enter: what is on its way when it ends can be lost. */
async function openDemo({
  scene = "fleet",
  columns = 80,
  rows = 24,
  env = {},
}: DemoOptions = {}): Promise<TerminalSession> {
  const script = `'${process.execPath}' '${DEMO}' ${scene}; echo "status $?"; read -r _`;
  session = TerminalSession.open("bash", ["-c", script], { columns, rows, env });
  await session.until((screen) => screen.includes("DENALI"));
  return session;
}

/** The demo's own process: the shell's only child. */
function demoOf({ pty: { pid } }: TerminalSession): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"));
}

/** The demo's exit status, when all that it had to say has come. */
async function statusOf(session: TerminalSession): Promise<number> {
  return Number(/status (\d+)/.exec(await session.until((screen) => /status \d+/.test(screen)))?.[1]);
}

/** What must be true of any end: the operator's own screen is back, and the cursor with it. */
function expectTerminalRestored({ output }: TerminalSession): void {
  expect(output).toContain(ENTER_ALTERNATE);
  expect(output.lastIndexOf(LEAVE_ALTERNATE)).toBeGreaterThan(output.lastIndexOf(ENTER_ALTERNATE));
  expect(output.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(output.lastIndexOf("\u001b[?25l"));
}

describe("ways out", () => {
  it.each([
    ["q", "q", 0],
    ["Ctrl-C", "\u0003", 0],
  ])("%s gives the terminal back", async (_, key, status) => {
    const demo = await openDemo();
    demo.press(key);
    expect(await statusOf(demo)).toBe(status);
    expectTerminalRestored(demo);
    expect(demo.screen()).toContain("monitor ended");
    expect(demo.screen()).not.toContain("DENALI");
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ])("%s gives the terminal back and says so in the exit status", async (signal, status) => {
    const demo = await openDemo();
    process.kill(demoOf(demo), signal);
    expect(await statusOf(demo)).toBe(status);
    expectTerminalRestored(demo);
    // It ended by itself: a shell tells the same status of what the signal killed.
    expect(demo.screen()).toContain("monitor ended");
  });

  it("a broken kernel is told after the screen is gone", async () => {
    const demo = await openDemo();
    process.kill(demoOf(demo), "SIGUSR2");
    expect(await statusOf(demo)).toBe(1);
    expectTerminalRestored(demo);
    expect(demo.output.lastIndexOf("demo: kernel invariant broken: for show")).toBeGreaterThan(
      demo.output.lastIndexOf(LEAVE_ALTERNATE),
    );
  });

  it("ends when the terminal goes away", async () => {
    const demo = await openDemo();
    const pid = demoOf(demo);
    (demo.pty as unknown as { destroy(): void }).destroy();
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("without a terminal", () => {
  it("says what to use instead, in one line", () => {
    const { status, stdout, stderr } = spawnSync("node", [DEMO], { encoding: "utf8", timeout: 30_000 });
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toBe("demo: the monitor needs a terminal; use 'denali run' to print figures instead\n");
  });
});

describe("in a shell", () => {
  it("Ctrl-Z goes back to the shell, fg comes back to the monitor", async () => {
    session = TerminalSession.open("bash", ["--norc", "-i"], { columns: 80, rows: 24, env: { PS1: "shell> " } });
    await session.until((screen) => screen.includes("shell>"));
    session.press(`node ${DEMO}\r`);
    await session.until((screen) => screen.includes("DENALI"));
    session.press("\u001a");
    await session.until((screen) => screen.includes("Stopped") && !screen.includes("DENALI"));
    session.press("fg\r");
    await session.until((screen) => screen.includes("DENALI") && screen.includes("1Fleet"));
    session.press("j");
    session.press("q");
    await session.until((screen) => /monitor ended\s+shell>/.test(screen));
    // The line discipline is the shell's again: what is typed is echoed.
    session.press("echo it $((6*7))\r");
    await session.until((screen) => screen.includes("it 42"));
  });
});

describe("the size", () => {
  it("follows the terminal's, smaller and larger, with nothing left behind", async () => {
    const demo = await openDemo({ columns: 200, rows: 50 });
    await demo.until((screen) => screen.includes("Interrupts") && screen.includes("Swap"));
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
      [61, 17],
      [200, 50],
    ]) {
      demo.resize(columns, rows);
      await demo.until((screen) => isWhole(screen.split("\n"), columns, rows));
    }
  });
});

/** A frame that fills the screen: header first, footer last, and a closed box on every line between. */
function isWhole(lines: readonly string[], columns: number, rows: number): boolean {
  return (
    lines.length === rows &&
    lines[0].startsWith(" DENALI") &&
    lines[rows - 1].startsWith(" ? help") &&
    lines.slice(3, -1).every((line) => line.length === columns && /[│╮╯]$/.test(line))
  );
}

describe("colours", () => {
  it("are left out with NO_COLOR, and the cursor is still visible", async () => {
    const demo = await openDemo({ env: { NO_COLOR: "1" } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it looks for
    expect(demo.output).not.toMatch(/\u001b\[(?:3[0-8]|4[0-8]|9\d|10\d)[;m]/);
    expect(demo.output).toContain("\u001b[7m");
  });
});
