/**
 * Reads a command's arguments. A command declares its options once; parsing, `--help` and the list of known options all
 * come from that declaration.
 */

import meow from "meow";
import { nearest } from "../fleet/nearest.js";
import { asUsage, UsageError } from "./usage-error.js";
import { inOneWord, type Options, readWords, type Word } from "./words.js";

/** One option. */
export interface OptionSpec {
  /** What stands for its value in the help; an option without one is a switch. */
  readonly value?: string;
  readonly description: string;
  readonly short?: string;
  /** Whether it may be given nothing for a value. */
  readonly mayBeEmpty?: boolean;
  /** What the help's line says instead, where it tells of another option as well. */
  readonly line?: string;
  /** Another option's line tells of it: the help must fit a screen. */
  readonly told?: boolean;
}

/** What a command tells of itself. */
export interface CommandSpec {
  /** The line after `denali `, e.g. `exec IMAGE [-- ARGUMENT...]`. */
  readonly usage: string;
  /** What it does; whole sentences, at most 78 columns wide. */
  readonly about: string;
  /** Option names without their dashes. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Shown last in the help. */
  readonly notes?: string;
  /** How many arguments it takes beside options, at least and at most. */
  readonly inputs: readonly [least: number, most: number];
}

/** What was given. */
export interface Arguments {
  readonly inputs: readonly string[];
  /** Everything behind `--`. */
  readonly rest: readonly string[];
  has(option: string): boolean;
  /** The value of an option; the last one where it was repeated. */
  value(option: string): string | undefined;
  values(option: string): readonly string[];
  /**
   * What its values stand for; `parsed` that of the last one.
   * @param parse is told `--option` for its errors
   * @throws UsageError for what `parse` refuses
   */
  parsed<T>(option: string, parse: Parse<T>): T | undefined;
  parsedAll<T>(option: string, parse: Parse<T>): readonly T[];
}

type Parse<T> = (text: string, what: string) => T;

export const HELP_OPTION: OptionSpec = { short: "h", description: "show this help" };
const HELP = { help: HELP_OPTION };

/** @throws UsageError for what the command does not know */
export function parseArguments(command: CommandSpec, argv: readonly string[]): Arguments {
  const separator = argv.indexOf("--");
  const options = allOptions(command);
  const words = readWords(separator < 0 ? argv : argv.slice(0, separator), options);
  refuseUnknown(words, options, command);
  const { unnormalizedFlags } = meow({
    importMeta: import.meta,
    argv: words.filter((word) => !word.isArgument).map((word) => inOneWord(unmistakable(word, options))),
    flags: Object.fromEntries(Object.entries(options).map(([name, option]) => [camelCase(name), toFlag(option)])),
    allowUnknownFlags: true, // They were refused above, in our words and with a suggestion.
    autoHelp: false,
    autoVersion: false,
  });
  const flags = unnormalizedFlags as Readonly<Record<string, unknown>>;
  const inputs = words.filter((word) => word.isArgument).map(({ typed }) => typed);
  const parsed = new ParsedArguments(inputs, separator < 0 ? [] : argv.slice(separator + 1), flags);
  if (!parsed.has("help")) refuseWrongInputs(parsed.inputs, command);
  return parsed;
}

class ParsedArguments implements Arguments {
  constructor(
    readonly inputs: readonly string[],
    readonly rest: readonly string[],
    private readonly flags: Readonly<Record<string, unknown>>,
  ) {}

  has(option: string): boolean {
    return this.value(option) === "true";
  }

  value(option: string): string | undefined {
    return this.values(option).at(-1);
  }

  values(option: string): readonly string[] {
    const value = this.flags[camelCase(option)];
    return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
  }

  parsed<T>(option: string, parse: Parse<T>): T | undefined {
    const text = this.value(option);
    return text === undefined ? undefined : asUsage(() => parse(text, `--${option}`));
  }

  parsedAll<T>(option: string, parse: Parse<T>): readonly T[] {
    return asUsage(() => this.values(option).map((text) => parse(text, `--${option}`)));
  }
}

/** The help of a command, made from its declaration; it fits a screen of 80x24. */
export function helpText(command: CommandSpec): string {
  const shown = Object.entries(allOptions(command)).filter(([, option]) => !option.told);
  const left = shown.map(
    ([name, option]) =>
      `  ${option.short ? `-${option.short}, ` : ""}--${name}${option.value ? ` ${option.value}` : ""}`,
  );
  const width = Math.max(...left.map((entry) => entry.length)) + 2;
  const lines = shown.map(([, option], row) => left[row].padEnd(width) + (option.line ?? option.description));
  const notes = command.notes ? `\n${command.notes}\n` : "";
  return `Usage: denali ${command.usage}\n\n${command.about}\n\n${lines.join("\n")}\n${notes}`;
}

function allOptions(command: CommandSpec): Options {
  return { ...command.options, ...HELP };
}

/** Everything may be repeated, as shell aliases do; who asks for one value gets the last. */
function toFlag(option: OptionSpec) {
  const flag = { type: option.value ? ("string" as const) : ("boolean" as const), isMultiple: true as const };
  return option.short ? { ...flag, shortFlag: option.short } : flag;
}

/**
 * An option as meow reads nothing else in it: behind `=` it takes nothing for the word that follows, and takes quotation marks off
 * that are the value's own. So every value has a pair to lose.
 */
function unmistakable(word: Word, options: Options): Word {
  const isSwitch = word.option === undefined || options[word.option].value === undefined;
  return isSwitch ? word : { ...word, value: `"${word.value}"` };
}

function refuseUnknown(words: readonly Word[], options: Options, command: CommandSpec): void {
  const unknown = words.find((word) => word.option === undefined && !word.isArgument);
  if (unknown === undefined) return;
  const { typed } = unknown;
  const positive = typed.replace(/^--no-/, "");
  const guess = typed.startsWith("--") ? nearest(typed.slice(2).toLowerCase(), Object.keys(options)) : undefined;
  const hint = guess ? `did you mean --${guess}?` : `see ${helpCommand(command)}`;
  throw new UsageError(
    `there is no option ${typed}; ${Object.hasOwn(options, positive) ? `leave --${positive} out` : hint}`,
  );
}

function refuseWrongInputs(inputs: readonly string[], command: CommandSpec): void {
  const [least, most] = command.inputs;
  // An unset variable's: nothing by that name is meant.
  if (inputs.includes("")) throw new UsageError(`an argument is empty; usage: denali ${command.usage}`);
  if (inputs.length < least) throw new UsageError(`an argument is missing; usage: denali ${command.usage}`);
  if (inputs.length > most) {
    throw new UsageError(`'${inputs[most]}' is one argument too many; usage: denali ${command.usage}`);
  }
}

function helpCommand(command: CommandSpec): string {
  const [word] = command.usage.split(" ");
  return /^[a-z]/.test(word) ? `denali ${word} --help` : "denali --help";
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
