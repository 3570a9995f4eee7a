/** `denali exec`: a guest as if it were a program of the host. */

import { afterAll, expect, test } from "vitest";
import { Home } from "./program.js";

const home = new Home();
afterAll(() => home.remove());

test("a guest's console is standard output, and its end the command's", async () => {
  const { status, stdout, stderr } = await home.denali(["exec", "guests/images/hello.elf"]);
  expect(stdout).toMatch(/^Hello from hello, VM 1: .*\n$/);
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("a guest's status is the exit status", async () => {
  expect((await home.denali(["exec", "exit", "--", "7"])).status).toBe(7);
  expect((await home.denali(["exec", "exit", "--", "255"])).status).toBe(255);
});

test("both engines at once give what one gives", async () => {
  const { status, stdout, stderr } = await home.denali(["exec", "--engine", "both", "recursion", "--", "100"]);
  expect([status, stdout, stderr]).toEqual([0, "100 frames: d171dac7\n", ""]);
});

test("arguments behind -- are the guest's, spaces and all", async () => {
  const { stdout } = await home.denali(["exec", "hello", "--", "one two", "--memory"]);
  expect(stdout).toContain("argument 1: one two\nargument 2: --memory\n");
});

test("standard input is the keyboard, more of it than the queue holds included", async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `line ${index}\n`).join("");
  const { status, stdout } = await home.denali(["exec", "echo"], lines);
  expect(stdout).toBe(lines);
  expect(status).toBe(0);
});

test("standard input ends behind a line that was not ended, too", async () => {
  const { status, stdout } = await home.denali(["exec", "lua"], "print(6 * 7)");
  expect([status, stdout]).toEqual([0, expect.stringContaining("42\n> ")]);
});

test("memory is as large as asked for", async () => {
  expect((await home.denali(["exec", "hello", "--memory", "4MiB"])).stdout).toContain("4096 KB of memory");
});

test.each([
  ["hostile-divide", /divide error at 0x[0-9a-f]{8}: idiv \w+ \(f7 [0-9a-f]{2}\): /],
  ["hostile-illegal", /illegal instruction at 0x[0-9a-f]{8}: ud2 \(0f 0b\): /],
  ["hostile-privileged", /illegal instruction at 0x[0-9a-f]{8}: hlt \(f4\): /],
  [
    "hostile-memory",
    /memory fault at 0x[0-9a-f]{8}: mov .* \([0-9a-f ]+\): write of 4 bytes at 0x[0-9a-f]+, outside memory/,
  ],
  ["hostile-stack", /memory fault at 0x[0-9a-f]{8}: .*outside memory/],
  ["hostile-jump", /memory fault at 0x[0-9a-f]{8}: execution left the program's text/],
  [
    "hostile-control",
    /bad virtual instruction at 0x[0-9a-f]{8}: int 0xdb \(cd db\): the control device belongs to the supervisor/,
  ],
  ["hostile-buffer", /memory fault at 0x[0-9a-f]{8}: int 0xd4 \(cd d4\): .*outside memory/],
  ["hostile-interrupt", /memory fault at 0x[0-9a-f]{8}: int 0xd0 \(cd d0\): .*outside memory/],
])("%s crashes with one line that says why", async (image, cause) => {
  const { status, stderr } = await home.denali(["exec", image]);
  expect(stderr).toMatch(new RegExp(`^denali: ${image} crashed: ${cause.source}.*\n$`));
  expect(status).toBe(139);
});

test("hostile-mac is refused another's address, and ends well", async () => {
  const { status, stdout } = await home.denali(["exec", "hostile-mac"]);
  expect(stdout).toContain("refused");
  expect(status).toBe(0);
});

test("a disk outlives its VM, can be shared read-only, and is not written then", async () => {
  expect((await home.denali(["exec", "disk", "--disk", "notes:32"])).stdout).toContain("boot 1: 31 blocks written");
  expect((await home.denali(["exec", "disk", "--disk", "notes:32"])).stdout).toMatch(
    /found 31 blocks of boot 1 intact\nboot 2: /,
  );
  const readOnly = await home.denali(["exec", "disk", "--disk", "notes:ro"]);
  expect(readOnly.stdout).toBe("found 31 blocks of boot 2 intact\nthe disk is read-only: nothing written\n");
  expect(readOnly.status).toBe(0);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends a guest that never would, with status %d", async (signal, expected) => {
  const ended = await home.interrupted(["exec", "hostile-spin"], signal);
  expect(ended.status).toBe(expected);
  expect(ended.stderr).toBe("");
});

test("a reader that goes away ends the guest quietly", async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
  const { stdout, stderr } = await home.bash("set -o pipefail; $denali exec primes | head -n 1; echo ${PIPESTATUS[0]}");
  expect(stdout).toBe("1000 primes up to 7919\n141\n");
  expect(stderr).toBe("");
});

test("in virtual time a run repeats exactly", async () => {
  const once = () => home.denali(["exec", "ticker", "--virtual-time", "--", "100", "20"]);
  const [first, second] = await Promise.all([once(), once()]);
  expect(first.stdout).toContain("tick 20\n");
  expect(first.stdout).toBe(second.stdout);
});

test("in virtual time standard input is read to its end first, however long", async () => {
  const lines = Array.from({ length: 10_000 }, (_, number) => `line ${number}\n`).join("");
  const { status, stdout } = await home.denali(["exec", "echo", "--virtual-time"], lines);
  expect([status, stdout]).toEqual([0, lines]);
});

test("in virtual time a guest that computes between its transfers is not taken for one that waits for ever", async () => {
  const { status, stdout } = await home.denali(["exec", "disk", "--disk", "virtual:64", "--virtual-time"]);
  expect(stdout).toBe("boot 1: 63 blocks written, read back and verified\n");
  expect(status).toBe(0);
});

test("in virtual time a guest that nothing can wake is told, not waited for", async () => {
  const { status, stderr } = await home.denali(["exec", "pong", "--virtual-time"]);
  expect(stderr).toBe("denali: pong waits for ever: nothing can wake it; give it input, or a timeout in its code\n");
  expect(status).toBe(1);
});

test("in virtual time one is told so, too, that was typed more than it will ever read", async () => {
  const { status, stderr } = await home.denali(["exec", "pong", "--virtual-time"], "\0".repeat(20_000));
  expect(stderr).toBe(
    "denali: pong waits for ever: nothing can wake it, and it does not read its input; have its code read that, or set a timeout\n",
  );
  expect(status).toBe(1);
});

test("--dump-wasm prints a function's translation and runs nothing", async () => {
  const { status, stdout, stderr } = await home.denali(["exec", "hello", "--dump-wasm", "main"]);
  expect(stdout).toMatch(/^;; main of hello\n\(func .*\n/);
  expect(stdout).not.toContain("Hello from");
  expect([status, stderr]).toEqual([0, ""]);
});

test("--dump-wasm refuses a function that is not there with the nearest names", async () => {
  const { status, stdout, stderr } = await home.denali(["exec", "hello", "--dump-wasm", "mian"]);
  expect(stderr).toMatch(/^denali: hello has no function 'mian'; the nearest names are main, .*\n$/);
  expect([status, stdout]).toEqual([1, ""]);
});
