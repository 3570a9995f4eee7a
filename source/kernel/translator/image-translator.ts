/**
 * Translates a whole image into one WebAssembly module, ahead of running: a function for each guest function found and for
 * each loop's head, a `dispatch` function that goes to any of them by guest address, and `enter`, the module's only export.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { ModuleBuilder } from "../wasm/module-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import type { Program } from "../x86/program.js";
import { ControlFlow, loopRegion } from "./control-flow.js";
import { FUEL, PARAMETER_NAMES, PARAMETERS } from "./emitter.js";
import type { JumpTableReader } from "./jump-tables.js";
import type { EmittedRegion } from "./listing.js";
import { isTranslated } from "./operations.js";
import { type ModuleLayout, type Plan, planRegion, RegionTranslator } from "./region-translator.js";

const { I32, I64 } = ValueType;

/** Registers and fuel in, what {@link RegionTranslator} answers out. */
const GUEST_FUNCTION = {
  parameters: new Array<ValueType>(PARAMETERS).fill(I32),
  results: [I64, I32],
};

/** Bytes of guest stack that calls may use before the VM leaves, so that the host's own stack is never used up. */
const STACK_PER_ENTRY = 16 * 1024;

/** Text addresses that share an entry of dispatch's table: functions mostly start on 16-byte boundaries. */
const DISPATCH_SHIFT = 4;

const LARGEST_MEMORY_PAGES = 16_384;

/** A translated image. */
export interface Translation {
  readonly bytes: Uint8Array;
  /** Guest addresses that {@link Translation} can be entered at. */
  readonly entries: ReadonlySet<number>;
  /** Most instructions that can be retired between two looks at the fuel. */
  readonly longestPath: number;
  /** Guest instruction of every place in the module that may trap, by byte offset in ascending order. */
  readonly accesses: readonly { readonly offset: number; readonly address: number }[];
}

/**
 * @param roots addresses that functions are known or believed to start at
 * @param observe shown each region when it has been emitted
 */
export function translateImage(
  program: Program,
  roots: Iterable<number>,
  read: JumpTableReader,
  observe?: (region: EmittedRegion) => void,
): Translation {
  const flow = new ControlFlow(program, read, isTranslated);
  flow.discover(roots);
  const plans = planAll(flow);

  const module = new ModuleBuilder();
  module.importSharedMemory("machine", "memory", 1, LARGEST_MEMORY_PAGES);
  const leave = module.importFunction("machine", "leave", {
    parameters: new Array<ValueType>(11).fill(I32),
    results: [],
  });
  const registers = PARAMETER_NAMES.slice(0, FUEL).map((name) => module.global(I32, 0, name));
  const globals = {
    registers,
    eip: module.global(I32, 0, "eip"),
    flags: module.global(I32, 0, "flags"),
    stackLimit: module.global(I32, 0, "stack.limit"),
  };

  const functions = new Map([...plans.keys()].map((start) => [start, module.function(hex(start), GUEST_FUNCTION)]));
  const dispatch = module.function("dispatch", { ...GUEST_FUNCTION, parameters: [...GUEST_FUNCTION.parameters, I32] });
  const enter = module.function("enter", { parameters: new Array<ValueType>(11).fill(I32), results: [] });
  const layout: ModuleLayout = {
    ...globals,
    dispatch: dispatch.index,
    functionAt: (address) => (flow.functions.has(address) ? functions.get(address)?.index : undefined),
  };

  const translators = [...plans].map(([start, plan]) => {
    const builder = functions.get(start) as FunctionBuilder;
    const translator = new RegionTranslator(builder, plan, layout, flow.functions.has(start));
    const marks = observe ? translator.recordMarks() : [];
    translator.emit();
    observe?.({ start, builder, marks, names: module.names });
    return { builder, translator };
  });
  emitDispatch(dispatch, functions, layout);
  emitEnter(enter, leave, layout);
  module.exportFunction("enter", enter);
  const { bytes, bodies } = module.encode();
  const accesses = translators
    .flatMap(({ builder, translator }) =>
      translator.accesses.map(({ offset, address }) => ({ offset: (bodies.get(builder) as number) + offset, address })),
    )
    .sort((a, b) => a.offset - b.offset);
  const longestPath = Math.max(0, ...[...plans.values()].map(longestPathOf));
  return { bytes, entries: new Set(plans.keys()), longestPath, accesses };
}

/** Plans of all functions, and of the regions that start at their loops' heads. */
function planAll(flow: ControlFlow): Map<number, Plan> {
  const plans = new Map<number, Plan>();
  const plan = (start: number): void => {
    if (plans.has(start)) return;
    const region = flow.region(start);
    const made = region && planRegion(region);
    if (made) plans.set(start, made);
  };
  for (const start of flow.functions) plan(start);
  for (const { region, shape, reduction } of [...plans.values()]) {
    for (const head of [...shape.loopHeads, ...reduction.through.keys()]) {
      if (!region.blocks.has(head)) continue;
      plan(head);
      if (plans.has(head)) continue;
      // Entered at an inner loop, an outer one may have two ways in: then the inner loop alone is translated.
      const place = (address: number) => shape.place.get(address) as number;
      const leadsBack = (from: number) => place(from) >= place(head);
      const alone = planRegion(loopRegion(region, head, leadsBack, (address) => flow.decoded(address)));
      if (alone) plans.set(head, alone);
    }
  }
  return plans;
}

/** Instructions on the longest way through a region that meets no loop's head again. */
function longestPathOf({ region, shape, reduction }: Plan): number {
  const longest = new Map<number, number>();
  for (const address of [...shape.order].reverse()) {
    const place = shape.place.get(address) as number;
    const behind = (reduction.edges.get(address) ?? [])
      .filter((next) => (shape.place.get(next) as number) > place)
      .map((next) => longest.get(next) ?? 0);
    longest.set(address, (region.blocks.get(address)?.instructions ?? 0) + Math.max(0, ...behind));
  }
  return longest.get(region.start) ?? 0;
}

/** Goes to the translation of the address in the last parameter; leaves when there is none. */
function emitDispatch(f: FunctionBuilder, functions: ReadonlyMap<number, FunctionBuilder>, layout: ModuleLayout): void {
  const target = PARAMETERS;
  const addresses = [...functions.keys()].sort((a, b) => a - b);
  const base = addresses[0] ?? 0;
  const buckets = new Map<number, number[]>();
  for (const address of addresses) {
    const bucket = (address - base) >>> DISPATCH_SHIFT;
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), address]);
  }
  const none = f.block();
  const labels = new Map([...buckets.keys()].reverse().map((bucket) => [bucket, f.block()]));
  f.localGet(target);
  f.i32Const(base);
  f.op(Op.i32_sub);
  f.i32Const(DISPATCH_SHIFT);
  f.op(Op.i32_shr_u);
  const size = addresses.length === 0 ? 0 : (((addresses.at(-1) as number) - base) >>> DISPATCH_SHIFT) + 1;
  f.brTable(
    Array.from({ length: size }, (_, bucket) => labels.get(bucket) ?? none),
    none,
  );
  for (const [bucket, entries] of buckets) {
    f.end(labels.get(bucket) as NonNullable<ReturnType<typeof labels.get>>);
    for (const address of entries) {
      f.localGet(target);
      f.i32Const(address);
      f.op(Op.i32_eq);
      const here = f.if();
      for (let parameter = 0; parameter < PARAMETERS; parameter++) f.localGet(parameter);
      f.call((functions.get(address) as FunctionBuilder).index);
      f.op(Op.return);
      f.end(here);
    }
    f.br(none);
  }
  f.end(none);
  for (let register = 0; register < 8; register++) {
    f.localGet(register);
    f.globalSet(layout.registers[register]);
  }
  f.localGet(target);
  f.globalSet(layout.eip);
  f.localGet(FUEL);
  f.op(Op.i64_extend_i32_u);
  f.i64Const(32n);
  f.op(Op.i64_shl);
  f.localGet(Register.EAX);
}

/** `enter(registers, fuel, eip, flags)`: runs from EIP until the VM leaves, and tells the host its state. */
function emitEnter(f: FunctionBuilder, leave: number, layout: ModuleLayout): void {
  const eip = PARAMETERS;
  const flags = PARAMETERS + 1;
  const answer = f.local(I64);
  const { registers } = layout;
  f.localGet(flags);
  f.globalSet(layout.flags);
  // The lowest ESP before the VM leaves; 0 where memory ends before.
  f.localGet(Register.ESP);
  f.i32Const(STACK_PER_ENTRY);
  f.op(Op.i32_sub);
  f.i32Const(0);
  f.localGet(Register.ESP);
  f.i32Const(STACK_PER_ENTRY);
  f.op(Op.i32_gt_u);
  f.op(Op.select);
  f.globalSet(layout.stackLimit);
  for (let parameter = 0; parameter < PARAMETERS; parameter++) f.localGet(parameter);
  f.localGet(eip);
  f.call(layout.dispatch);
  f.localSet(Register.EAX);
  f.localTee(answer);
  f.op(Op.i32_wrap_i64);
  f.localTee(eip);
  const returned = f.if();
  // The function entered has returned in order: what it does not answer is as it was.
  for (const register of [Register.EAX, Register.EBX, Register.EBP, Register.ESI, Register.EDI]) {
    f.localGet(register);
    f.globalSet(registers[register]);
  }
  f.localGet(Register.ESP);
  f.i32Const(4);
  f.op(Op.i32_add);
  f.globalSet(registers[Register.ESP]);
  f.localGet(eip);
  f.globalSet(layout.eip);
  f.end(returned);
  for (const register of registers) f.globalGet(register);
  f.globalGet(layout.eip);
  f.globalGet(layout.flags);
  f.localGet(answer);
  f.i64Const(32n);
  f.op(Op.i64_shr_u);
  f.op(Op.i32_wrap_i64);
  f.call(leave);
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
