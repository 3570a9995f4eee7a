/** `denali man`: the manual page, made from the commands' declarations and the key table (man(7) macros). */

import { KEY_BINDINGS } from "../ui/key-bindings.js";
import { COMMAND_SPECS, type PLAIN_COMMANDS } from "./all.js";
import { type CommandSpec, HELP_OPTION, type OptionSpec } from "./arguments.js";
import { runCommand, version } from "./command.js";
import { spec as completion } from "./completion.js";
import { print } from "./output.js";

export const spec: CommandSpec = {
  usage: "man",
  about: `Prints the manual page: denali man | man -l -`,
  options: {},
  inputs: [0, 0],
};

/** Of the first step of the command line, which needs no declaration of it. */
const help: CommandSpec = {
  usage: "help [COMMAND]",
  about: "Shows what --help shows, of denali itself or of COMMAND.",
  options: {},
  inputs: [0, 1],
};

const PLAIN: Readonly<Record<(typeof PLAIN_COMMANDS)[number], CommandSpec>> = { completion, man: spec, help };

export const main = (argv: readonly string[]): Promise<number> => runCommand({ spec, execute }, argv);

async function execute(): Promise<number> {
  return print(manualPage(version()));
}

export function manualPage(versionNumber: string): string {
  const commands = Object.entries({ ...COMMAND_SPECS, ...PLAIN });
  return [
    `.TH DENALI 1 "" "denali-vmm ${text(versionNumber)}" "User Commands"`,
    ".SH NAME",
    "denali \\- the Denali isolation kernel as a live virtual machine monitor",
    ".SH SYNOPSIS",
    ...commands.flatMap(([, { usage }], index) => [...(index > 0 ? [".br"] : []), `.B denali`, text(usage)]),
    ...commands.flatMap(([name, command]) => section(name, command)),
    ".SH KEYS",
    "Of the monitor, unless they were remapped:",
    ...KEY_BINDINGS.flatMap(({ label, help }) => (help ? [".TP 10", `.B ${text(label)}`, text(help)] : [])),
    ".SH FILES",
    ".TP",
    ".I $XDG_CONFIG_HOME/denali/settings.json",
    "Settings: remapped keys, theme, mouse, and what the monitor remembers.",
    ".TP",
    ".I $XDG_STATE_HOME/denali",
    "Virtual disks, which outlive their VMs, and the swap file.",
    ".TP",
    ".I $XDG_CACHE_HOME/denali",
    "What the translator made of images, at most 256 MB; it can be removed at any time.",
    ".PP",
    `Where these variables are not set, they stand for ${[".config", ".local/state", ".cache"].map(inHome).join(", ")}.`,
    ".SH ENVIRONMENT",
    ".TP",
    ".B NO_COLOR",
    "Where it is set, nothing is coloured.",
    ".TP",
    ".B LC_ALL, LC_CTYPE, LANG",
    "Where they name a locale that is not UTF\\-8, the monitor draws with ASCII alone.",
    ".SH EXIT STATUS",
    "0; 1 for a failure; 2 for a command line that makes no sense; 129, 130 and 143 after SIGHUP, SIGINT (Ctrl\\-C) and SIGTERM;",
    "141 where whoever read the output went away; of",
    ".B denali exec",
    "that of the guest, 139 where it crashed.",
    "",
  ].join("\n");
}

function section(name: string, { about, options, notes }: CommandSpec): string[] {
  const all: [string, OptionSpec][] = [...Object.entries(options), ["help", HELP_OPTION]];
  return [
    `.SH ${name === "" ? "THE MONITOR" : `DENALI ${name.toUpperCase()}`}`,
    // As it stands: it is laid out in lines.
    ".nf",
    ...about.split("\n").map(text),
    ".fi",
    ...all.flatMap(([option, { short, value, description }]) => [
      ".TP",
      `.B ${text(`${short ? `-${short}, ` : ""}--${option}`)}${value ? ` \\fI${text(value)}\\fR` : ""}`,
      text(description),
    ]),
    ...(notes ? [".PP", text(notes)] : []),
  ];
}

/** A folder of a person's; troff has a sign of its own for the tilde of paths. */
function inHome(folder: string): string {
  return `\\fI\\(ti/${text(folder)}\\fR`;
}

/** Nothing in it is a request or an escape; hyphens stay what they are when they are copied. */
function text(plain: string): string {
  const safe = plain.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}
