/** How a call through a pointer finds the function there, where text lies far apart. */

import { expect, it } from "vitest";
import { translateImage } from "../../../source/kernel/translator/image-translator.js";
import type { Callee, ModuleLayout } from "../../../source/kernel/translator/layout.js";
import { emitDispatch } from "../../../source/kernel/translator/module-functions.js";
import { Translator } from "../../../source/kernel/translator/translator.js";
import { listCode } from "../../../source/kernel/wasm/lister.js";
import { ModuleBuilder } from "../../../source/kernel/wasm/module-builder.js";
import { ValueType } from "../../../source/kernel/wasm/opcodes.js";
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import { createState, Exit, Register } from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";
import { hex } from "./both-engines.js";

const TEXT = 0x1_0000;
const FAR = 0x3fff_0000;
const SPACING = 16;

/** Most comparisons with an address on any way through the code. */
function mostCompared(texts: readonly string[]): number {
  const opened: { halves: boolean; before: number; other: number }[] = [];
  let passed = 0;
  let most = 0;
  for (const [index, text] of texts.entries()) {
    const before = texts[index - 1] ?? "";
    if (text.startsWith("i32.eq") && text !== "i32.eqz") passed++;
    if (text.startsWith("i32.lt_u")) passed++;
    most = Math.max(most, passed);
    if (/^(block|loop)/.test(text)) opened.push({ halves: false, before: passed, other: passed });
    else if (text.startsWith("if"))
      opened.push({ halves: before.startsWith("i32.lt_u"), before: passed, other: passed });
    else if (text.startsWith("else")) {
      const open = opened[opened.length - 1];
      open.other = passed;
      passed = open.before;
    } else if (text.startsWith("end")) {
      const open = opened.pop();
      if (open?.halves) passed = Math.max(passed, open.other);
    } else if (text.startsWith("br ")) passed = opened.at(-1)?.before ?? 0;
  }
  return most;
}

it("compares with few of very many functions that share a place in the table", () => {
  const functions = 2_000;
  const module = new ModuleBuilder();
  const i32 = new Array<ValueType>(10).fill(ValueType.I32);
  const dispatch = module.function("dispatch", { parameters: i32, results: [ValueType.I64, ValueType.I32] });
  const callee: Callee = { index: 0, parameters: [Register.ESP], returned: 0, popped: 0, jumpsOn: false };
  const addresses = [...Array.from({ length: functions }, (_, at) => TEXT + at * SPACING), FAR];
  const entries = new Map(addresses.map((address) => [address, { callee, number: undefined }]));
  const registers = [0, 1, 2, 3, 4, 5, 6, 7];
  emitDispatch(dispatch, entries, { registers, eip: 8, left: 9, missing: 10, complete: 0 } as unknown as ModuleLayout);
  const compared = mostCompared(listCode(dispatch).map(({ text }) => text));
  expect(compared).toBeGreaterThan(1);
  expect(compared).toBeLessThan(24);
});

it("finds each of them", () => {
  const functions = 500;
  // inner: call [esi + 4 * ecx - 4]; dec ecx; jnz inner; int 0x80
  const caller = hex("ff 54 8e fc 49 75 f9 cd 80");
  const bytes = new Uint8Array(SPACING * (functions + 1));
  bytes.set(caller);
  const starts = Array.from({ length: functions }, (_, at) => TEXT + SPACING * (at + 1));
  // add eax, imm32; imul eax, eax, 17; ret
  for (const [at, start] of starts.entries()) {
    bytes.set([0x05, at & 255, at >> 8, 0, 0, 0x6b, 0xc0, 17, 0xc3], start - TEXT);
  }
  const segments = [
    { address: TEXT, bytes },
    { address: FAR, bytes: Uint8Array.of(0xc3) },
  ];
  const results = [false, true].map((translated) => {
    const program = new Program(segments);
    const engine = translated ? new Translator(program, new Interpreter(program)) : new Interpreter(program);
    if (engine instanceof Translator) {
      const translation = translateImage(program, [TEXT, FAR], { read: () => undefined, words: starts });
      engine.adopt(translation, new WebAssembly.Module(translation.bytes));
    }
    const wasm = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const memory = { wasm, bytes: new Uint8Array(wasm.buffer), view: new DataView(wasm.buffer) };
    for (const [at, start] of starts.entries()) memory.view.setUint32(0x1000 + 4 * at, start, true);
    const state = createState(TEXT, 0xf000);
    state[Register.ECX] = functions;
    state[Register.ESI] = 0x1000;
    expect(engine.run(state, memory, 1_000_000)).toBe(Exit.VIRTUAL_INSTRUCTION);
    if (engine instanceof Translator) expect(engine.translated).toBeGreaterThan(5 * functions);
    return [...state];
  });
  expect(results[1]).toEqual(results[0]);
});
