import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { boot, runFor, temporaryFolder } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** False where gcc is missing or cannot compile for i386. */
const canCompile =
  spawnSync("gcc", ["-m32", "-ffreestanding", "-x", "c", "-c", "-o", "/dev/null", "-"], { input: "int probe;" })
    .status === 0;

describe("the guest runtime", () => {
  it.skipIf(!canCompile)("prints, divides and copies as the host's C library does", { timeout: 60_000 }, () => {
    const folder = temporaryFolder();
    const source = here("runtime.c");
    execFileSync("gcc", ["-O1", "-w", "-DNATIVE", "-o", join(folder, "native"), source]);
    execFileSync(here("../../guests/denali-cc"), ["-o", join(folder, "guest.elf"), source]);

    const printed: Uint8Array[] = [];
    const kernel = boot({ onConsole: (_id, bytes) => printed.push(bytes) });
    const [id] = kernel.spawn({ image: join(folder, "guest.elf") });
    runFor(kernel, 5);

    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
    const expected = execFileSync(join(folder, "native"), { encoding: "utf8", timeout: 30_000 });
    expect(expected.split("\n").length).toBeGreaterThan(1300);
    expect(Buffer.concat(printed).toString()).toBe(expected);
  });
});
