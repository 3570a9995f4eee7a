/**
 * Translates a whole image into one WebAssembly module, ahead of running: a function for each guest function found and for
 * each loop's head, where a VM that ran out of fuel goes on, and `enter`, the module's only export.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { ModuleBuilder } from "../wasm/module-builder.js";
import { ValueType } from "../wasm/opcodes.js";
import type { Program } from "../x86/program.js";
import type { Places } from "./access-emitter.js";
import { poppedBy, type Region } from "./block.js";
import { type Convention, findConventions, UNKNOWN_FUNCTION } from "./conventions.js";
import { type Discovered, discoverFunctions } from "./discovery.js";
import { FUEL, PARAMETER_NAMES, PARAMETERS } from "./emitter-state.js";
import { canBeInlined } from "./inlining.js";
import { InstructionReader } from "./instruction-reader.js";
import type { JumpTableReader } from "./jump-tables.js";
import { type Callee, type ModuleLayout, parametersFor } from "./layout.js";
import type { EmittedRegion } from "./listing.js";
import { emitComplete, emitDispatch, emitEnter } from "./module-functions.js";
import { isTranslated } from "./operations.js";
import { longestPath, type Plan, planRegion } from "./plan.js";
import { RegionTranslator } from "./region-translator.js";
import { loopRegions, RegionReader } from "./regions.js";
import { mayReturn } from "./returning.js";
import { readsFlagsUnseen } from "./unseen-calls.js";
import { declareVectorGlobals, exportSetVectors, importLeaveVectors } from "./vector-exchange.js";

const { I32, I64 } = ValueType;

const LARGEST_MEMORY_PAGES = 16_384;

/** A translated image: a module, and what is known of it. */
export interface Translation extends CodeMap {
  readonly bytes: Uint8Array;
}

/** What is known of a module's code: all that is needed once the host has compiled it. */
export interface CodeMap {
  /** Guest addresses that {@link Translation} can be entered at. */
  readonly entries: ReadonlySet<number>;
  /** Those of them that need the machine's XMM registers. */
  readonly vectorEntries: ReadonlySet<number>;
  /** Most instructions that can be retired between two looks at the fuel. */
  readonly longestPath: number;
  /** Guest instruction of every place in the module that may trap, by byte offset in ascending order. */
  readonly accesses: Accesses;
}

/** Two numbers for each: there are tens of thousands, which are sent from thread to thread and kept. */
export interface Accesses {
  readonly offsets: Uint32Array;
  readonly addresses: Uint32Array;
}

/** What is known about an image's data. */
export interface ImageData {
  /** Reads the u32 that the image loads at an address. */
  readonly read: JumpTableReader;
  /** The words of its initial data, which may be addresses of functions. */
  readonly words: Iterable<number>;
  /** Addresses that a machine was seen to go on at, and that were not found: see {@link MissedCode}. */
  readonly missed?: readonly number[];
}

interface Plans {
  /** Plans of functions that can be called, by address. */
  readonly functions: ReadonlyMap<number, Plan>;
  /** Plans of regions that are only entered, at loops' heads. */
  readonly regions: ReadonlyMap<number, Plan>;
  readonly flagsCross: boolean;
}

/**
 * @param roots addresses that functions are known to start at
 * @param observe shown each region when it has been emitted
 */
export function translateImage(
  program: Program,
  roots: Iterable<number>,
  data: ImageData,
  observe?: (region: EmittedRegion) => void,
): Translation {
  const reader = new InstructionReader(program, data.read);
  const found = discoverFunctions(program, reader, roots, data.words);
  const unseen = readsFlagsUnseen(program, reader, found);
  const planner = new Planner(new RegionReader(reader, found.functions, isTranslated), found, unseen);
  return emitModule(planner.plans(data.missed ?? []), observe);
}

class Planner {
  readonly #regions: RegionReader;
  readonly #functions: ReadonlySet<number>;
  readonly #addressTaken: ReadonlySet<number>;
  readonly #readsFlagsUnseen: boolean;
  readonly #read = new Map<number, Region | undefined>();
  readonly #poppedBytes = new Map<number, number>();
  readonly #inlinable = new Map<number, ReturnType<RegionReader["region"]>>();

  /** @param readsFlagsUnseen whether code that is not found reads flags that calls leave */
  constructor(regions: RegionReader, { functions, addressTaken }: Discovered, readsFlagsUnseen: boolean) {
    this.#regions = regions;
    this.#functions = functions;
    this.#addressTaken = addressTaken;
    this.#readsFlagsUnseen = readsFlagsUnseen;
  }

  /** @param missed addresses to be entered at, besides functions and loops' heads */
  plans(missed: readonly number[]): Plans {
    if (this.#readsFlagsUnseen) return this.#planAll(missed, true);
    const plans = this.#planAll(missed, false);
    // Where code reads flags that a call leaves, every call and return of the image keeps them.
    const crossing = [...plans.functions.values()].some((plan) => this.#readsFlagsAcross(plan));
    return crossing ? this.#planAll(missed, true) : plans;
  }

  /** Whether a function reads flags of its caller's, or of one that it called. */
  #readsFlagsAcross({ liveness }: Plan): boolean {
    if (liveness.ofCaller !== 0) return true;
    return [...liveness.acrossCalls].some((called) => mayReturn(called, this.#function));
  }

  readonly #function = (address: number): Region | undefined =>
    this.#functions.has(address) ? this.#region(address) : undefined;

  #planAll(missed: readonly number[], flagsCross: boolean): Plans {
    const functions = new Map<number, Plan>();
    for (const start of this.#functions) {
      const plan = this.#plan(start, flagsCross);
      if (plan) functions.set(start, plan);
    }
    const regions = new Map<number, Plan>();
    for (const start of missed) {
      const plan = functions.has(start) ? undefined : this.#plan(start, flagsCross);
      if (plan) regions.set(start, plan);
    }
    for (const [start, plan] of [...functions, ...regions]) {
      const heads = [...headsOf(plan)].filter((head) => !functions.has(head) && !regions.has(head));
      if (heads.length === 0) continue;
      for (const [head, loop] of loopRegions(this.#region(start) as Region, heads)) {
        const made = this.#planRegion(loop, flagsCross);
        if (made) regions.set(head, made);
      }
    }
    return { functions, regions, flagsCross };
  }

  #plan(start: number, flagsCross: boolean): Plan | undefined {
    const region = this.#region(start);
    return region && this.#planRegion(region, flagsCross);
  }

  #planRegion(region: Region, flagsCross: boolean): Plan | undefined {
    return planRegion(region, this.#find, this.#addressTaken, this.#popped, flagsCross);
  }

  readonly #popped = (address: number): number => {
    let bytes = this.#poppedBytes.get(address);
    if (bytes === undefined) {
      const region = this.#function(address);
      bytes = region ? poppedBy(region) : 0;
      this.#poppedBytes.set(address, bytes);
    }
    return bytes;
  };

  /** The region of a function, taken apart once. */
  #region(start: number): Region | undefined {
    if (!this.#read.has(start)) this.#read.set(start, this.#regions.region(start));
    return this.#read.get(start);
  }

  /** The region of a function that may be put in line. */
  readonly #find = (address: number) => {
    if (!this.#inlinable.has(address)) {
      const region = this.#function(address);
      this.#inlinable.set(address, region && canBeInlined(region) ? region : undefined);
    }
    return this.#inlinable.get(address);
  };
}

/** Addresses of the loops' heads of a region, at which a VM may leave. */
function headsOf({ region, shape, reduction }: Plan): Set<number> {
  const heads = new Set<number>();
  for (const key of [...shape.loopHeads, ...reduction.through.keys()]) {
    const block = region.blocks.get(key);
    if (block) heads.add(block.address);
  }
  return heads;
}

function emitModule({ functions, regions, flagsCross }: Plans, observe?: (region: EmittedRegion) => void): Translation {
  const module = new ModuleBuilder();
  module.importSharedMemory("machine", "memory", 1, LARGEST_MEMORY_PAGES);
  const leave = module.importFunction("machine", "leave", {
    parameters: new Array<ValueType>(11).fill(I32),
    results: [],
  });
  const vectorEntries = new Set(
    [...functions, ...regions].filter(([, { vectors }]) => vectors).map(([start]) => start),
  );
  const leaveVectors = vectorEntries.size > 0 ? importLeaveVectors(module) : undefined;
  const globals = {
    registers: PARAMETER_NAMES.slice(0, FUEL).map((name) => module.global(I32, 0, name)),
    eip: module.global(I32, 0, "eip"),
    flags: module.global(I32, 0, "flags"),
    left: module.global(I32, 0, "left"),
    missing: module.global(I32, 0, "missing"),
    stackLimit: module.global(I32, 0, "stack.limit"),
    vectors: declareVectorGlobals(module),
  };
  const conventions = findConventions(functions);
  const made = new Map<number, { builder: FunctionBuilder; callee: Callee; plan: Plan; called: boolean }>();
  const declare = (start: number, plan: Plan, { given, returned }: Convention, called: boolean): void => {
    const parameters = parametersFor(given);
    const type = { parameters: parameters.map(() => I32), results: [I64, I32] };
    const builder = module.function(hex(start), type, parameters);
    made.set(start, {
      builder,
      callee: { index: builder.index, parameters, returned, popped: called ? poppedBy(plan.region) : 0 },
      plan,
      called,
    });
  };
  for (const [start, plan] of functions) declare(start, plan, conventions.get(start) as Convention, true);
  for (const [start, plan] of regions) declare(start, plan, UNKNOWN_FUNCTION, false);
  const complete = module.function("complete", { parameters: new Array<ValueType>(9).fill(I32), results: [] });
  const dispatch = module.function("dispatch", {
    parameters: new Array<ValueType>(PARAMETERS + 1).fill(I32),
    results: [I64, I32],
  });
  const enter = module.function("enter", { parameters: new Array<ValueType>(11).fill(I32), results: [] });
  const layout: ModuleLayout = {
    ...globals,
    complete: complete.index,
    dispatch: dispatch.index,
    flagsCross,
    functionAt: (address) => (functions.has(address) ? made.get(address)?.callee : undefined),
  };

  const accesses: { builder: FunctionBuilder; places: Places }[] = [];
  for (const [start, { builder, callee, plan, called }] of made) {
    const own = (called ? conventions.get(start)?.own : undefined) ?? ALL_OWN;
    const role = { own, returned: called ? callee.returned : undefined, popped: callee.popped };
    const translator = new RegionTranslator(builder, plan, layout, role);
    const marks = observe ? translator.recordMarks() : [];
    translator.emit();
    observe?.({ start, builder, marks, names: module.names });
    accesses.push({ builder, places: translator.accesses });
  }
  emitComplete(complete, layout);
  emitDispatch(dispatch, new Map([...made].map(([start, { callee }]) => [start, callee])), layout);
  emitEnter(enter, leave, leaveVectors, layout);
  if (leaveVectors !== undefined) exportSetVectors(module, globals.vectors);
  module.exportFunction("enter", enter);
  const { bytes, bodies } = module.encode();
  return {
    bytes,
    entries: new Set(made.keys()),
    vectorEntries,
    longestPath: longestPathOf(functions, regions),
    accesses: accessesOf(accesses.map(({ builder, places }) => ({ body: bodies.get(builder) as number, places }))),
  };
}

/** Those of all functions, in the order of the functions' bodies in the module. */
function accessesOf(functions: { body: number; places: Places }[]): Accesses {
  const count = functions.reduce((sum, { places }) => sum + places.offsets.length, 0);
  const accesses = { offsets: new Uint32Array(count), addresses: new Uint32Array(count) };
  let at = 0;
  for (const { body, places } of functions.sort((left, right) => left.body - right.body)) {
    accesses.addresses.set(places.addresses, at);
    for (let index = 0; index < places.offsets.length; index++) accesses.offsets[at++] = body + places.offsets[index];
  }
  return accesses;
}

const ALL_OWN: ReadonlyMap<number, number> = new Map();

/** Functions that call nobody are not looked into for fuel when they are entered: their way counts to their callers'. */
function longestPathOf(functions: ReadonlyMap<number, Plan>, regions: ReadonlyMap<number, Plan>): number {
  const unchecked = new Map<number, number>();
  for (const [start, plan] of functions)
    if (!plan.calls)
      unchecked.set(
        start,
        longestPath(plan, () => 0),
      );
  let longest = 0;
  for (const plan of [...functions.values(), ...regions.values()]) {
    longest = Math.max(
      longest,
      longestPath(plan, (target) => unchecked.get(target) ?? 0),
    );
  }
  return longest;
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
