import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "../../../source/kernel/wasm/byte-writer.js";
import { EncodingError, type FunctionBuilder } from "../../../source/kernel/wasm/function-builder.js";
import { ModuleBuilder } from "../../../source/kernel/wasm/module-builder.js";
import { Op, ValueType } from "../../../source/kernel/wasm/opcodes.js";

const { I32, I64, F64 } = ValueType;

/** Builds one exported function and gives it as a JavaScript function. */
function compile(
  parameters: ValueType[],
  results: ValueType[],
  body: (f: FunctionBuilder, module: ModuleBuilder) => void,
): (...args: unknown[]) => unknown {
  const module = new ModuleBuilder();
  const f = module.function("subject", { parameters, results });
  body(f, module);
  module.exportFunction("subject", f);
  return new WebAssembly.Instance(new WebAssembly.Module(module.toBytes())).exports.subject;
}

describe("numbers", () => {
  it("encodes every 32-bit constant so that it reads back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
        expect(compile([], [I32], (f) => f.i32Const(value))()).toBe(value);
      }),
      { examples: [[0], [63], [64], [-64], [-65], [127], [128], [2 ** 31 - 1], [-(2 ** 31)]] },
    );
  });

  it("encodes 64-bit constants and doubles", () => {
    for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0x123456789abcdef0n]) {
      expect(compile([], [I64], (f) => f.i64Const(value))()).toBe(value);
    }
    for (const value of [0, -0, Math.PI, Number.NaN, Number.NEGATIVE_INFINITY, 5e-324]) {
      expect(compile([], [F64], (f) => f.f64Const(value))()).toBe(value);
    }
  });

  it("writes unsigned LEB128 as the specification's example", () => {
    const writer = new ByteWriter();
    writer.unsigned(624485);
    writer.unsigned(0xffffffff);
    expect([...writer.written]).toEqual([0xe5, 0x8e, 0x26, 0xff, 0xff, 0xff, 0xff, 0x0f]);
  });
});

describe("structured control", () => {
  it("loops, branches out of blocks and chooses with if", () => {
    const sumTo = compile([I32], [I32], (f) => {
      const sum = f.local(I32);
      const done = f.block();
      const loop = f.loop();
      f.localGet(0);
      f.op(Op.i32_eqz);
      f.brIf(done);
      f.localGet(sum);
      f.localGet(0);
      f.op(Op.i32_add);
      f.localSet(sum);
      f.localGet(0);
      f.i32Const(1);
      f.op(Op.i32_sub);
      f.localSet(0);
      f.br(loop);
      f.end(loop);
      f.end(done);
      f.localGet(sum);
    });
    expect(sumTo(100)).toBe(5050);
  });

  it("branches by table, with a default", () => {
    const choose = compile([I32], [I32], (f) => {
      const otherwise = f.block();
      const one = f.block();
      const zero = f.block();
      f.localGet(0);
      f.brTable([zero, one], otherwise);
      f.end(zero);
      f.i32Const(100);
      f.op(Op.return);
      f.end(one);
      f.i32Const(200);
      f.op(Op.return);
      f.end(otherwise);
      f.i32Const(300);
    });
    expect([0, 1, 2, -1].map((each) => choose(each))).toEqual([100, 200, 300, 300]);
  });

  it("returns several values and takes them from blocks", () => {
    const divide = compile([I32, I32], [I32, I32], (f) => {
      const both = f.block([I32, I32]);
      f.localGet(0);
      f.localGet(1);
      f.op(Op.i32_div_u);
      f.localGet(0);
      f.localGet(1);
      f.op(Op.i32_rem_u);
      f.br(both);
      f.end(both);
    });
    expect(divide(17, 5)).toEqual([3, 2]);
  });
});

describe("modules", () => {
  it("call functions directly, through tables and outside, and share a memory", () => {
    const module = new ModuleBuilder();
    const calls: number[] = [];
    module.importSharedMemory("host", "memory", 1, 1);
    const report = module.importFunction("host", "report", { parameters: [I32], results: [] });
    const type = { parameters: [I32], results: [I32] };
    const twice = module.function("twice", type);
    twice.localGet(0);
    twice.i32Const(1);
    twice.op(Op.i32_shl);
    const main = module.function("main", type);
    const table = module.table([undefined, twice.index]);
    const counter = module.global(I32, 41);
    main.localGet(0);
    main.call(report);
    main.i32Const(8);
    main.localGet(0);
    main.i32Const(1);
    main.callIndirect(module.typeIndex(type), table);
    main.memory(Op.i32_store, 4);
    main.globalGet(counter);
    main.i32Const(1);
    main.op(Op.i32_add);
    main.globalSet(counter);
    main.i32Const(12);
    main.memory(Op.i32_load, 0);
    module.exportFunction("main", main);
    module.exportGlobal("counter", counter);

    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const host = { memory, report: (value: number) => calls.push(value) };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), { host });
    expect(exports.main(21)).toBe(42);
    expect(calls).toEqual([21]);
    expect(new DataView(memory.buffer).getInt32(12, true)).toBe(42);
    expect(exports.counter.value).toBe(42);
  });
});

describe("mistakes", () => {
  it.each([
    ["an unknown local", (f: FunctionBuilder) => f.localGet(3), /function subject: no local 3/],
    ["a block left open", (f: FunctionBuilder) => void f.block(), /function subject: 1 blocks are not closed/],
    [
      "a branch out of a closed block",
      (f: FunctionBuilder) => {
        const block = f.block();
        f.end(block);
        f.br(block);
      },
      /function subject: a branch to a block/,
    ],
    [
      "blocks closed in the wrong order",
      (f: FunctionBuilder) => {
        const outer = f.block();
        f.block();
        f.end(outer);
      },
      /function subject: a block is closed/,
    ],
  ])("names the function with %s", (_what, body, message) => {
    expect(() => compile([], [], body)).toThrow(message);
    expect(() => compile([], [], body)).toThrow(EncodingError);
  });

  it("leaves operand types to the host, whose error names the function too", () => {
    expect(() => compile([], [I32], (f) => f.f64Const(1))).toThrow(/subject/);
  });
});

describe("vectors", () => {
  it("are constants, made of lanes, and taken apart", () => {
    const half = 0x123456789abcdef0n;
    expect(
      compile([], [I64], (f) => {
        f.v128Const(half);
        f.lane(Op.i64x2_extract_lane, 1);
      })(),
    ).toBe(half);
    const second = compile([F64, F64], [F64], (f) => {
      f.localGet(0);
      f.op(Op.f64x2_splat);
      f.localGet(1);
      f.lane(Op.f64x2_replace_lane, 1);
      f.lane(Op.f64x2_extract_lane, 1);
    });
    expect(second(1.5, -2.5)).toBe(-2.5);
  });

  it("are loaded from and stored to memory, and globals of all types start as zero", () => {
    const module = new ModuleBuilder();
    module.importSharedMemory("test", "memory", 1, 1);
    const double = module.global(F64, 0);
    const long = module.global(I64, 0);
    const f = module.function("subject", { parameters: [I32, I32], results: [F64] });
    f.localGet(1);
    f.localGet(0);
    f.memory(Op.v128_load, 0);
    f.i32Const(8);
    f.op(Op.i32x4_shl);
    f.memory(Op.v128_store, 0);
    f.globalGet(double);
    f.globalGet(long);
    f.op(Op.f64_reinterpret_i64);
    f.op(Op.f64_add);
    module.exportFunction("subject", f);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const words = new Int32Array(memory.buffer);
    words.set([1, 2, -1, 0x0100_0000]);
    const { subject } = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), { test: { memory } })
      .exports;
    expect(subject(0, 16)).toBe(0);
    expect([...words.subarray(4, 8)]).toEqual([256, 512, -256, 0]);
  });
});
