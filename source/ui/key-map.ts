/** The key table as it is in force: the one of key-bindings.ts, with what a person remapped. */

import { UserError } from "../kernel/index.js";
import { type Intent, KEY_BINDINGS, type KeyBinding, MODES, type Mode } from "./key-bindings.js";
import type { ViewId } from "./views.js";

/** What fewer views than this have is what a person looks for in them. */
const FEW_VIEWS = 4;

/** What commands the machine. */
const COMMANDS: readonly Intent[] = [
  "spawn",
  "pauseOrResume",
  "kill",
  "reap",
  "tickets",
  "tune",
  "quantumDown",
  "policy",
  "capture",
];
const THROUGH_TIME: readonly Intent[] = ["earlier"];

/** Keys by intent, by mode: `{ table: { kill: ["X", "delete"] } }`. */
export type Remapping = Readonly<Partial<Record<string, Readonly<Record<string, readonly string[]>>>>>;

export class KeyMap {
  readonly bindings: readonly KeyBinding[];
  readonly #byKey: ReadonlyMap<string, KeyBinding>;

  /** @throws UserError for a mode or an intent that there is not, a key with two meanings, and where a mode would lose its way out */
  constructor(remapping: Remapping = {}) {
    this.bindings = remapped(KEY_BINDINGS, remapping);
    this.#byKey = new Map(
      this.bindings.flatMap((binding) => binding.keys.map((key) => [`${binding.mode} ${key}`, binding] as const)),
    );
  }

  /** What a key means in a mode, undefined when it means nothing there. */
  bindingOf(mode: Mode, key: string): KeyBinding | undefined {
    return this.#byKey.get(`${mode} ${key}`);
  }

  /**
   * The bindings a mode's footer shows: help and quit, what only this view has, then the others.
   * @param recorded whether a recording is shown, which nothing can be changed of, and whose time is gone through in every view
   */
  hintsOf(mode: Mode, view: ViewId = "fleet", recorded = false): readonly KeyBinding[] {
    const isHere = ({ intent, inViews }: KeyBinding) =>
      inViews === undefined || inViews.includes(view) || (recorded && THROUGH_TIME.includes(intent));
    const shown = this.bindings.filter(
      (binding) =>
        binding.mode === mode &&
        binding.hint !== undefined &&
        binding.keys.length > 0 &&
        isHere(binding) &&
        !(recorded && COMMANDS.includes(binding.intent)),
    );
    const rank = ({ intent, inViews }: KeyBinding) =>
      intent === "help" || intent === "quit" ? 0 : inViews && inViews.length < FEW_VIEWS ? 1 : 2;
    return shown.sort((left, right) => rank(left) - rank(right));
  }
}

/** The keys as they are without a person's wishes. */
export const DEFAULT_KEYS = new KeyMap();

function remapped(bindings: readonly KeyBinding[], remapping: Remapping): readonly KeyBinding[] {
  const wishes = Object.entries(remapping).flatMap(([name, byIntent = {}]) => {
    const mode = checkMode(name);
    return Object.entries(byIntent).map(([intent, keys]) => check(mode, intent, keys));
  });
  refuseTwoMeanings(wishes);
  if (wishes.length === 0) return bindings;
  const wanted = (binding: KeyBinding) =>
    wishes.find(({ mode, intent }) => mode === binding.mode && intent === binding.intent);
  const taken = new Set(wishes.flatMap(({ mode, keys }) => keys.map((key) => `${mode} ${key}`)));
  const changed = bindings.map((binding): KeyBinding => {
    const wish = wanted(binding);
    // A key that was given another meaning has only that one, and is shown for no other.
    const isTaken = (key: string) => taken.has(`${binding.mode} ${key}`);
    const keys = wish?.keys ?? binding.keys.filter((key) => !isTaken(key));
    if (!wish && keys.length === binding.keys.length) {
      return binding.hintLabel?.split(" ").some(isTaken) ? withoutHintLabel(binding) : binding;
    }
    return { ...withoutHintLabel(binding), keys, label: keys.map(keyLabel).join(" ") };
  });
  refuseLostWayOut(changed);
  return changed;
}

function withoutHintLabel({ hintLabel: _, ...binding }: KeyBinding): KeyBinding {
  return binding;
}

interface Wish {
  readonly mode: Mode;
  readonly intent: Intent;
  readonly keys: readonly string[];
}

function checkMode(name: string): Mode {
  const mode = MODES.find((known) => known === name);
  if (!mode) throw new UserError(`there are no keys for '${name}'; they are for ${MODES.join(", ")}`);
  return mode;
}

function check(mode: Mode, intent: string, keys: readonly string[]): Wish {
  const known = KEY_BINDINGS.filter((binding) => binding.mode === mode).map((binding) => binding.intent as string);
  if (!known.includes(intent)) {
    throw new UserError(`no key of '${mode}' does '${intent}'; its keys do ${[...new Set(known)].join(", ")}`);
  }
  return { mode, intent: intent as Intent, keys };
}

function refuseTwoMeanings(wishes: readonly Wish[]): void {
  const meanings = new Map<string, Intent>();
  for (const { mode, intent, keys } of wishes) {
    for (const key of keys) {
      const other = meanings.get(`${mode} ${key}`);
      if (other !== undefined && other !== intent) {
        throw new UserError(
          `the key '${key}' of '${mode}' is given to both '${other}' and '${intent}'; give it to one`,
        );
      }
      meanings.set(`${mode} ${key}`, intent);
    }
  }
}

/** Nobody may lock themselves in. */
function refuseLostWayOut(bindings: readonly KeyBinding[]): void {
  for (const mode of MODES) {
    const ways = mode === "table" ? ["quit"] : ["cancel", "detach"];
    const out = bindings.some(
      (binding) => binding.mode === mode && ways.includes(binding.intent) && binding.keys.length > 0,
    );
    if (!out) throw new UserError(`no key is left for '${ways[0]}' of '${mode}'; give it one`);
  }
}

const LABELS: Readonly<Record<string, string>> = {
  enter: "⏎",
  escape: "Esc",
  space: "Space",
  tab: "Tab",
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  pageUp: "PgUp",
  pageDown: "PgDn",
  home: "Home",
  end: "End",
  delete: "Del",
};

/** A key as it is shown: `Ctrl-X` for `ctrl+x`. */
export function keyLabel(key: string): string {
  const control = /^ctrl\+(.)$/.exec(key)?.[1];
  return control ? `Ctrl-${control.toUpperCase()}` : (LABELS[key] ?? key);
}
