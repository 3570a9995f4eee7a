/**
 * Emits the module of an image as it is planned: a function for each region, and `enter`, its only export beside the one that
 * takes the XMM registers.
 */

import { MOST_MODULE_BYTES } from "../params.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";
import { ModuleBuilder } from "../wasm/module-builder.js";
import { ValueType } from "../wasm/opcodes.js";
import type { Places } from "./access-emitter.js";
import { entriesOf, jumpsOn } from "./block.js";
import { type Convention, findConventions, type InnerConvention, UNKNOWN_FUNCTION } from "./conventions.js";
import { FUEL, PARAMETER_NAMES, PARAMETERS } from "./emitter-state.js";
import { isTaken } from "./host-limits.js";
import { HostStack } from "./host-stack.js";
import type { Plans } from "./image-planner.js";
import { type Callee, type Entry, type ModuleLayout, parametersFor } from "./layout.js";
import type { EmittedRegion } from "./listing.js";
import { emitComplete, emitDispatch, emitEnter } from "./module-functions.js";
import { longestPath, type Plan } from "./plan.js";
import { RegionTranslator, type Role } from "./region-translator.js";
import type { Accesses, Translation } from "./translation.js";
import { declareVectorGlobals, exportSetVectors, importLeaveVector } from "./vector-exchange.js";

const { I32, I64 } = ValueType;

const LARGEST_MEMORY_PAGES = 16_384;
/** What the machine's state is given and taken as: the general registers, EIP, flags and fuel. */
const STATE_PARAMETERS = 11;

/** A function of the module that stands for a region. */
interface Declared {
  readonly builder: FunctionBuilder;
  readonly callee: Callee;
  readonly plan: Plan;
  readonly role: Role;
}

export class ModuleEmitter {
  readonly #plans: Plans;
  readonly #most: number;
  readonly #module = new ModuleBuilder();
  /** By the address that the region starts at. */
  readonly #declared = new Map<number, Declared>();
  /** Those that are left to the interpreter all the same: the host would not take them, or not so much in all. */
  readonly #leaving = new Set<Plan>();

  /** @param most bytes of WebAssembly that are made; regions behind that are left to the interpreter */
  constructor(plans: Plans, most = MOST_MODULE_BYTES) {
    this.#plans = plans;
    this.#most = most;
  }

  /** @param observe shown each region when it has been emitted */
  emit(observe?: (region: EmittedRegion) => void): Translation {
    const { functions, regions, flagsCross } = this.#plans;
    const module = this.#module;
    module.importSharedMemory("machine", "memory", 1, LARGEST_MEMORY_PAGES);
    const leave = module.importFunction("machine", "leave", takes(STATE_PARAMETERS));
    const usesVectors = [...functions.values(), ...regions.values()].some(({ vectors }) => vectors);
    const leaveVector = usesVectors ? importLeaveVector(module) : undefined;
    const globals = declareGlobals(module);
    this.#declareAll();
    const complete = module.function("complete", takes(PARAMETERS));
    let dispatch = module.function("dispatch", takes(PARAMETERS + 1, [I64, I32]));
    const enter = module.function("enter", takes(STATE_PARAMETERS));
    const layout: ModuleLayout = {
      ...globals,
      complete: complete.index,
      dispatch: dispatch.index,
      flagsCross,
      hostStack: new HostStack(),
      functionAt: (address) => (functions.has(address) ? this.#declared.get(address)?.callee : undefined),
    };

    const accesses = this.#emitRegions(layout, observe);
    emitComplete(complete, layout);
    let entries = this.#entries();
    for (emitDispatch(dispatch, entries, layout); !isTaken(dispatch); emitDispatch(dispatch, entries, layout)) {
      entries = new Map([...entries].slice(0, entries.size / 2));
      dispatch = module.again(dispatch);
    }
    emitEnter(enter, leave, leaveVector, layout);
    if (leaveVector !== undefined) exportSetVectors(module, globals.vectors);
    module.exportFunction("enter", enter);
    const { bytes, bodies } = module.encode();
    return {
      bytes,
      entries: new Set(entries.keys()),
      vectorEntries: new Set([...entries.keys()].filter((address) => entries.get(address)?.usesVectors)),
      longestPath: longestPathOf(this.#plans),
      isPartial: this.#plans.isPartial || this.#leaving.size > 0,
      accesses: accessesOf(accesses.map(({ builder, places }) => ({ body: bodies.get(builder) as number, places }))),
    };
  }

  /** Every function has its number before one is emitted that calls it. */
  #declareAll(): void {
    const { functions, regions } = this.#plans;
    const conventions = findConventions(functions);
    for (const [start, plan] of functions) {
      const convention = conventions.get(start) as InnerConvention;
      const { returned } = convention;
      this.#declare(start, plan, convention, { own: convention.own, returned, popped: plan.popped(start) });
    }
    const entered = { own: ALL_OWN, returned: undefined, popped: 0 };
    for (const [start, plan] of regions) this.#declare(start, plan, UNKNOWN_FUNCTION, entered);
  }

  /** Where the module can be entered. What starts at an address comes before what has it within. */
  #entries(): Map<number, VectorEntry> {
    const entries = new Map<number, VectorEntry>();
    for (const several of [false, true]) {
      for (const { callee, plan } of this.#declared.values()) {
        if (this.#leaving.has(plan)) continue;
        const addresses = entriesOf(plan.region);
        const resumes = addresses[0] !== plan.region.start;
        if (resumes !== several) continue;
        for (const [number, address] of addresses.entries()) {
          if (entries.has(address)) continue;
          entries.set(address, {
            callee,
            number: several ? number : undefined,
            usesVectors: plan.vectors !== undefined,
          });
        }
      }
    }
    return entries;
  }

  #declare(start: number, plan: Plan, { given, returned }: Convention, role: Role): void {
    const parameters = parametersFor(given);
    const type = { parameters: parameters.map(() => I32), results: [I64, I32] };
    const builder = this.#module.function(`0x${start.toString(16)}`, type, parameters);
    const passesOn = plan.blocks.some((block) => block !== undefined && jumpsOn(block));
    const callee = { index: builder.index, parameters, returned, popped: role.popped, jumpsOn: passesOn };
    this.#declared.set(start, { builder, callee, plan, role });
  }

  /** @returns the places of each function that may trap */
  #emitRegions(layout: ModuleLayout, observe?: (region: EmittedRegion) => void): Trapping[] {
    const trapping: Trapping[] = [];
    let bytes = 0;
    for (const [start, { plan, role, callee, ...declared }] of this.#declared) {
      let { builder } = declared;
      let translator = new RegionTranslator(builder, plan, layout, role);
      let marks = observe ? translator.recordMarks() : [];
      if (bytes > this.#most || !translator.emit()) {
        this.#leaving.add(plan);
        builder = this.#module.again(builder, callee.parameters);
        translator = new RegionTranslator(builder, plan, layout, role);
        marks = [];
        translator.emitLeaving();
      }
      bytes += builder.code.length;
      observe?.({ start, builder, marks, names: this.#module.names });
      trapping.push({ builder, places: translator.accesses });
    }
    return trapping;
  }
}

interface VectorEntry extends Entry {
  readonly usesVectors: boolean;
}

interface Trapping {
  readonly builder: FunctionBuilder;
  readonly places: Places;
}

/** A function of so many numbers. */
const takes = (parameters: number, results: ValueType[] = []) => ({
  parameters: new Array<ValueType>(parameters).fill(I32),
  results,
});

function declareGlobals(module: ModuleBuilder) {
  return {
    registers: PARAMETER_NAMES.slice(0, FUEL).map((name) => module.global(I32, 0, name)),
    eip: module.global(I32, 0, "eip"),
    flags: module.global(I32, 0, "flags"),
    left: module.global(I32, 0, "left"),
    entry: module.global(I32, 0, "entry"),
    missing: module.global(I32, 0, "missing"),
    stackLimit: module.global(I32, 0, "stack.limit"),
    vectors: declareVectorGlobals(module),
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

/**
 * Functions that call nobody are not looked into for fuel when they are entered: their way counts to their callers'. So it is with
 * what was missed, which is called through pointers; a loop is looked into at its head.
 */
function longestPathOf({ functions, regions }: Plans): number {
  const unchecked = new Map<number, number>();
  for (const [start, plan] of [...functions, ...regions]) {
    if (plan.calls || (regions.has(start) && startsAtLook(plan))) continue;
    unchecked.set(
      start,
      longestPath(plan, () => 0),
    );
  }
  let ofAny = 0;
  for (const length of unchecked.values()) ofAny = Math.max(ofAny, length);
  const ofCall = (target: number | undefined): number => (target === undefined ? ofAny : (unchecked.get(target) ?? 0));
  let longest = 0;
  for (const plan of [...functions.values(), ...regions.values()])
    longest = Math.max(longest, longestPath(plan, ofCall));
  return longest;
}

/** Whether the first that a region does is to look at its fuel. */
function startsAtLook({ region, shape }: Plan): boolean {
  return shape.loopHeads.has(region.start) || region.blocks.get(region.start)?.ending.kind === "resume";
}
