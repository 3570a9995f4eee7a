import { expect, it } from "vitest";
import { BriefStretches } from "../../../source/kernel/translator/brief-stretches.js";
import { translateImage } from "../../../source/kernel/translator/image-translator.js";
import { Translator } from "../../../source/kernel/translator/translator.js";
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import { createState, Exit, Register } from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";

const TEXT = 0x1000;

/** 1: mov ecx, ebx; 2: add eax, ecx; dec ecx; jnz 2b; int 0x80; jmp 1b: sums 1 to EBX between two virtual instructions. */
const CODE = [0x89, 0xd9, 0x01, 0xc8, 0x49, 0x75, 0xfb, 0xcd, 0x80, 0xeb, 0xf5];

/** Stops after which any engine has learnt what there is to learn. */
const MANY = 50;

function machine(brief: BriefStretches | undefined) {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(CODE) }]);
  const translator = new Translator(program, new Interpreter(program), {
    worthwhile: undefined,
    brief,
    translate() {},
  });
  const translation = translateImage(program, [], { read: () => undefined, words: [], missed: [TEXT] });
  translator.adopt(translation, new WebAssembly.Module(translation.bytes));
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const memory = { view: new DataView(wasm.buffer), bytes: new Uint8Array(wasm.buffer), wasm };
  const state = createState(TEXT, 0xf000);
  /** Runs up to the next virtual instruction. @returns instructions retired, and of them translated */
  const sum = (length: number, fuel = 1_000_000) => {
    state[Register.EBX] = length;
    state[Register.EAX] = 0;
    let retired = 0;
    let translated = 0;
    let exit: Exit = Exit.FUEL;
    while (exit === Exit.FUEL) {
      exit = translator.run(state, memory, fuel);
      expect(translator.retired).toBeGreaterThan(0);
      retired += translator.retired;
      translated += translator.translated;
      expect(retired).toBeLessThanOrEqual(instructions(length));
    }
    expect(exit).toBe(Exit.VIRTUAL_INSTRUCTION);
    expect(state[Register.EAX]).toBe((length * (length + 1)) / 2);
    return { retired, translated };
  };
  sum(1);
  return sum;
}

/** The jump, the move, the loop and the virtual instruction. */
const instructions = (length: number) => 2 + 3 * length + 1;

it("interprets stretches that are usually brief, and counts and computes the same", () => {
  const sum = machine(new BriefStretches());
  for (let turn = 0; turn < MANY; turn++) expect(sum(4).retired).toBe(instructions(4));
  expect(sum(4)).toEqual({ retired: instructions(4), translated: 0 });
});

it("goes on in translated code where a stretch is not brief after all, and interprets it no more", () => {
  const sum = machine(new BriefStretches());
  for (let turn = 0; turn < MANY; turn++) sum(4);
  const first = sum(10_000);
  expect(first.retired).toBe(instructions(10_000));
  expect(first.translated).toBeGreaterThan(0.95 * first.retired);
  expect(sum(10_000).translated).toBeGreaterThan(0.999 * first.retired);
});

it("does not take a stretch for brief because its fuel was little", () => {
  const sum = machine(new BriefStretches());
  for (let turn = 0; turn < MANY; turn++) sum(1_000, 20);
  expect(sum(1_000).translated).toBeGreaterThan(0.99 * instructions(1_000));
});

it("runs translated code however brief where nothing foretells", () => {
  const sum = machine(undefined);
  for (let turn = 0; turn < MANY; turn++) sum(4);
  expect(sum(4).translated).toBeGreaterThan(0);
});
