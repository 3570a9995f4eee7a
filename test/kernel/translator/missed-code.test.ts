import { expect, it } from "vitest";
import type { Worthwhile } from "../../../source/kernel/translator/hotness.js";
import { translateImage } from "../../../source/kernel/translator/image-translator.js";
import type { Translation } from "../../../source/kernel/translator/translation.js";
import { Translator } from "../../../source/kernel/translator/translator.js";
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import { createState, Exit, Register } from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";

const TEXT = 0x1000;
const TURNS = 500_000;

/** mov ecx, TURNS; 1: add eax, ecx; dec ecx; jnz 1b; int 0x80 */
const CODE = [0xb9, ...new Uint8Array(Int32Array.of(TURNS).buffer), 0x01, 0xc8, 0x49, 0x75, 0xfb, 0xcd, 0x80];
const INSTRUCTIONS = 1 + 3 * TURNS + 1;

const SECOND = 1e9;

/** Instructions that are worth a translation within ten seconds. @param now nanoseconds */
const within = (instructions: number, now = () => 0): Worthwhile => ({ instructions, within: 10 * SECOND, now });

function translatorOf(program: Program, worthwhile: Worthwhile | undefined, when: (adopting: () => void) => void) {
  return new Translator(program, new Interpreter(new Program(program.segments)), {
    worthwhile,
    translate: (missed, adopt) => when(() => adopt(...translated(program, missed))),
  });
}

/** What an engine adopts. */
function translated(program: Program, missed: readonly number[]): [Translation, WebAssembly.Module] {
  const translation = translateImage(program, [], { read: () => undefined, words: [], missed });
  return [translation, new WebAssembly.Module(translation.bytes)];
}

/** Runs the code to its end, in slices. @param between called after each */
function run(translator: Translator, between: () => void = () => {}): void {
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const memory = { view: new DataView(wasm.buffer), bytes: new Uint8Array(wasm.buffer), wasm };
  const state = createState(TEXT, 0xf000);
  let retired = 0;
  let exit: Exit = Exit.FUEL;
  while (exit === Exit.FUEL) {
    exit = translator.run(state, memory, 50_000);
    expect(translator.retired).toBeGreaterThan(0);
    retired += translator.retired;
    expect(retired).toBeLessThanOrEqual(INSTRUCTIONS);
    between();
  }
  expect(exit).toBe(Exit.VIRTUAL_INSTRUCTION);
  expect(retired).toBe(INSTRUCTIONS);
  expect(state[Register.EAX] >>> 0).toBe(((TURNS * (TURNS + 1)) / 2) % 2 ** 32);
}

it("translates code that was not found ahead of running, once much of it has run", () => {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(CODE) }]);
  const translator = translatorOf(program, undefined, (adopting) => adopting());
  translator.adopt(...translated(program, []));
  run(translator);
  expect(translator.translatedInstructions).toBeGreaterThan(INSTRUCTIONS / 2);
});

it("interprets until much has run and a translation is there, and counts the same", () => {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(CODE) }]);
  const asked: (() => void)[] = [];
  const translator = translatorOf(program, within(200_000), (adopting) => asked.push(adopting));
  let slices = 0;
  run(translator, () => {
    slices++;
    expect(asked.length).toBe(slices < 4 ? 0 : 1);
    expect(translator.translatedInstructions).toBe(0);
  });
});

it("runs what is translated from the moment its translation is there", () => {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(CODE) }]);
  const asked: (() => void)[] = [];
  const translator = translatorOf(program, within(200_000), (adopting) => asked.push(adopting));
  run(translator, () => asked.shift()?.());
  expect(translator.translatedInstructions).toBeGreaterThan(INSTRUCTIONS / 4);
});

it("never translates what wakes now and then and runs little each time, however much that is in all", () => {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(CODE) }]);
  let time = 0;
  let asked = 0;
  const translator = translatorOf(
    program,
    within(200_000, () => time),
    () => asked++,
  );
  run(translator, () => {
    time += 4 * SECOND;
  });
  expect(asked).toBe(0);
});

it("translates what idled for long as soon as it computes", () => {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(CODE) }]);
  let time = 3_600 * SECOND;
  const asked: number[] = [];
  const translator = translatorOf(
    program,
    within(200_000, () => time),
    () => asked.push(time),
  );
  time *= 2;
  const began = time;
  run(translator, () => {
    time += SECOND / 1_000;
  });
  expect(asked.length).toBe(1);
  expect(asked[0] - began).toBeLessThan(SECOND / 100);
});

it("retires no more than it has fuel for in a function that was missed, calls nobody, and is called through a pointer", () => {
  const word = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)];
  const before = [...new Array<number>(300).fill(0x90), 0xff, 0xd0, 0xcd, 0x80]; // nop ...; call eax; int 0x80
  const OFF = 0x1234;
  const hidden = TEXT + 10 + before.length;
  // mov eax, hidden - OFF; add eax, OFF: nobody finds it
  const caller = [0xb8, ...word(hidden - OFF), 0x05, ...word(OFF), ...before];
  const code = [...caller, ...new Array<number>(400).fill(0x43), 0xc3]; // inc ebx ...; ret
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(code) }]);
  const translation = translateImage(program, [TEXT], { read: () => undefined, words: [], missed: [hidden] });
  const translator = new Translator(program, new Interpreter(new Program(program.segments)));
  translator.adopt(translation, new WebAssembly.Module(translation.bytes));
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const memory = { view: new DataView(wasm.buffer), bytes: new Uint8Array(wasm.buffer), wasm };
  const fuel = translation.longestPath + 1;
  let left = fuel;
  for (const state = createState(TEXT, 0xf000); left > 0; left -= translator.retired) {
    if (translator.run(state, memory, left) === Exit.VIRTUAL_INSTRUCTION) break;
  }
  expect(translator.retired).toBeLessThanOrEqual(fuel);
  expect(left).toBeGreaterThanOrEqual(0);
});
