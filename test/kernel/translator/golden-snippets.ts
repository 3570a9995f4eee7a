/**
 * The snippets in golden/: assembly text for people, behind it the bytes that gcc makes of it, as comments, so that nobody
 * needs gcc to translate them:
 *
 *     # Moves between registers.
 *             mov     eax, ebx
 *             ret
 *     # 0x1000: 89 d8 c3
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseElf } from "../../../source/kernel/vm/elf.js";

export const FOLDER = join(import.meta.dirname, "golden");

/** Where text starts, and data. */
const TEXT = 0x1000;
const DATA = 0x2000;

const LINKER_SCRIPT = `PHDRS { text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); }
SECTIONS {
  .text ${TEXT} : { *(.text) } :text
  .rodata ${DATA} : { *(.rodata) } :data
  /DISCARD/ : { *(*) }
}
`;

export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface Snippet {
  readonly name: string;
  /** The file without its bytes. */
  readonly source: string;
  /** Text, then data where there is any. */
  readonly segments: readonly Segment[];
}

/** In alphabetical order. */
export function readSnippets(): Snippet[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".s"))
    .sort()
    .map((file) => {
      const text = readFileSync(join(FOLDER, file), "utf8");
      const segments = Array.from(text.matchAll(BYTES), ([, address, bytes]) => ({
        address: Number(address),
        bytes: Uint8Array.from(Buffer.from(bytes.replaceAll(" ", ""), "hex")),
      }));
      return { name: file.slice(0, -".s".length), source: text.replaceAll(BYTES, ""), segments };
    });
}

const BYTES = /^# (0x[0-9a-f]+): ((?:[0-9a-f]{2} ?)+)\n/gm;

/** Writes a snippet's bytes into its file. */
export function writeBytes({ name, source }: Snippet, segments: readonly Segment[]): void {
  const lines = segments.map(({ address, bytes }) => `# 0x${address.toString(16)}: ${hexadecimal(bytes)}\n`);
  writeFileSync(join(FOLDER, `${name}.s`), source + lines.join(""));
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** What gcc's assembler makes of a source; undefined where there is no gcc. */
export function assemble(source: string): Segment[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), "denali-golden-"));
  try {
    const [input, script, output] = ["snippet.s", "snippet.ld", "snippet.elf"].map((name) => join(folder, name));
    writeFileSync(input, `.intel_syntax noprefix\n.globl _start\n_start:\n${source}`);
    writeFileSync(script, LINKER_SCRIPT);
    const flags = ["-m32", "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none", `-Wl,-T,${script}`];
    const run = spawnSync("gcc", [...flags, "-o", output, input], { encoding: "utf8" });
    if (run.error) return undefined;
    if (run.status !== 0) throw new Error(`gcc refuses a snippet:\n${run.stderr}\n${source}`);
    return parseElf(readFileSync(output), "snippet").segments.map(({ address, bytes }) => ({ address, bytes }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A snippet as an ELF file without symbols. */
export function elfOf(segments: readonly Segment[]): Uint8Array {
  const [header, entry] = [52, 32];
  const size = header + entry * segments.length + segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const file = Buffer.alloc(size);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(3, 18);
  file.writeUInt32LE(TEXT, 24);
  file.writeUInt32LE(header, 28);
  file.writeUInt16LE(entry, 42);
  file.writeUInt16LE(segments.length, 44);
  let at = header + entry * segments.length;
  segments.forEach(({ address, bytes }, index) => {
    const fields = [1, at, address, address, bytes.length, bytes.length, address === TEXT ? 5 : 6, 0];
    fields.forEach((value, field) => void file.writeUInt32LE(value, header + entry * index + 4 * field));
    file.set(bytes, at);
    at += bytes.length;
  });
  return file;
}

/** Where a snippet's translation is entered. */
export const ENTRY = TEXT;
