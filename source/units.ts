/**
 * Sizes, durations, quanta and counts as people type them, on the command line and in fleet files.
 *
 * Each parser answers a number or throws a `UserError` that names what it was given for (`what`, e.g. `--memory`) and
 * shows what is wanted.
 */

import {
  MAXIMUM_MEMORY_BUDGET,
  MAXIMUM_VM_MEMORY,
  type Quantum,
  SWAP_BLOCK_LIMITS,
  UserError,
} from "./kernel/index.js";

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1_000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  tb: 1_000_000_000_000,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1_000,
  µs: 1_000,
  ms: 1_000_000,
  s: 1_000_000_000,
  min: 60_000_000_000,
  h: 3_600_000_000_000,
};

const NUMBER_WITH_UNIT = /^\s*(\d+(?:\.\d+)?)\s*([a-zµ]*)\s*$/i;

/**
 * Bytes of `256MiB`, `64K`, `1.5 GB` or a plain number of bytes; parts of a byte, as in `0.1GiB`, are rounded. K, M, G and T
 * count in 1,024s, KB, MB, GB and TB in 1,000s.
 * @param most what is larger is no mistake in writing, and told so
 */
export function parseSize(text: string, what: string, most: number): number {
  const given = numberAndUnit(text, SIZE_UNITS);
  // What is counted in bytes has no parts of them: 1.5 is a slip.
  const bytes = given && (given.unit === 1 ? given.number : Math.round(given.number * given.unit));
  if (bytes !== undefined && bytes > most)
    throw new UserError(`${what} is '${text}', which is too large; give at most ${sizeText(most)}`);
  if (bytes === undefined || !Number.isInteger(bytes) || bytes <= 0) throw refused(text, what, "a size such as 256MiB");
  return bytes;
}

/** Sizes of a VM's memory, of the memory budget, of a block of the swap file. */
export const parseVmMemory = (text: string, what: string) => parseSize(text, what, MAXIMUM_VM_MEMORY);
export const parseMemoryBudget = (text: string, what: string) => parseSize(text, what, MAXIMUM_MEMORY_BUDGET);
export const parseSwapBlock = (text: string, what: string) => parseSize(text, what, SWAP_BLOCK_LIMITS.most);

/** Nanoseconds of `5s`, `250ms`, `1.5min`. A unit must be given. */
export function parseDuration(text: string, what: string): number {
  const nanoseconds = scaled(text, DURATION_UNITS);
  if (nanoseconds === undefined || nanoseconds < 0.5) throw refused(text, what, "a duration such as 5s or 250ms");
  return Math.round(nanoseconds);
}

/** Nanoseconds of a duration as above, or of a plain number of seconds, as top(1) takes it. */
export function parseInterval(text: string, what: string): number {
  return parseDuration(/^\s*\d+(\.\d+)?\s*$/.test(text) ? `${text.trim()}s` : text, what);
}

/** A quantum: a duration, or a number of guest instructions such as `100000i`. */
export function parseQuantum(text: string, what: string): Quantum {
  const instructions = /^\s*(\d+)\s*i\s*$/.exec(text);
  if (instructions) return { instructions: parseCount(instructions[1], what) };
  const nanoseconds = scaled(text, DURATION_UNITS);
  if (nanoseconds === undefined || nanoseconds < 0.5) {
    throw refused(text, what, "a quantum such as 5ms, or 100000i for guest instructions");
  }
  return { nanoseconds: Math.round(nanoseconds) };
}

/** A whole number of at least `least`. */
export function parseCount(text: string, what: string, least = 1): number {
  const count = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count) || count < least) throw refused(text, what, `a whole number of at least ${least}`);
  return count;
}

/** A size in the largest unit in which it is a whole number. */
function sizeText(bytes: number): string {
  const unit = ["TiB", "GiB", "MiB", "KiB"].find((each) => bytes % SIZE_UNITS[each.toLowerCase()] === 0);
  return unit ? `${bytes / SIZE_UNITS[unit.toLowerCase()]}${unit}` : String(bytes);
}

type Units = Readonly<Record<string, number>>;

function scaled(text: string, units: Units): number | undefined {
  const given = numberAndUnit(text, units);
  return given && given.number * given.unit;
}

/** Undefined where it is no number, or its unit none of those. */
function numberAndUnit(text: string, units: Units): { number: number; unit: number } | undefined {
  const match = NUMBER_WITH_UNIT.exec(text);
  const unit = match ? units[match[2].toLowerCase()] : undefined;
  return match && unit !== undefined ? { number: Number(match[1]), unit } : undefined;
}

function refused(text: string, what: string, wanted: string): UserError {
  return new UserError(text === "" ? `${what} wants ${wanted}` : `${what} is '${text}'; give ${wanted}`);
}
