/** `denali completion`: a shell's completion of commands and options, made from their declarations. */

import { COMMAND_SPECS, PLAIN_COMMANDS, SHELLS } from "./all.js";
import type { Arguments, CommandSpec, OptionSpec } from "./arguments.js";
import { runCommand } from "./command.js";
import { print } from "./output.js";
import { UsageError } from "./usage-error.js";

export const spec: CommandSpec = {
  usage: "completion SHELL",
  about: `Prints what makes SHELL (${SHELLS.join(", ")}) complete the names of commands and
options, and files where files are wanted:

  bash   eval "$(denali completion bash)"                 in ~/.bashrc
  zsh    eval "$(denali completion zsh)"                  in ~/.zshrc
  fish   denali completion fish | source                  in config.fish`,
  options: {},
  inputs: [1, 1],
};

export const main = (argv: readonly string[]): Promise<number> => runCommand({ spec, execute }, argv);

async function execute(given: Arguments): Promise<number> {
  return print(completionFor(given.inputs[0]));
}

/** @throws UsageError for a shell that there is none for */
export function completionFor(shell: string): string {
  switch (shell) {
    case "bash":
      return bash();
    case "zsh":
      return zsh();
    case "fish":
      return fish();
    default:
      throw new UsageError(`there is no completion for '${shell}'; give ${SHELLS.join(", ")}`);
  }
}

const COMMANDS = [...Object.keys(COMMAND_SPECS).filter(Boolean), ...PLAIN_COMMANDS];

/** `--json`, and `-n` where there is one. */
function flags(command: CommandSpec): string[] {
  return [
    ...Object.entries(command.options).flatMap(([name, { short }]) => [`--${name}`, ...(short ? [`-${short}`] : [])]),
    "--help",
    "-h",
  ];
}

/** Options whose value is a file or a folder. */
function takesFile({ value }: OptionSpec): boolean {
  return value === "FILE" || value === "FOLDER";
}

function withValue(command: CommandSpec, wanted: (option: OptionSpec) => boolean): string[] {
  return Object.entries(command.options)
    .filter(([, option]) => option.value !== undefined && wanted(option))
    .flatMap(([name, { short }]) => [`--${name}`, ...(short ? [`-${short}`] : [])]);
}

function bash(): string {
  const cases = Object.entries(COMMAND_SPECS).map(([name, command]) => {
    const files = withValue(command, takesFile).join("|") || "-";
    const others = withValue(command, (option) => !takesFile(option)).join("|") || "-";
    return `    ${name === "" ? "*" : name})
      case "$previous" in
        ${files}) _denali_files "$word"; return ;;
        ${others}) return ;;
      esac
      words="${flags(command).join(" ")}" ;;`;
  });
  // The pattern * comes last.
  cases.push(cases.shift() as string);
  return `# denali, for bash
_denali_files() {
  # Line by line: names have spaces, and characters of patterns.
  local name
  COMPREPLY=()
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$1")
}
_denali() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words
  case "\${COMP_WORDS[1]}" in
    completion) COMPREPLY=($(compgen -W "${SHELLS.join(" ")}" -- "$word")); return ;;
${cases.join("\n")}
  esac
  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$word")); return; fi
  _denali_files "$word"
  if ((COMP_CWORD == 1)); then COMPREPLY+=($(compgen -W "${COMMANDS.join(" ")}" -- "$word")); fi
}
complete -o filenames -F _denali denali
`;
}

function zsh(): string {
  const quoted = (text: string) => text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, "\\$&");
  // A message, in which brackets stand for themselves: what is behind another colon would be run as a command.
  const message = (text: string) => text.replaceAll("'", "'\\''").replaceAll(":", "\\:");
  const options = (command: CommandSpec) =>
    [...Object.entries(command.options), ["help", { short: "h", description: "show this help" }] as const]
      .flatMap(([name, option]: readonly [string, OptionSpec]) => {
        const value =
          option.value === undefined ? "" : `:${message(option.value)}:${takesFile(option) ? "_files" : ""}`;
        const text = `[${quoted(option.description)}]${value}`;
        return [`'--${name}${text}'`, ...(option.short ? [`'-${option.short}${text}'`] : [])];
      })
      .join(" ");
  const cases = Object.entries(COMMAND_SPECS)
    .filter(([name]) => name !== "")
    .map(
      ([name, command]) => `    ${name}) shift words; ((CURRENT--)); _arguments ${options(command)} '*:file:_files' ;;`,
    );
  return `#compdef denali
# denali, for zsh
_denali() {
  case "\${words[2]}" in
    completion) _values shell ${SHELLS.join(" ")} ;;
${cases.join("\n")}
    *) _arguments ${options(COMMAND_SPECS[""])} '1:command or fleet:_denali_first' ;;
  esac
}
_denali_first() { _values command ${COMMANDS.join(" ")}; _files }
(( $+functions[compdef] )) && compdef _denali denali
`;
}

function fish(): string {
  const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = Object.entries(COMMAND_SPECS).flatMap(([command, { options }]) => {
    const condition = command === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${command}`;
    return Object.entries(options).map(([name, option]: [string, OptionSpec]) => {
      const short = option.short ? ` -s ${option.short}` : "";
      const value = option.value === undefined ? "" : takesFile(option) ? " -r -F" : " -x";
      return `complete -c denali -n '${condition}' -l ${name}${short}${value} -d ${quoted(option.description)}`;
    });
  });
  return `# denali, for fish
complete -c denali -n '__fish_use_subcommand' -a '${COMMANDS.join(" ")}'
complete -c denali -n '__fish_seen_subcommand_from completion' -x -a '${SHELLS.join(" ")}'
complete -c denali -s h -l help -d 'show this help'
${lines.join("\n")}
`;
}
