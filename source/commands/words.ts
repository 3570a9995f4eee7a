/**
 * A command line word by word, as getopt_long(3) has it: `--record FILE`, `--record=FILE`, `-n 3`, `-n3`, `-bn3`, `--no-json`. A value
 * may begin with a dash, but not be another of the options: then it was forgotten.
 */

import type { OptionSpec } from "./arguments.js";
import { UsageError } from "./usage-error.js";

export type Options = Readonly<Record<string, OptionSpec>>;

/** An option with its value, or an argument. */
export interface Word {
  /** As it was typed; of letters that stand together the letter. */
  readonly typed: string;
  readonly isArgument?: true;
  /** Its name, where it is one of the options. */
  readonly option?: string;
  readonly value?: string;
}

/**
 * @param words those in front of `--`
 * @throws UsageError for an option without its value, also one of no letters: an unset variable's, which would be taken for none
 */
export function readWords(words: readonly string[], options: Options): Word[] {
  const read: Word[] = [];
  for (let at = 0; at < words.length; at++) {
    for (const word of split(words[at], options)) {
      const takesValue = word.option !== undefined && options[word.option].value !== undefined;
      const value = takesValue && word.value === undefined ? follower(words[++at], options) : word.value;
      checkValue(word, value, options);
      read.push({ ...word, ...(value !== undefined && { value }) });
    }
  }
  return read;
}

function checkValue({ typed, option }: Word, value: string | undefined, options: Options): void {
  if (option === undefined) return;
  const { value: wanted, mayBeEmpty = false } = options[option];
  if (wanted !== undefined && (value === undefined || (value === "" && !mayBeEmpty))) {
    throw new UsageError(`${typed} wants a value; give ${typed} ${wanted}`);
  }
  if (wanted === undefined && value !== undefined && value !== "true" && value !== "false") {
    throw new UsageError(`${typed} takes no value; leave '=${value}' out`);
  }
}

/** It in one word, with the option's whole name: who reads that can take nothing for something else. */
export function inOneWord({ typed, option, value }: Word): string {
  if (option === undefined) return typed;
  return value === undefined ? `--${option}` : `--${option}=${value}`;
}

function split(word: string, options: Options): Word[] {
  if (word.startsWith("--")) return [long(word, options)];
  if (/^-./s.test(word) && !isNumber(word)) return short(word.slice(1), options);
  return [{ typed: word, isArgument: true }];
}

function long(word: string, options: Options): Word {
  const [, typed, name, value] = /^(--([^=]*))(?:=(.*))?$/s.exec(word) as RegExpExecArray;
  if (Object.hasOwn(options, name)) return { typed, option: name, ...(value !== undefined && { value }) };
  const positive = name.replace(/^no-/, "");
  const isSwitch = Object.hasOwn(options, positive) && options[positive].value === undefined;
  return isSwitch ? { typed, option: positive, value: "false" } : { typed };
}

/** Switches, and at the end an option that takes what is behind it for its value. */
function short(letters: string, options: Options): Word[] {
  const found: Word[] = [];
  for (let at = 0; at < letters.length; at++) {
    const typed = `-${letters[at]}`;
    const option = Object.keys(options).find((name) => options[name].short === letters[at]);
    if (option === undefined) return [...found, { typed }];
    const rest = letters.slice(at + 1);
    if (options[option].value !== undefined) {
      return [...found, { typed, option, ...(rest !== "" && { value: rest.replace(/^=/, "") }) }];
    }
    found.push({ typed, option });
  }
  return found;
}

/** The next word, as a value. */
function follower(word: string | undefined, options: Options): string | undefined {
  const isOption =
    word?.startsWith("--") || Object.values(options).some(({ short }) => short !== undefined && word === `-${short}`);
  return isOption ? undefined : word;
}

const isNumber = (word: string): boolean => /^-(\d+(\.\d+)?|\.\d+)$/.test(word);
