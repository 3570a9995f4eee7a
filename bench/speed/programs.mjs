/**
 * Builds the programs of the speed benchmark: each kernel, bench/kernels/NAME.c or further/NAME.c, is compiled once, with
 * the flags of guests, and the one object file is linked twice: into a program for Linux on i386 and into an image for the
 * virtual machine. Where the host runs no i386 programs, the native program is the same i386 code reassembled for 64-bit mode.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fail, ROOT } from "../../scripts/setup.mjs";
import { reassemble } from "./reassemble.mjs";

const RUNTIME = join(ROOT, "guests", "runtime");
const KERNELS = join(ROOT, "bench", "kernels");
const SUPPORT = join(ROOT, "bench", "support");

/** Where programs are built; they stay there, to be looked at. */
export const BUILD_FOLDER = join(ROOT, "build", "bench");

/** More of them, of other kinds: whoever tunes the translator for the first ones sees here whether others gain, too. */
const FURTHER = join(KERNELS, "further");
const ILWACO = join(ROOT, "guests", "ilwaco", "core");

/** Whether a kernel computes in floating point. */
const isFloating = (name) => /\b(float|double)\b/.test(readFileSync(join(folderOf(name), `${name}.c`), "utf8"));

const flagsIn = (file) => readFileSync(join(RUNTIME, file), "utf8").trim().split(/\s+/);
const GUEST_FLAGS = flagsIn("gcc-flags");
const WITHOUT_FLOATING = "-mgeneral-regs-only";

/** Scalar SSE and nothing wider, whatever the guests' own flags say. */
const FLOATING_FLAGS = [
  ...GUEST_FLAGS.filter((flag) => flag !== WITHOUT_FLOATING),
  ...["-msse2", "-mfpmath=sse", "-mno-mmx", "-mno-80387", "-mlong-double-64", "-mno-stv"],
  ...["-fno-tree-vectorize", "-fno-tree-slp-vectorize"],
];

/** The flags of guests for x86-64 code around a reassembled kernel. */
const X86_64_FLAGS = [...GUEST_FLAGS.filter((flag) => !/^-m(32|arch=)/.test(flag)), "-m64"];

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
export const FURTHER_NAMES = namesIn(FURTHER);

const folderOf = (name) => (FURTHER_NAMES.includes(name) ? FURTHER : KERNELS);

/**
 * @param withReassembled whether the reassembled programs are wanted even where i386 ones run
 * @returns whether the native programs are `i386` ones or `reassembled`, and each kernel's files: `native`, `i386` (for Linux),
 * `image` and, where it was wanted or is the native one, `reassembled`
 */
export function buildPrograms(names, withReassembled = false) {
  checkCompiler();
  mkdirSync(BUILD_FOLDER, { recursive: true });
  const support = objects(SUPPORT, ["main", "native", "guest", "empty"]);
  const runtime = objects(RUNTIME, namesIn(RUNTIME));
  // What gcc calls for conversions of 64-bit integers and for bit counts.
  const arithmetic = compile(ILWACO, "arithmetic", FLOATING_FLAGS);
  const library = [...LIBRARY.map((name) => runtime[name]), arithmetic];
  const linux = (name, parts) =>
    link(`${name}.i386`, ["-m32", ...NATIVE_LINKING], [...parts, support.native, ...library]);
  const runsI386 = spawnSync(linux("empty", [support.empty])).status === 0;

  const programs = names.map((name) => {
    const kernel = compile(folderOf(name), name, flagsOf(name));
    const image = link(`${name}.elf`, GUEST_LINKING, [
      ...[kernel, support.main, support.guest],
      ...Object.values(runtime),
      arithmetic,
    ]);
    const i386 = linux(name, [kernel, support.main]);
    const again = withReassembled || !runsI386 ? reassembled(name) : undefined;
    return [name, { image, i386, reassembled: again, native: runsI386 ? i386 : again }];
  });
  return { native: runsI386 ? "i386" : "reassembled", programs: new Map(programs) };
}

/** Builds a guest of bench/guests; answers the image's path. */
export function buildGuest(name) {
  mkdirSync(BUILD_FOLDER, { recursive: true });
  return buildGuestFrom(join(ROOT, "bench", "guests", `${name}.c`), join(BUILD_FOLDER, `${name}.elf`));
}

/** Builds a guest from one C file. */
export function buildGuestFrom(source, output, options = []) {
  checkCompiler();
  run(join(ROOT, "guests", "denali-cc"), ["-o", `${output}.new`, source, ...options]);
  renameSync(`${output}.new`, output);
  return output;
}

/** Ends the program with one line where there is no compiler that will do. */
function checkCompiler() {
  const probe = spawnSync("gcc", ["-m32", "-ffreestanding", "-x", "c", "-c", "-o", "/dev/null", "-"], { input: "" });
  if (probe.error) fail("the kernels are C and gcc is not installed; on Debian: apt-get install gcc");
  if (probe.status !== 0) fail("the kernels are i386 code and this gcc cannot compile for it (-m32)");
}

const flagsOf = (name) => (isFloating(name) ? FLOATING_FLAGS : GUEST_FLAGS);

const objects = (folder, names) => Object.fromEntries(names.map((name) => [name, compile(folder, name, GUEST_FLAGS)]));

/** A 64-bit program around a kernel and the library functions it calls, both reassembled. */
function reassembled(name) {
  const parts = [
    reassembledObject(folderOf(name), name, flagsOf(name)),
    ...LIBRARY.map((each) => reassembledObject(RUNTIME, each, GUEST_FLAGS)),
    reassembledObject(ILWACO, "arithmetic", FLOATING_FLAGS),
  ];
  const whole = link(`${name}.reassembled.o`, ["-m64", "-nostdlib", "-r"], parts);
  run("objcopy", ["--redefine-sym", "kernel_run=reassembled_run", "--keep-global-symbol=reassembled_run", whole]);
  const frame = ["main", "native", "reassembled"].map((each) => compile(SUPPORT, each, X86_64_FLAGS, "x86-64"));
  const library = [compile(RUNTIME, "string", X86_64_FLAGS, "x86-64")];
  return link(`${name}.x86-64`, ["-m64", ...NATIVE_LINKING], [whole, ...frame, ...library]);
}

function reassembledObject(folder, name, flags) {
  const assembly = join(BUILD_FOLDER, `${basename(folder)}-${name}.s`);
  gcc([...flags, ...INCLUDE, "-S", join(folder, `${name}.c`), "-o", assembly]);
  const text = join(BUILD_FOLDER, `${basename(folder)}-${name}.reassembled.s`);
  writeFileSync(text, reassemble(readFileSync(assembly, "utf8")));
  const output = join(BUILD_FOLDER, `${basename(folder)}-${name}.reassembled.o`);
  gcc(["-m64", "-c", text, "-o", output]);
  return output;
}

const INCLUDE = ["-I", join(ROOT, "guests", "include")];

function compile(folder, name, flags, machine = "i386") {
  const output = join(BUILD_FOLDER, `${basename(folder)}-${name}.${machine}.o`);
  gcc([...flags, ...INCLUDE, "-c", join(folder, `${name}.c`), "-o", output]);
  return output;
}

function link(name, flags, parts) {
  const output = join(BUILD_FOLDER, name);
  gcc([...flags, ...parts, "-o", output]);
  return output;
}

const gcc = (options) => run("gcc", options);

function run(command, options) {
  const { status, stderr, error } = spawnSync(command, options, { encoding: "utf8" });
  if (status !== 0) fail(`${command} could not build a kernel: ${error?.message ?? `\n${stderr}`}`);
}
