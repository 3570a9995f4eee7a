/**
 * Builds the programs of the speed benchmark: each kernel, bench/kernels/NAME.c, is compiled once, with the flags of guests,
 * and the one object file is linked twice: into a program for Linux on i386 and into an image for the virtual machine.
 * Where the host runs no i386 programs, the native program is the same source compiled for x86-64.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fail, ROOT } from "../../scripts/setup.mjs";

const RUNTIME = join(ROOT, "guests", "runtime");
const KERNELS = join(ROOT, "bench", "kernels");
const SUPPORT = join(ROOT, "bench", "support");

/** Where programs are built; they stay there, to be looked at. */
export const BUILD_FOLDER = join(ROOT, "node_modules", ".cache", "denali", "bench");

/** Kernels that compute in floating point. */
const FLOATING = new Set(["bodies", "matrix-float"]);

/** Scalar SSE and nothing wider, whatever the guests' own flags say. */
const SCALAR = ["-fno-tree-vectorize", "-fno-tree-slp-vectorize"];
const FLOATING_FLAGS = ["-msse2", "-mfpmath=sse", "-mno-mmx", "-mno-80387", "-mlong-double-64", "-mno-stv", ...SCALAR];

const flagsIn = (file) => readFileSync(join(RUNTIME, file), "utf8").trim().split(/\s+/);
const GUEST_FLAGS = flagsIn("gcc-flags");
const WITHOUT_FLOATING = "-mgeneral-regs-only";

const I386 = {
  folder: "i386",
  flags: GUEST_FLAGS,
  floatingFlags: [...GUEST_FLAGS.filter((flag) => flag !== WITHOUT_FLOATING), ...FLOATING_FLAGS],
  linking: ["-m32"],
};

const X86_64_FLAGS = [
  ...GUEST_FLAGS.filter((flag) => flag !== WITHOUT_FLOATING && !/^-m(32|arch=)/.test(flag)),
  ...["-m64", ...SCALAR],
];
const X86_64 = { folder: "x86-64", flags: X86_64_FLAGS, floatingFlags: X86_64_FLAGS, linking: ["-m64"] };

const NATIVE_LINKING = ["-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none", "-Wl,-z,noexecstack"];
const GUEST_LINKING = [...GUEST_FLAGS, ...flagsIn("ld-flags"), "-T", join(RUNTIME, "guest.ld")];

/** Parts of the guest runtime that need no virtual machine: the C library's functions that gcc's code calls. */
const LIBRARY = ["string", "division"];

const namesIn = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".c"))
    .map((file) => basename(file, ".c"))
    .sort();

export const KERNEL_NAMES = namesIn(KERNELS);

/** Ends the program with one line where there is no compiler that will do. */
function checkCompiler() {
  const probe = spawnSync("gcc", ["-m32", "-ffreestanding", "-x", "c", "-c", "-o", "/dev/null", "-"], { input: "" });
  if (probe.error) fail("the kernels are C and gcc is not installed; on Debian: apt-get install gcc");
  if (probe.status !== 0) fail("the kernels are i386 code and this gcc cannot compile for it (-m32)");
}

/** @returns what the native programs are, i386 or x86-64, and each kernel's files: `native`, `i386` for Linux, `image` */
export function buildPrograms(names) {
  checkCompiler();
  const guest = [
    ...["main", "guest"].map((name) => compile(I386, SUPPORT, name)),
    ...namesIn(RUNTIME).map((name) => compile(I386, RUNTIME, name)),
  ];
  const hosts = runsI386() ? [I386] : [I386, X86_64];
  const programs = new Map(names.map((name) => [name, {}]));
  for (const host of hosts) {
    const rest = [
      ...["main", "native"].map((name) => compile(host, SUPPORT, name)),
      ...LIBRARY.map((name) => compile(host, RUNTIME, name)),
    ];
    for (const name of names) {
      const kernel = compile(host, KERNELS, name, FLOATING.has(name));
      const files = programs.get(name);
      files.native = link(`${host.folder}/${name}`, [...host.linking, ...NATIVE_LINKING], [kernel, ...rest]);
      if (host !== I386) continue;
      files.i386 = files.native;
      files.image = link(`${name}.elf`, GUEST_LINKING, [kernel, ...guest]);
    }
  }
  return { native: hosts.at(-1).folder, programs };
}

function runsI386() {
  const objects = [compile(I386, SUPPORT, "native"), compile(I386, SUPPORT, "empty")];
  const library = LIBRARY.map((name) => compile(I386, RUNTIME, name));
  const probe = link("i386/probe", [...I386.linking, ...NATIVE_LINKING], [...objects, ...library]);
  return spawnSync(probe).status === 0;
}

function compile(target, folder, name, floating = false) {
  mkdirSync(join(BUILD_FOLDER, target.folder), { recursive: true });
  const output = join(BUILD_FOLDER, target.folder, `${basename(folder)}-${name}.o`);
  const flags = floating ? target.floatingFlags : target.flags;
  gcc([...flags, "-I", join(ROOT, "guests", "include"), "-c", join(folder, `${name}.c`), "-o", output]);
  return output;
}

function link(name, flags, objects) {
  const output = join(BUILD_FOLDER, name);
  gcc([...flags, ...objects, "-o", output]);
  return output;
}

function gcc(options) {
  const { status, stderr } = spawnSync("gcc", options, { encoding: "utf8" });
  if (status !== 0) fail(`gcc could not build a kernel:\n${stderr}`);
}
