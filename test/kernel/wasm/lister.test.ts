/**
 * The text is judged by the WebAssembly Binary Toolkit: what its assembler makes of a listing must be, to the byte, what was
 * listed.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import makeWabt from "wabt";
import { EncodingError, type FunctionBuilder } from "../../../source/kernel/wasm/function-builder.js";
import { listCode, listHead } from "../../../source/kernel/wasm/lister.js";
import { ModuleBuilder } from "../../../source/kernel/wasm/module-builder.js";
import { INSTRUCTIONS, Op, ValueType } from "../../../source/kernel/wasm/opcodes.js";

const wabt = await makeWabt();
const { I32, I64, F64 } = ValueType;
const TYPE = { parameters: [I32, I64, F64], results: [I32, I64] };
const CODE_SECTION = 10;

/** A function of every kind of parameter, with two locals, built by `body`. */
function build(body: (f: FunctionBuilder) => void): FunctionBuilder {
  const f = new ModuleBuilder().function("subject", TYPE);
  f.nameLocals(["number", "wide", "real"]);
  f.local(I32, "counter");
  f.local(F64);
  body(f);
  return f;
}

/** The listing as a module's text. */
function textOf(f: FunctionBuilder): string {
  const lines = listCode(f).map(({ depth, text }) => "  ".repeat(depth) + text);
  return `(module (type ${signature()}) (memory 1) (table 8 funcref) (global i32 (i32.const 0)) (global i32 (i32.const 0))
    (${listHead(f).join("\n")}\n${lines.join("\n")}))`;
}

const signature = () => "(func (param i32 i64 f64) (result i32 i64))";

/** The code that the toolkit's assembler makes of the text, behind the locals, with the closing `end`. */
function assembled(text: string): number[] {
  const parsed = wabt.parseWat("subject.wat", text, { tail_call: true, threads: true, simd: true });
  const { buffer } = parsed.toBinary({ canonicalize_lebs: true });
  parsed.destroy();
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = buffer[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  for (;;) {
    const section = buffer[at++];
    const end = number() + at;
    if (section === CODE_SECTION) break;
    at = end;
  }
  expect(number()).toBe(1);
  const end = number() + at;
  for (let runs = number(); runs > 0; runs--) {
    number();
    at++;
  }
  return [...buffer.subarray(at, end)];
}

function expectSameBytes(f: FunctionBuilder): void {
  expect(assembled(textOf(f))).toEqual([...f.code.written, Op.end]);
}

/** Emits an instruction with immediates that tell its places apart. */
function emit(f: FunctionBuilder, name: string, opcode: number, kind: string): void {
  switch (kind) {
    case "none":
      f.op(opcode);
      break;
    case "memory argument":
      f.memory(opcode, 12);
      break;
    case "index":
      if (opcode === Op.memory_fill) f.memoryFill();
      else if (opcode === Op.memory_size) f.memorySize();
      else {
        f.op(opcode);
        f.code.unsigned(name.startsWith("local") ? 3 : 0);
      }
      break;
    case "two indices":
      if (opcode === Op.memory_copy) f.memoryCopy();
      else {
        f.op(opcode);
        f.code.unsigned(0);
        f.code.unsigned(0);
      }
      break;
    case "i32":
      f.i32Const(-77);
      break;
    case "lane":
      f.lane(opcode, 1);
      break;
    case "v128":
      f.v128Const(-2n);
      break;
    case "i64":
      f.i64Const(-77n);
      break;
    case "f64":
      f.f64Const(0.1);
      break;
  }
}

const STRUCTURE = new Set(["block type", "label", "label table"]);

describe("a listing", () => {
  it("assembles to the same bytes, for every instruction of the table", () => {
    expectSameBytes(
      build((f) => {
        for (const [name, [opcode, kind]] of Object.entries(INSTRUCTIONS)) {
          if (!STRUCTURE.has(kind) && opcode !== Op.end && opcode !== Op.else) emit(f, name, opcode, kind);
        }
      }),
    );
  });

  it("assembles to the same bytes, for nested blocks and branches out of each", () => {
    expectSameBytes(
      build((f) => {
        const outer = f.block([I32]);
        const loop = f.loop();
        const choice = f.if([F64]);
        f.br(outer);
        f.brIf(loop);
        f.else(choice);
        const inner = f.block();
        f.brTable([inner, loop, outer, inner], choice);
        f.end(inner);
        f.end(choice);
        f.end(loop);
        f.end(outer);
        const second = f.loop([I64]);
        f.br(second);
        f.end(second);
      }),
    );
  });

  it("assembles to the same bytes, for any constant", () => {
    const numbers = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const words = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(fc.array(fc.tuple(numbers, words, fc.double()), { maxLength: 20 }), (constants) => {
        expectSameBytes(
          build((f) => {
            for (const [number, word, real] of constants) {
              f.i32Const(number);
              f.i64Const(word);
              f.f64Const(real);
            }
          }),
        );
      }),
      {
        numRuns: 30,
        examples: [
          [
            [
              [0, 0n, -0],
              [-1, -1n, Number.NaN],
              [64, 64n, Number.NEGATIVE_INFINITY],
              [-64, -64n, 5e-324],
              [2 ** 31 - 1, 2n ** 63n - 1n, 1e300],
            ],
          ],
        ],
      },
    );
  });

  it("names parameters and locals, and tells equal names apart", () => {
    const f = build((builder) => {
      builder.local(I32, "counter");
      for (const local of [0, 1, 2, 3, 4, 5]) builder.localGet(local);
    });
    expect(listHead(f)).toEqual([
      "func $subject",
      "(param $number i32) (param $wide i64) (param $real f64)",
      "(result i32 i64)",
      "(local $counter i32) (local $local4 f64) (local $counter.5 i32)",
    ]);
    expect(listCode(f).map(({ text }) => text)).toEqual([
      "local.get $number",
      "local.get $wide",
      "local.get $real",
      "local.get $counter",
      "local.get $local4",
      "local.get $counter.5",
    ]);
  });

  it("says where in the code each instruction is, and how deep", () => {
    const f = build((builder) => {
      const block = builder.block();
      builder.i32Const(1000);
      builder.brIf(block);
      builder.end(block);
    });
    expect(listCode(f)).toEqual([
      { offset: 0, depth: 1, text: "block $1" },
      { offset: 2, depth: 2, text: "i32.const 1000" },
      { offset: 5, depth: 2, text: "br_if $1" },
      { offset: 7, depth: 1, text: "end" },
    ]);
  });

  it("names globals and functions where it is told how", () => {
    const f = build((builder) => {
      builder.call(3);
      builder.globalGet(1);
      builder.globalSet(2);
    });
    const names = {
      function: (index: number) => `f${index}`,
      global: (index: number) => (index === 1 ? "flags" : undefined),
    };
    expect(listCode(f, names).map(({ text }) => text)).toEqual(["call $f3", "global.get $flags", "global.set 2"]);
  });

  it("leaves out the function's own end, when it was finished already", () => {
    const f = build((builder) => builder.op(Op.nop));
    f.finish();
    expect(listCode(f).map(({ text }) => text)).toEqual(["nop"]);
  });

  it("refuses what is no code, naming function and place", () => {
    const unknown = build((builder) => {
      builder.op(Op.nop);
      builder.code.byte(0xff);
    });
    expect(() => listCode(unknown)).toThrow(EncodingError);
    expect(() => listCode(unknown)).toThrow(/function subject: no opcode 0xff at 1/);
    const cut = build((builder) => {
      builder.code.byte(Op.i32_const);
      builder.code.byte(0x80);
    });
    expect(() => listCode(cut)).toThrow(/ends at byte 2/);
  });
});
