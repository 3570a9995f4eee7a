/** Ilwaco's files that are no disks, its signals and its waits: programs say what they say on Linux, and a terminal's keys. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { boot, consoleOf, runFor, temporaryFolder } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guests = here("../../guests");
const librariesAreBuilt = spawnSync("make", ["-q", "-C", join(guests, "ilwaco")]).status === 0;

/** Compiles a program of the folder `programs` into an image. */
function compile(folder: string, program: string): string {
  const image = join(folder, "guest.elf");
  execFileSync(join(guests, "cc"), ["-O2", "-w", "-o", image, here(`programs/${program}.c`), "-lm"]);
  return image;
}

describe.skipIf(!librariesAreBuilt)("programs that say what they say on Linux", () => {
  it.each(["restart", "polling", "pipes"])("%s", { timeout: 120_000 }, (program) => {
    const folder = temporaryFolder();
    const native = join(folder, "native");
    execFileSync("gcc", ["-O2", "-w", "-pthread", "-o", native, here(`programs/${program}.c`), "-lm"]);
    const kernel = boot();
    const [id] = kernel.spawn({ image: compile(folder, program) });
    runFor(kernel, 20);
    const { stdout, status } = spawnSync(native, { encoding: "utf8", timeout: 60_000 });
    expect(stdout.split("\n").length).toBeGreaterThan(20);
    expect(consoleOf(kernel, id)).toBe(stdout);
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status });
  });
});

describe.skipIf(!librariesAreBuilt)("the console in raw mode", () => {
  /** What the program reads, having begun, when these keys are typed at these times in seconds. */
  function read(args: string[], typed: [number, string][]): string[] {
    const kernel = boot();
    const [id] = kernel.spawn({ image: compile(temporaryFolder(), "keys"), arguments: args });
    let elapsed = 0;
    for (const [time, keys] of [...typed, [5, ""] as const]) {
      runFor(kernel, time - elapsed);
      elapsed = time;
      if (keys) kernel.type(id, Buffer.from(keys));
    }
    return consoleOf(kernel, id).split("\n").slice(1, -1);
  }

  it("waits VTIME where VMIN is 0, and not at all without", { timeout: 60_000 }, () => {
    expect(read(["vmin=0", "vtime=3"], [[0.45, "abc"]])).toEqual([
      '0 "" after 3, ready 0',
      '3 "abc" after 1, ready 0',
      '0 "" after 3, ready 0',
    ]);
    expect(read(["vmin=0"], [])).toEqual(Array(3).fill('0 "" after 0, ready 0'));
  });

  it("waits for VMIN keys, or as many as are read", { timeout: 60_000 }, () => {
    expect(
      read(
        ["vmin=3"],
        [
          [0.25, "a"],
          [0.5, "b"],
          [0.75, "cdefg"],
        ],
      ),
    ).toEqual(['7 "abcdefg" after 7, ready 0']);
    expect(
      read(
        ["vmin=3", "size=2"],
        [
          [0.25, "abc"],
          [0.5, "def"],
        ],
      ),
    ).toEqual(['2 "ab" after 2, ready 0', '2 "cd" after 2, ready 0', '2 "ef" after 0, ready 0']);
  });

  it("waits between keys for VTIME at most, and for the first without end", { timeout: 60_000 }, () => {
    expect(
      read(
        ["vmin=3", "vtime=2"],
        [
          [0.5, "a"],
          [0.65, "b"],
          [1.55, "cdefg"],
        ],
      ),
    ).toEqual(['2 "ab" after 8, ready 0', '5 "cdefg" after 7, ready 0']);
  });

  it("gets what was typed of a line, unless it asks to forget that", { timeout: 60_000 }, () => {
    expect(read(["line=500"], [[0.2, "half"]])).toEqual(['4 "half" after 0, ready 1']);
    const typed: [number, string][] = [
      [0.2, "half"],
      [0.75, "k"],
    ];
    expect(read(["line=500", "flush=1"], typed)).toEqual(['1 "k" after 2, ready 0']);
    expect(
      read(
        ["line=500", "flush=2"],
        [...typed, [0.55, "x"] as [number, string]].sort((a, b) => a[0] - b[0]),
      ),
    ).toEqual(['1 "k" after 1, ready 0']);
  });
});

describe.skipIf(!librariesAreBuilt)("a VM without memory beyond its image", () => {
  it("is told so, and ends", { timeout: 60_000 }, () => {
    const image = compile(temporaryFolder(), "keys");
    const kernel = boot();
    let id: number | undefined;
    for (let memory = 64 * 1024; id === undefined; memory += 64 * 1024) {
      try {
        [id] = kernel.spawn({ image, memory });
      } catch {}
    }
    runFor(kernel, 1);
    expect(consoleOf(kernel, id)).toBe("ilwaco: the VM has too little memory for this image\n");
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 126 });
  });
});

describe.skipIf(!librariesAreBuilt)("dup2", () => {
  it("takes the descriptor that it is given, however long closing the file there takes", { timeout: 60_000 }, () => {
    const kernel = boot();
    const disks = [{ name: "notes", blocks: 64, readOnly: false }];
    const [id] = kernel.spawn({ image: compile(temporaryFolder(), "dup2"), disks });
    runFor(kernel, 2);
    expect(consoleOf(kernel, id)).toBe("written: 65536\nover the file: 1\n!\nto the console: 2\n");
  });
});
