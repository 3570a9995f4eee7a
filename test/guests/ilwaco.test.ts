/** Programs on Ilwaco: those of the committed images, and, where the libraries have been built, those that `cc` compiles. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { boot, consoleOf, runFor, temporaryFolder } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guests = here("../../guests");

/** Building them takes minutes and Debian's source packages: `make -C guests/ilwaco` does it, and .ci/run. */
const librariesAreBuilt = spawnSync("make", ["-q", "-C", join(guests, "ilwaco")]).status === 0;

/** Runs an image until it ends, for so many seconds of virtual time at most. */
function run(image: string, args: string[] = [], seconds = 5) {
  const kernel = boot();
  const [id] = kernel.spawn({ image, arguments: args });
  for (let elapsed = 0; elapsed < seconds && kernel.inspect(id).state !== "terminated"; elapsed += 0.05)
    runFor(kernel, 0.05);
  const { state, status } = kernel.inspect(id);
  return { state, status, console: consoleOf(kernel, id) };
}

describe("greeter", () => {
  it("finds threads, memory, a clock and files", () => {
    expect(run("greeter", ["world", "moon"])).toEqual({
      state: "terminated",
      status: 0,
      console:
        "greeter on Ilwaco 1, 1216 KB of memory\nhello, world\nhello, moon\n" +
        "kept 3.14 in a file in the year 2002\n",
    });
  });
});

describe("guests/cc", () => {
  it.skipIf(!librariesAreBuilt)("compiles a program that prints what it prints on Linux", { timeout: 120_000 }, () => {
    const folder = temporaryFolder();
    const source = here("programs/native.c");
    execFileSync("gcc", ["-O2", "-pthread", "-o", join(folder, "native"), source, "-lm"]);
    execFileSync(join(guests, "cc"), ["-O2", "-o", join(folder, "guest.elf"), source, "-lm"]);
    const native = spawnSync(join(folder, "native"), { encoding: "utf8" });
    expect(native.stdout.split("\n").length).toBeGreaterThan(20);
    expect(run(join(folder, "guest.elf"))).toEqual({
      state: "terminated",
      status: native.status,
      console: native.stdout,
    });
  });

  it.skipIf(!librariesAreBuilt)(
    "packs a folder as the root file system, and keeps it as it is",
    { timeout: 120_000 },
    () => {
      const folder = temporaryFolder();
      const root = here("programs/root");
      const image = join(folder, "guest.elf");
      execFileSync(join(guests, "cc"), [
        "-O2",
        "--root",
        root,
        "--memory",
        "2MiB",
        "-o",
        image,
        here("programs/root.c"),
      ]);
      expect(run(image).console).toBe(
        "/etc/motd: welcome\n/etc/motd cannot be changed: Read-only file system\n/etc/new: written\n2048 KB\n",
      );
    },
  );
});
