/**
 * Lists a translated region for people: each guest instruction, as a comment, followed by the WebAssembly made of it.
 *
 *     ;; 0x00001003  83 ec 08              sub esp, 8
 *       local.get $esp
 *       i32.const 8
 *       ...
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { type ListedInstruction, listCode, listHead, type ModuleNames } from "../wasm/lister.js";
import { hexBytes } from "../x86/disassembler.js";
import type { Program } from "../x86/program.js";
import type { Mark } from "./access-emitter.js";

/** A region as it was emitted. */
export interface EmittedRegion {
  readonly start: number;
  readonly builder: FunctionBuilder;
  readonly marks: readonly Mark[];
  readonly names: ModuleNames;
}

/** Cells for an instruction's bytes, so that most texts stand below each other. */
const BYTES_WIDTH = 21;

/** The region in WebAssembly's text format, an instruction or a comment a line. */
export function listRegion({ builder, marks, names }: EmittedRegion, program: Program): string[] {
  const head = listHead(builder).map((line, index) => (index === 0 ? `(${line}` : `  ${line}`));
  const lines: string[] = [];
  const code = listCode(builder, names);
  let next = 0;
  let shown: number | undefined | null = null;
  const write = (before: number): void => {
    for (; next < code.length && code[next].offset < before; next++) lines.push(wasmLine(code[next]));
  };
  for (const { offset, address } of marks) {
    write(offset);
    if (address === shown) continue;
    lines.push(address === undefined ? ";; the function's ends" : guestLine(program, address));
    shown = address;
  }
  write(Number.POSITIVE_INFINITY);
  return [...head, ...lines, ")"];
}

function wasmLine({ depth, text }: ListedInstruction): string {
  return "  ".repeat(depth) + text;
}

function guestLine(program: Program, address: number): string {
  const { length, text } = program.describe(address);
  const bytes = hexBytes(program.bytesAt(address).subarray(0, length));
  return `;; 0x${address.toString(16).padStart(8, "0")}  ${bytes.padEnd(BYTES_WIDTH)} ${text}`;
}
