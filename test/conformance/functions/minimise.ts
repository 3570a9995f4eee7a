/** Makes a program smaller that shows a difference: instructions that do not matter become NOPs, from the end on. */

import { describe } from "../../../source/kernel/x86/decoder.js";
import type { FunctionProgram } from "./program-generator.js";

const NOP = 0x90;

/** @param fails whether a program still shows the difference */
export function minimise(program: FunctionProgram, fails: (program: FunctionProgram) => boolean): FunctionProgram {
  let smallest = program;
  if (!fails(program)) return program;
  const starts = instructionsOf(program);
  for (let size = Math.ceil(starts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = starts.length; end > 0; end -= size) {
      const code = smallest.code.slice();
      for (const { offset, length } of starts.slice(Math.max(0, end - size), end))
        code.fill(NOP, offset, offset + length);
      if (Buffer.compare(code, smallest.code) === 0) continue;
      const candidate = { ...smallest, code };
      if (fails(candidate)) smallest = candidate;
    }
  }
  return smallest;
}

/** Where its instructions are, one behind the other. */
export function instructionsOf({ code, codeAddress }: FunctionProgram): { offset: number; length: number }[] {
  const starts: { offset: number; length: number }[] = [];
  for (let offset = 0; offset < code.length; ) {
    const { length } = describe(codeAddress + offset, code.subarray(offset));
    starts.push({ offset, length });
    offset += length;
  }
  return starts;
}
