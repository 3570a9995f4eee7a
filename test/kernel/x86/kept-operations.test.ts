/** Decoded instructions are bounded however much text runs, and what was let go is decoded anew: nothing else is different. */

import { describe, expect, it } from "vitest";
import { MAXIMUM_DECODED_TEXT } from "../../../source/kernel/params.js";
import { translateImage } from "../../../source/kernel/translator/image-translator.js";
import { Translator } from "../../../source/kernel/translator/translator.js";
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import { keptOperations } from "../../../source/kernel/x86/kept-operations.js";
import { createState, Exit, Register, StateWord } from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";

const TEXT = 0x1_0000;
/** Instructions of a byte each, which decoded take half as much again as is kept. */
const MANY = 800_000;
/** What a chunk of the interpreter's loop may decode. */
const SLACK = MAXIMUM_DECODED_TEXT / 100;

const INC_EAX = 0x40;
const INC_ECX = 0x41;
const INT_80 = [0xcd, 0x80];

/** `jmp` from one address to another. */
function jump(from: number, to: number): number[] {
  return [0xe9, ...new Uint8Array(Int32Array.of(to - (from + 5)).buffer)];
}

function memoryOf() {
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return { view: new DataView(wasm.buffer), bytes: new Uint8Array(wasm.buffer), wasm };
}

describe("operations of more text than is kept decoded", () => {
  it("are let go in one run, as in many, and every instruction is executed", () => {
    const bytes = Uint8Array.from([...new Uint8Array(MANY).fill(INC_EAX), ...INT_80]);
    for (const fuel of [2 * MANY, 1_000]) {
      const interpreter = new Interpreter(new Program([{ address: TEXT, bytes }]));
      const memory = memoryOf();
      const state = createState(TEXT, 0xf000);
      let retired = 0;
      for (let exit: Exit = Exit.FUEL; exit === Exit.FUEL; ) {
        exit = interpreter.run(state, memory, fuel);
        retired += interpreter.retired;
        expect(keptOperations.bytes).toBeLessThan(MAXIMUM_DECODED_TEXT + SLACK);
      }
      expect([retired, state[Register.EAX], interpreter.vector]).toEqual([MANY + 1, MANY, 0x80]);
    }
  });

  it("are bounded together with those of other programs, and where a page has one of them", () => {
    const pages = 4_096;
    const bytes = new Uint8Array(pages * 1_024);
    for (let page = 0; page < pages; page++) bytes.set(jump(page * 1_024, ((page + 1) % pages) * 1_024), page * 1_024);
    for (let program = 0; program < 8; program++) {
      const interpreter = new Interpreter(new Program([{ address: TEXT, bytes }]));
      const state = createState(TEXT, 0xf000);
      expect(interpreter.run(state, memoryOf(), 2 * pages)).toBe(Exit.FUEL);
      expect(state[StateWord.EIP]).toBe(TEXT);
      expect(keptOperations.bytes).toBeLessThan(MAXIMUM_DECODED_TEXT + SLACK);
    }
  });

  it("are let go on the way to translated code, which is entered all the same", () => {
    // What nothing leads to runs for long, and then jumps to what is translated: count ECX and stop.
    const hidden = TEXT + 16;
    const code = [INC_ECX, ...INT_80];
    const bytes = new Uint8Array(16 + MANY + 5);
    bytes.set(code);
    bytes.fill(INC_EAX, 16);
    bytes.set(jump(hidden + MANY, TEXT), 16 + MANY);
    const program = new Program([{ address: TEXT, bytes }]);
    const translation = translateImage(new Program([{ address: TEXT, bytes: Uint8Array.from(code) }]), [TEXT], {
      read: () => undefined,
      words: [],
    });
    const translator = new Translator(program, new Interpreter(program));
    translator.adopt(translation, new WebAssembly.Module(translation.bytes as Uint8Array<ArrayBuffer>));
    const state = createState(hidden, 0xf000);
    expect(translator.run(state, memoryOf(), 2 * MANY)).toBe(Exit.VIRTUAL_INSTRUCTION);
    expect([state[Register.EAX], state[Register.ECX], translator.vector]).toEqual([MANY, 1, 0x80]);
    expect(translator.retired).toBe(MANY + 1 + 1 + 1);
    expect(translator.translated).toBe(1);
  });
});
