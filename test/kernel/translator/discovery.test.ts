/** Which functions are found in machine code whose numbers may be addresses. */

import { expect, it } from "vitest";
import { discoverFunctions } from "../../../source/kernel/translator/discovery.js";
import { InstructionReader } from "../../../source/kernel/translator/instruction-reader.js";
import { Program } from "../../../source/kernel/x86/program.js";

const TEXT = 0x1000;
const ELSEWHERE = 0x1010;
const RET = 0xc3;
/** mov ecx, ELSEWHERE */
const NAMES_ELSEWHERE = [0xb9, 0x10, 0x10, 0x00, 0x00];
const PADDING = 0x90;

function functionsOf(code: number[]): number[] {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(code) }]);
  return [...discoverFunctions(program, new InstructionReader(program, () => undefined), [TEXT], []).functions];
}

const upTo = (offset: number, code: number[]) => [...code, ...new Array(offset - code.length).fill(PADDING)];

it("finds a function whose address code holds", () => {
  expect(functionsOf([...upTo(16, [...NAMES_ELSEWHERE, RET]), RET])).toEqual([TEXT, ELSEWHERE]);
});

it("takes a number for no address where another instruction has been found around it", () => {
  // mov eax, imm32 at 0x100e reaches to 0x1013.
  expect(functionsOf([...upTo(14, NAMES_ELSEWHERE), 0xb8, RET, RET, RET, RET, RET])).toEqual([TEXT]);
});

it("takes a function found so back when the instruction around it is found later", () => {
  const other = 0x1040;
  // Two numbers: the function at 0x1040, and one within an instruction that only that function leads to.
  const code = upTo(16, [0xb8, 0x40, 0x10, 0x00, 0x00, 0xb9, 0x22, 0x10, 0x00, 0x00, RET]);
  code.push(...upTo(16, []), 0xb8, RET, RET, RET, RET, RET);
  const jump = [0xeb, 0x1020 - (other + 2)].map((byte) => byte & 0xff);
  expect(functionsOf([...upTo(0x40, code), ...jump])).toEqual([TEXT, other]);
});
