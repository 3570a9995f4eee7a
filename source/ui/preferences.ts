/**
 * A person's settings, in a file of their config folder: keys that they remapped, and what the monitor remembers by itself
 * from one time to the next, as keys left it (view, theme, columns, panels, sort, times).
 *
 *     { "keys": { "table": { "kill": ["X"] } }, "theme": "light", "mouse": false }
 *
 * A file that makes no sense is refused whole and never written over.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { hostReason } from "../host/reasons.js";
import { UserError } from "../kernel/index.js";
import { KeyMap, type Remapping } from "./key-map.js";
import { PANELS } from "./layout.js";
import { TIME_BASES } from "./params.js";
import { VM_TABLE_COLUMNS } from "./presentation/vm-columns.js";
import type { Remembered } from "./remembering.js";
import type { MonitorState } from "./state.js";
import { LOOKS } from "./theme.js";
import { VIEWS } from "./views.js";

export interface Preferences {
  readonly keys?: Remapping;
  /** False to leave the mouse to the terminal. */
  readonly mouse?: boolean;
  /** True to draw with ASCII alone, false never to. */
  readonly ascii?: boolean;
  /** What the monitor starts with. */
  readonly state: Partial<MonitorState>;
}

type Check = (value: unknown) => boolean;

const COLUMN_IDS = VM_TABLE_COLUMNS.map(({ id }) => id as string);
const oneOf =
  (names: readonly unknown[]): Check =>
  (value) =>
    names.includes(value);
const listOf =
  (names: readonly unknown[]): Check =>
  (value) =>
    Array.isArray(value) && value.every(oneOf(names));
const isBoolean: Check = (value) => typeof value === "boolean";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Settings by their name in the file: what they may be, and in words. */
const SETTINGS: Readonly<Record<string, readonly [check: Check, wanted: string]>> = {
  keys: [isKeys, 'keys by action, by mode, as { "table": { "kill": ["X"] } }'],
  mouse: [isBoolean, "true or false"],
  ascii: [isBoolean, "true or false"],
  view: [oneOf(VIEWS), VIEWS.join(", ")],
  theme: [oneOf(LOOKS), LOOKS.join(", ")],
  columns: [listOf(COLUMN_IDS), `a list of ${COLUMN_IDS.join(", ")}`],
  panels: [listOf(PANELS), `a list of ${PANELS.join(", ")}`],
  heatBy: [oneOf(["state", ...COLUMN_IDS]), "state, or the name of a column"],
  sort: [isSort, 'as { "column": "cpu", "descending": true }'],
  timeBase: [oneOf(TIME_BASES), `one of ${TIME_BASES.join(", ")} seconds`],
  interval: [(value) => typeof value === "number" && value >= 100, "milliseconds, at least 100"],
};

/** Reads the file; one that is not there says nothing. @throws UserError for one that makes no sense */
export function readPreferences(path: string): Preferences {
  const text = contentOf(path);
  if (text === undefined) return { state: {} };
  const settings = parsed(path, text);
  for (const [name, value] of Object.entries(settings)) {
    const [check, wanted] = SETTINGS[name] ?? [];
    if (!check) throw refused(path, `there is no setting "${name}"; there are ${Object.keys(SETTINGS).join(", ")}`);
    if (!check(value)) throw refused(path, `"${name}" is not ${wanted}`);
  }
  const { keys, mouse, ascii, theme, ...state } = settings;
  checkKeys(path, keys as Remapping | undefined);
  return {
    ...(keys === undefined ? {} : { keys: keys as Remapping }),
    ...(mouse === undefined ? {} : { mouse: mouse as boolean }),
    ...(ascii === undefined ? {} : { ascii: ascii as boolean }),
    state: { ...state, ...(theme === undefined ? {} : { look: theme }) } as Partial<MonitorState>,
  };
}

/**
 * Remembers what was changed on the screen, beside what else the file says.
 * @throws UserError when it cannot be written
 */
export function rememberChanges(path: string, { look, ...others }: Remembered): void {
  const changes = look === undefined ? others : { ...others, theme: look };
  if (Object.keys(changes).length === 0) return;
  const text = contentOf(path);
  const before = text === undefined ? {} : parsed(path, text);
  // What has become undefined, as columns that the width decides on, is not written.
  const content = `${JSON.stringify({ ...before, ...changes }, undefined, 2)}\n`;
  if (content === text) return;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new UserError(`cannot remember settings in ${path}: ${hostReason(error)}`);
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw refused(path, hostReason(error));
  }
}

function parsed(path: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refused(path, `it is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw refused(path, "it is not an object of settings");
  return value;
}

function isKeys(value: unknown): boolean {
  const isKeyList: Check = (keys) => Array.isArray(keys) && keys.every((key) => typeof key === "string" && key !== "");
  return (
    isObject(value) && Object.values(value).every((mode) => isObject(mode) && Object.values(mode).every(isKeyList))
  );
}

/** The same that making a key map of it would refuse, with the file's name. */
function checkKeys(path: string, keys: Remapping | undefined): void {
  try {
    new KeyMap(keys);
  } catch (error) {
    throw error instanceof UserError ? refused(path, `"keys": ${error.message}`) : error;
  }
}

function isSort(value: unknown): boolean {
  return isObject(value) && COLUMN_IDS.includes(value.column as string) && typeof value.descending === "boolean";
}

function refused(path: string, reason: string): UserError {
  return new UserError(`${path}: ${reason}; mend the file or remove it`);
}
