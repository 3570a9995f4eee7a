/**
 * The filter's little language. Words must all match:
 *
 *     web            name or image contains "web", whatever the case
 *     !web           does not
 *     /^web-[0-9]+$/ name or image matches
 *     state:idle     state begins with "idle"
 *     image:ticker   image alone contains; likewise name:
 *     !state:swapped negated, like all of them
 */

import { UserError, VM_STATE_NAMES, type VmStateName } from "../kernel/index.js";

/** What a filter looks at. */
export interface Filterable {
  readonly name: string;
  readonly image: string;
  readonly state: VmStateName;
}

export type Filter = (vm: Filterable) => boolean;

/** Makes a filter of what was typed, undefined for one that lets everything pass. Throws a `UserError`. */
export function parseFilter(text: string): Filter | undefined {
  const terms = text.trim().split(/\s+/).filter(Boolean).map(parseTerm);
  return terms.length === 0 ? undefined : (vm) => terms.every((term) => term(vm));
}

function parseTerm(word: string): Filter {
  if (word.startsWith("!") && word.length > 1) {
    const term = parseTerm(word.slice(1));
    return (vm) => !term(vm);
  }
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
