/** Plans the translation of an image: a function for each guest function found, and one for each loop's head. */

import { entriesOf, poppedBy, type Region } from "./block.js";
import type { Discovered } from "./discovery.js";
import { canBeInlined } from "./inlining.js";
import type { InstructionReader } from "./instruction-reader.js";
import { loopRegions, loopsWithWaysIn } from "./loop-regions.js";
import { isTranslated } from "./operations.js";
import { keepingFlags, type Plan, planRegion } from "./plan.js";
import { PlanningBudget } from "./planning-budget.js";
import { RegionReader } from "./regions.js";
import { Returning } from "./returning.js";
import { type CodeLeft, readsFlagsOfCalled, readsFlagsOfCaller } from "./unseen-calls.js";

/** What a module is made of. */
export interface Plans {
  /** Plans of functions that can be called, by address. */
  readonly functions: ReadonlyMap<number, Plan>;
  /** Plans of regions that are only entered, at loops' heads, by one of the addresses they are entered at. */
  readonly regions: ReadonlyMap<number, Plan>;
  readonly flagsCross: boolean;
  /** Whether something was left out, because there is more than is planned of one image. */
  readonly isPartial: boolean;
}

export class ImagePlanner {
  readonly #budget: PlanningBudget;
  readonly #isWhole: boolean;
  readonly #regions: RegionReader;
  readonly #functions: ReadonlySet<number>;
  readonly #addressTaken: ReadonlySet<number>;
  readonly #reader: InstructionReader;
  readonly #readsFlagsUnseen: boolean;
  readonly #read = new Map<number, Region | undefined>();
  readonly #returning = new Returning((address) => this.#function(address));
  readonly #poppedBytes = new Map<number, number>();
  readonly #inlinable = new Map<number, ReturnType<RegionReader["region"]>>();

  /** @param readsFlagsUnseen whether code that is not found reads flags that calls leave */
  constructor(
    reader: InstructionReader,
    { functions, addressTaken, seen, isWhole }: Discovered,
    readsFlagsUnseen: boolean,
  ) {
    this.#budget = new PlanningBudget(seen.size);
    this.#isWhole = isWhole;
    this.#reader = reader;
    this.#regions = new RegionReader(reader, functions, isTranslated, this.#budget);
    this.#functions = functions;
    this.#addressTaken = addressTaken;
    this.#readsFlagsUnseen = readsFlagsUnseen;
  }

  /** @param missed addresses to be entered at, besides functions and loops' heads */
  plans(missed: readonly number[]): Plans {
    let flagsCross = this.#readsFlagsUnseen;
    let functions = this.#planAll(this.#functions, flagsCross);
    let entered = this.#planAll(
      missed.filter((start) => !functions.has(start)),
      flagsCross,
    );
    if (!flagsCross) {
      // Where code reads flags that a call leaves, every call and return of the image keeps them.
      flagsCross =
        [...functions.values()].some(({ liveness }) => liveness.ofCaller !== 0) ||
        [...functions.values(), ...entered.values()].some((plan) => this.#readsFlagsAcross(plan)) ||
        this.#readsFlagsLeft(functions, entered);
      if (flagsCross) [functions, entered] = [keepingAll(functions), keepingAll(entered)];
    }
    const regions = this.#planEntries(functions, entered, flagsCross);
    return { functions, regions, flagsCross, isPartial: this.#budget.isSpent || !this.#isWhole };
  }

  /** Whether a region reads flags of a function that it called. */
  #readsFlagsAcross({ liveness }: Plan): boolean {
    return [...liveness.acrossCalls].some((called) => this.#returning.mayReturn(called));
  }

  /** Whether code that is left to the interpreter reads flags of a function that it calls, or of its caller. */
  #readsFlagsLeft(functions: ReadonlyMap<number, Plan>, entered: ReadonlyMap<number, Plan>): boolean {
    const reader = this.#reader;
    const left: CodeLeft[] = [];
    for (const start of [...functions.keys(), ...entered.keys()]) {
      const region = this.#region(start) as Region;
      left.push({ starts: leftBehind(region, reader), translated: region.blocks });
    }
    const starts = [...this.#functions].filter((start) => !functions.has(start));
    left.push({ starts, translated: NOTHING });
    return readsFlagsOfCaller(starts, reader) || readsFlagsOfCalled(left, reader, this.#functions);
  }

  readonly #function = (address: number): Region | undefined =>
    this.#functions.has(address) ? this.#region(address) : undefined;

  /** By where they start; those that cannot be translated are left out. */
  #planAll(starts: Iterable<number>, flagsCross: boolean): Map<number, Plan> {
    const plans = new Map<number, Plan>();
    for (const start of starts) {
      const plan = this.#plan(start, flagsCross);
      if (plan) plans.set(start, plan);
    }
    return plans;
  }

  /** Regions that are only entered: at addresses that were missed, and at loops' heads. */
  #planEntries(
    functions: ReadonlyMap<number, Plan>,
    missed: ReadonlyMap<number, Plan>,
    flagsCross: boolean,
  ): ReadonlyMap<number, Plan> {
    const regions = new Map(missed);
    const entries = new Set([...functions.keys(), ...regions.keys()]);
    const add = (loop: Region): void => {
      const made = this.#planRegion(loop, flagsCross);
      if (!made) return;
      const [first, ...others] = entriesOf(made.region).filter((entry) => !entries.has(entry));
      if (first === undefined) return;
      regions.set(first, made);
      entries.add(first);
      for (const other of others) entries.add(other);
    };
    for (const [start, plan] of [...functions, ...regions]) {
      const region = this.#region(start) as Region;
      const heads = addressesOf(plan, plan.shape.loopHeads);
      const ways = addressesOf(plan, plan.reduction.through.keys());
      if (ways.length > 0 && this.#budget.take(Math.ceil(heads.length * region.blocks.size * OF_BLOCK_AROUND))) {
        for (const loop of loopsWithWaysIn(region, ways, heads)) add(loop);
      }
      const left = heads.filter((head) => !entries.has(head));
      if (left.length === 0) continue;
      for (const loop of loopRegions(region, left)) {
        add(loop);
        if (this.#budget.isSpent) break;
      }
    }
    return regions;
  }

  #plan(start: number, flagsCross: boolean): Plan | undefined {
    const region = this.#region(start);
    return region && this.#planRegion(region, flagsCross);
  }

  #planRegion(region: Region, flagsCross: boolean): Plan | undefined {
    if (!this.#budget.takeRegion(region)) return undefined;
    return planRegion(region, this.#find, this.#addressTaken, this.#popped, flagsCross, this.#budget);
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

/** To look which loops others are in, their blocks are gone through. */
const OF_BLOCK_AROUND = 1 / 64;

const NOTHING: ReadonlySet<number> = new Set();

const keepingAll = (plans: ReadonlyMap<number, Plan>): Map<number, Plan> =>
  new Map([...plans].map(([start, plan]) => [start, keepingFlags(plan)]));

/**
 * Addresses of what stands behind blocks at whose end the VM leaves for the interpreter, or for a while: behind their last
 * instruction, and where a jump by a table goes that is none to the translator, since another jump leads behind its load.
 */
function leftBehind({ blocks }: Region, reader: InstructionReader): number[] {
  const left: number[] = [];
  for (const { ending } of blocks.values()) {
    if (ending.kind === "indirect tail call") left.push(...(reader.jumpTable(ending.operation)?.ways ?? []));
    if (ending.kind !== "interrupt" && ending.kind !== "interpret") continue;
    if (ending.operation) left.push(ending.operation.next.address);
  }
  return left;
}

/** Where blocks of a region, copies among them, are in the guest's memory. */
function addressesOf({ region }: Plan, keys: Iterable<number>): number[] {
  const addresses = new Set<number>();
  for (const key of keys) {
    const block = region.blocks.get(key);
    if (block) addresses.add(block.address);
  }
  return [...addresses];
}
