import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { VirtualInstruction } from "../../source/kernel/index.js";
import { type ElfFile, parseElf } from "../../source/kernel/vm/elf.js";
import { decodeAll } from "../../source/kernel/x86/disassembler.js";

const guests = fileURLToPath(new URL("../../guests/", import.meta.url));
const images = join(guests, "images");

interface IndexEntry {
  name: string;
  file: string;
  sha256: string;
  description: string;
  sources: string[];
  sourcesSha256: string;
  compiler: string;
}
const index: IndexEntry[] = JSON.parse(readFileSync(join(images, "index.json"), "utf8"));

const sha256 = (...parts: Uint8Array[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

function filesOf(path: string): string[] {
  const full = join(guests, path);
  if (!statSync(full).isDirectory()) return [full];
  return readdirSync(full)
    .sort()
    .flatMap((file) => filesOf(join(path, file)));
}

/**
 * Instructions that end a VM, as `function: instruction`: those outside the subset, the two that are decoded only to stop at,
 * and `int` with a number that is no virtual instruction's. Text is swept from its first byte to its last.
 */
function fatalInstructions(elf: ElfFile): string[] {
  const virtual = new Set<number>(Object.values(VirtualInstruction));
  return decodeAll(elf.segments.filter((segment) => segment.executable))
    .filter(
      ({ supported, text, bytes }) =>
        !supported || /^(ud2|hlt)$/.test(text) || (/^int/.test(text) && !virtual.has(bytes[1])),
    )
    .map(({ address, text }) => {
      const home = elf.functions.find((each) => address >= each.address && address < each.address + each.size);
      return `${home?.name}: ${text}`;
    });
}

/** Programs on Ilwaco come with a C library and have other limits. */
const isProgram = (sources: string[]) => sources.includes("ilwaco");

/** What may not be in other images: the attempts of these. Each is its `main`. */
const ATTEMPTS: Record<string, string[]> = {
  "hostile-illegal": ["ud2", "fld1", "pxor mm0", "mov ds", "cpuid", "(bad)"],
  "hostile-privileged": ["hlt", "cli", "in al", "out 0x64", "mov cr0", "lgdt", "wrmsr", "int 0x80"],
  // The registers of an emulated network card, which only `denali bench nic` offers.
  nic: ["int 0xe0"],
};

describe("the index of the images", () => {
  it("names every image in the folder, and no other", () => {
    const files = readdirSync(images).filter((file) => file.endsWith(".elf"));
    expect(index.map((image) => image.file).sort()).toEqual(files.sort());
    expect(new Set(index.map((image) => image.name)).size).toBe(index.length);
  });

  it.each(index)("describes $name in one line", ({ description }) => {
    expect(description).toMatch(/^\S.{10,110}\S$/);
  });
});

describe.each(index)("image $name", ({ name, file, sha256: expected, sources, sourcesSha256 }) => {
  const bytes = readFileSync(join(images, file));

  it("has the checksum of the index", () => {
    expect(sha256(bytes)).toBe(expected);
  });

  it("was built from the sources as they are now", () => {
    const digest = sha256(...sources.flatMap(filesOf).map((path) => readFileSync(path)));
    expect(digest, `${sources.join(", ")} changed; run \`npm run guests\``).toBe(sourcesSha256);
  });

  it("is a small static executable that loads behind page 0 and asks for memory it fits in", () => {
    const elf = parseElf(bytes, name);
    expect(bytes.length).toBeLessThan(isProgram(sources) ? 3 * 1024 * 1024 : 64 * 1024);
    expect(elf.segments[0].address).toBe(0x10000);
    expect(elf.entry).toBe(0x10000);
    expect(elf.functions.map((each) => each.name)).toContain("main");
    const last = elf.segments[elf.segments.length - 1];
    expect(elf.memoryWish % (64 * 1024)).toBe(0);
    expect(elf.memoryWish).toBeGreaterThan(last.address + last.memorySize + 16 * 1024);
  });

  it("keeps the builder's folders to itself", () => {
    const folders = isProgram(sources) ? [guests] : [guests, tmpdir(), homedir()];
    for (const folder of folders) expect(bytes.includes(folder)).toBe(false);
  });

  it("uses the supported instructions, but for what it attempts", () => {
    const found = fatalInstructions(parseElf(bytes, name));
    // A library's broken assumption ends in `ud2`, as does what gcc finds to be unreachable.
    const attempts = ATTEMPTS[name] ?? [];
    for (const attempt of attempts) expect(found.join("\n")).toContain(`main: ${attempt}`);
    const others = found
      .filter((line) => !attempts.some((attempt) => line.startsWith(`main: ${attempt}`)))
      .filter((line) => !(isProgram(sources) && line.endsWith(": ud2")));
    expect(others).toEqual([]);
  });
});

describe("the sources", () => {
  it("build to the committed images, byte for byte", { timeout: 60_000 }, (context) => {
    const check = spawnSync(process.execPath, ["scripts/guests.mjs", "--check"], {
      cwd: join(guests, ".."),
      encoding: "utf8",
    });
    if (check.stdout.startsWith("skipped")) context.skip(check.stdout.trim());
    expect(check.stderr).toBe("");
    expect(check.status).toBe(0);
  });

  it("make the same bytes with denali-cc, from another folder", { timeout: 60_000 }, (context) => {
    const check = spawnSync("gcc", ["--version"], { encoding: "utf8" });
    const hello = index.find((image) => image.name === "hello") as IndexEntry;
    if (check.error || !hello.compiler.startsWith(check.stdout.split("\n", 1)[0]))
      context.skip("needs the images' gcc");
    const folder = mkdtempSync(join(tmpdir(), "denali-cc-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const compiler = join(guests, "denali-cc");
    const built = spawnSync(compiler, ["-o", "hello.elf", join(guests, "apps/hello.c")], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, CC: "gcc" },
    });
    expect(built.stderr).toBe("");
    expect(sha256(readFileSync(join(folder, "hello.elf")))).toBe(hello.sha256);
  });
});
