/**
 * The filter's little language. Words must all match:
 *
 *     web            name or image contains "web", whatever the case
 *     !web           does not
 *     /^web-[0-9]+$/ name or image matches
 *     state:idle     state begins with "idle"
 *     image:ticker   image alone contains; likewise name:
 *     !state:swapped negated, like all of them
 *     net>1M         a column's figure; also < >= <= =, with k M G, and s m h for times
 */

import { UserError, VM_STATE_NAMES, type VmStateName } from "../kernel/index.js";
import { findColumn, VM_TABLE_COLUMNS, type VmTableColumn } from "./presentation/vm-columns.js";

/** What a filter looks at. */
export interface Filterable {
  readonly name: string;
  readonly image: string;
  readonly state: VmStateName;
  /** The figure of a column that has one. */
  readonly value: (column: VmTableColumn) => number;
}

export type Filter = (vm: Filterable) => boolean;

/** Makes a filter of what was typed, undefined for one that lets everything pass. Throws a `UserError`. */
export function parseFilter(text: string): Filter | undefined {
  const terms = text.trim().split(/\s+/).filter(Boolean).map(parseTerm);
  return terms.length === 0 ? undefined : (vm) => terms.every((term) => term(vm));
}

/** Why what was typed is no filter; undefined where it is one. */
export function filterProblem(text: string): string | undefined {
  try {
    parseFilter(text);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function parseTerm(word: string): Filter {
  if (word.startsWith("!") && word.length > 1) {
    const term = parseTerm(word.slice(1));
    return (vm) => !term(vm);
  }
  const comparison = /^([\w%/]+)(>=|<=|>|<|=)(.*)$/.exec(word);
  if (comparison && !word.startsWith("/")) return figureTerm(comparison[1], comparison[2], comparison[3]);
  const [, key, value] = /^(state|name|image):(.*)$/i.exec(word) ?? [];
  switch (key?.toLowerCase()) {
    case "state":
      return stateTerm(value.toLowerCase());
    case "name":
      return textTerm(value, (vm, matches) => matches(vm.name));
    case "image":
      return textTerm(value, (vm, matches) => matches(vm.image));
    default:
      return textTerm(word, (vm, matches) => matches(vm.name) || matches(vm.image));
  }
}

function stateTerm(value: string): Filter {
  if (!VM_STATE_NAMES.some((name) => name.startsWith(value))) {
    throw new UserError(`no state begins with "${value}"; the states are ${VM_STATE_NAMES.join(", ")}`);
  }
  return (vm) => vm.state.startsWith(value);
}

const COMPARE: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  ">": (left, right) => left > right,
  "<": (left, right) => left < right,
  ">=": (left, right) => left >= right,
  "<=": (left, right) => left <= right,
  "=": (left, right) => left === right,
};

function figureTerm(name: string, operator: string, text: string): Filter {
  const column = findColumn(name);
  if (!column?.value || column.id === "state") {
    const known = VM_TABLE_COLUMNS.filter(({ id, value }) => value && id !== "state").map(({ id }) => id);
    throw new UserError(`no figure "${name}" to compare; there are ${known.join(", ")}`);
  }
  const limit = parseFigure(text, column);
  const compare = COMPARE[operator];
  return (vm) => compare(vm.value(column), limit);
}

const POWERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `1M` of a column of bytes is 1,048,576, of another 1,000,000; `5m` of a column of seconds is 300. */
function parseFigure(text: string, column: VmTableColumn): number {
  const [, digits, unit = ""] = /^(-?\d+(?:\.\d+)?)([a-z%])?$/i.exec(text) ?? [];
  const factor = digits === undefined ? undefined : factorOf(unit.toLowerCase(), column);
  if (factor !== undefined) return Number(digits) * factor;
  const examples =
    column.unit === "seconds" ? "90, 5m or 2h" : column.unit === "percent" ? "5 or 12.5" : "500, 1.5k or 2M";
  throw new UserError(`"${text}" is not a figure to compare ${column.id} with; write as ${examples}`);
}

function factorOf(unit: string, { unit: of }: VmTableColumn): number | undefined {
  if (unit === "" || (unit === "%" && of === "percent")) return 1;
  if (of === "seconds") return SECONDS[unit];
  const power = POWERS[unit];
  return power && (of === "bytes" ? 1024 : 1000) ** power;
}

type Match = (text: string) => boolean;

function textTerm(word: string, apply: (vm: Filterable, matches: Match) => boolean): Filter {
  const matches =
    word.length > 2 && word.startsWith("/") && word.endsWith("/") ? expression(word.slice(1, -1)) : part(word);
  return (vm) => apply(vm, matches);
}

function part(word: string): Match {
  const wanted = word.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}

function expression(source: string): Match {
  try {
    const pattern = new RegExp(source, "i");
    return (text) => pattern.test(text);
  } catch {
    throw new UserError(`/${source}/ is not a regular expression`);
  }
}
