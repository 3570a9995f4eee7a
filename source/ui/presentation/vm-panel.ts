/** One VM from inside: who it is, registers, flags, the code at EIP, its vectors, its fault, its console. */

import type { VmFigures } from "../../host/figures.js";
import {
  type DisassemblyLine,
  type EngineName,
  INTERRUPT_COUNT,
  type VmInspection,
  type VmStateName,
} from "../../kernel/index.js";
import { consoleLines } from "./console-text.js";
import { rule } from "./facts.js";
import { beside, joined, type Line, muted, padEnd, type Span, span, strong } from "./span.js";
import { hasEnded, stateText } from "./states.js";
import { bytes, count, duration, percent, time, word } from "./units.js";

const REGISTER_NAMES = ["EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"];

/** Bits of EFLAGS, highest first (Intel SDM vol. 1, section 3.4.3). */
const FLAG_BITS = [
  ["OF", 11],
  ["DF", 10],
  ["SF", 7],
  ["ZF", 6],
  ["AF", 4],
  ["PF", 2],
  ["CF", 0],
] as const;

export interface VmPanelData {
  readonly vm: VmFigures;
  /** Undefined until the kernel answered. */
  readonly inspection: VmInspection | undefined;
  /** Registers at the inspection before, to show what changed. */
  readonly before: readonly number[] | undefined;
  /** Why the kernel will not answer, where it will not. */
  readonly unknown?: string | undefined;
}

/** Columns from which code and console stand beside the registers. */
const BESIDE = 72;
const ROOMY = 150;
/** Rows from which the vectors are shown too, and sections have titles. */
const TALL = 18;
/** Share of its block that the console may take from the code. */
const CONSOLE_SHARE = 0.45;
/** Lines of that block: who it is, registers, flags, end, engine, vectors and their titles. */
const MACHINE_LINES = 10 + INTERRUPT_COUNT;
/** Lines for code and console below the registers, before the vectors have a place there too. */
const CODE_LINES = 10;
/** Cells of the registers' block, and so of the rules in it. */
const RULE = 39;

/** Line at which there is room below the registers and vectors of a panel; undefined where there is none beside the code. */
export function freeLine(width: number, height: number): number | undefined {
  return width >= BESIDE && height >= TALL ? MACHINE_LINES : undefined;
}

export function vmPanel(data: VmPanelData, width: number, height: number): Line[] {
  const { inspection } = data;
  if (!inspection) return [identity(data.vm), [muted(data.unknown ?? "asking the kernel ...")]];
  if (width >= ROOMY) {
    const left = machineBlock(data, inspection, height);
    const rest = width - 62;
    return beside(left, codeAndConsole(inspection, rest, height), width, 60);
  }
  if (width >= BESIDE) {
    return beside(machineBlock(data, inspection, height), codeAndConsole(inspection, width - 41, height), width, 39);
  }
  const machine = machineBlock(data, inspection, height - CODE_LINES, width);
  if (height >= TALL) machine.push(rule("code", width));
  return [...machine, ...codeAndConsole(inspection, width, height - machine.length)];
}

function identity(vm: VmFigures): Line {
  return [strong(vm.name, "title"), muted("  "), span(stateText(vm.state), vm.state)];
}

/** Identity, registers, flags and, where the panel is tall, the vectors. */
function machineBlock(data: VmPanelData, inspection: VmInspection, height: number, width = RULE): Line[] {
  const { vm, before } = data;
  const lines: Line[] = [
    joined([
      [muted("image "), span(vm.image)],
      [muted("mem "), span(bytes(vm.memorySize))],
      [muted("up "), span(duration(vm.uptime))],
    ]),
    joined([
      [muted("mac "), span(inspection.macAddress)],
      [muted("net "), span(inspection.network || "none")],
    ]),
    ...registers(inspection, before),
    flags(inspection),
    end(data, inspection),
  ];
  if (height >= TALL) lines.push(engineLine(vm, inspection.engine), rule("interrupts", width), ...vectors(inspection));
  return lines;
}

/** Three to a line, EIP last; a changed one stands out. */
export function registers({ registers: values, eip }: VmInspection, before: readonly number[] | undefined): Line[] {
  const all = [...REGISTER_NAMES.map((name, index) => ({ name, value: values[index] })), { name: "EIP", value: eip }];
  const cell = (index: number): Line => {
    const { name, value } = all[index];
    const changed = before !== undefined && before[index] !== undefined && before[index] !== value;
    return [muted(`${name} `), changed ? strong(word(value), "changed") : span(word(value))];
  };
  return [0, 3, 6].map((first) => joined([cell(first), cell(first + 1), cell(first + 2)], " "));
}

/** `EFLAGS 00000246  odsZaPc interrupts on`: capitals are set. */
export function flags(inspection: VmInspection): Line {
  const { eflags } = inspection;
  const bits = FLAG_BITS.map(([name, bit]) =>
    (eflags >>> bit) & 1 ? span(name[0], "good", { bold: true }) : muted(name[0].toLowerCase()),
  );
  return [muted("EFLAGS "), span(word(eflags)), span("  "), ...bits, span(" "), interruptsWord(inspection)];
}

/** Whether interrupts are delivered: the register page says it, which cannot be read while the VM is not in core. */
function interruptsWord({ state, virtualRegisters: page }: VmInspection): Span {
  if (!page) return muted(hasEnded(state) ? "" : "interrupts ?");
  return page.interruptsEnabled !== 0 ? span("interrupts on", "good") : muted("interrupts off");
}

/** Whose vectors follow, and whether they are delivered. */
export function vectorsTitle({ name, state, virtualRegisters: page }: VmInspection): Line {
  const enabled = page ? (page.interruptsEnabled !== 0 ? "enabled" : "disabled") : withoutRegisters(state);
  return [strong(name, "title"), muted(`  ${enabled}`)];
}

/** Why a VM's virtual registers are not known. */
export function withoutRegisters(state: VmStateName): string {
  return hasEnded(state) ? "ended" : "not in core";
}

/**
 * How fast it runs, how much of that is translated, and what the translation took: `45.6M/s  99.8% as wasm  in 12 ms`.
 * @param engine that was asked for, where that is known: one that never translates, or that compares, is named
 */
export function engineLine(vm: VmFigures, engine?: EngineName): Line {
  const speed: Line = [span(`${count(vm.instructionsPerSecond)}/s`)];
  if (engine === "interpreter") return joined([speed, [muted(engine)]]);
  if (engine === "both") {
    return joined([speed, [muted("both engines")], [span(`${percent(vm.translatedPercent)}%`), muted(" as wasm")]]);
  }
  if (vm.translationMilliseconds === 0 && vm.translatedInstructions === 0)
    return joined([speed, [muted("interpreted")]]);
  return joined([
    speed,
    [span(`${percent(vm.translatedPercent)}%`), muted(" as wasm")],
    [muted(vm.translationKept ? "kept, " : "in "), span(time(vm.translationMilliseconds * 1e6))],
  ]);
}

/** What a VM waits for, or how it ended. */
function end({ vm }: VmPanelData, { fault, status, time: lookedAt, wakesAt }: VmInspection): Line {
  if (fault) return [strong(fault.cause, "crashed"), muted(" at "), span(word(fault.eip))];
  if (status !== undefined) return [muted("exit status "), strong(String(status), status === 0 ? "good" : "bad")];
  if (vm.state === "paused") return [span("paused by the operator", "paused")];
  if (wakesAt !== undefined) {
    // As it was then: by the next look most timers have come and were set anew.
    const wait = wakesAt - lookedAt;
    return wait > 0 ? [muted("timer due in "), span(time(wait))] : [muted("timer due now")];
  }
  return [muted("no timer set")];
}

export function vectors({ vectors: all, state }: VmInspection): Line[] {
  // Of a VM that has ended nothing is pending: what it had not taken was discarded.
  const ended = hasEnded(state);
  const row = (name: string, posted: string, delivered: string, pending: string) =>
    `${padEnd(name, 13)}${posted.padStart(7)}${delivered.padStart(7)}${pending.padStart(7)}`;
  return [
    [muted(row("vector", "posted", "deliv", ended ? "disc" : "pend"))],
    ...all.map((vector): Line => {
      const left = ended ? vector.posted - vector.delivered : vector.pending;
      const text = row(vector.name, count(vector.posted), count(vector.delivered), count(left));
      return [vector.pending > 0 ? span(text, "warning") : vector.posted > 0 ? span(text) : muted(text)];
    }),
  ];
}

/** What went wrong, the code around EIP, and below it as much of the console as there is room for. */
function codeAndConsole(inspection: VmInspection, width: number, height: number): Line[] {
  const { fault, disassembly, consoleTail } = inspection;
  const eip = fault?.eip ?? inspection.eip;
  const explained: Line[] = fault ? [[strong("✗ ", "crashed"), span(fault.detail || fault.cause, "crashed")]] : [];
  const text = consoleLines(consoleTail);
  const least = text.length === 0 ? 0 : Math.min(text.length + 1, Math.max(3, Math.floor(height * CONSOLE_SHARE)));
  const code = around(disassembly, eip, height - explained.length - least);
  const lines = [...explained, ...disassemblyLines(code, eip, fault !== undefined)];
  const room = height - lines.length - 1;
  if (text.length === 0 || room < 1) return lines;
  return [...lines, rule("console", width), ...text.slice(-room).map((line): Line => [span(line)])];
}

/** At most `room` lines with EIP's among them, a third of them before it. */
function around(lines: readonly DisassemblyLine[], eip: number, room: number): readonly DisassemblyLine[] {
  const at = Math.max(
    0,
    lines.findIndex(({ address }) => address === eip),
  );
  const first = Math.max(0, Math.min(at - Math.floor(room / 3), lines.length - room));
  return lines.slice(first, first + Math.max(0, room));
}

export function disassemblyLines(lines: readonly DisassemblyLine[], eip: number, crashed: boolean): Line[] {
  return lines.map((line): Line => {
    const here = line.address === eip;
    const tone = crashed ? "crashed" : "accent";
    const symbol = line.symbol ? [muted(`  ‹${line.symbol}›`)] : [];
    const { text } = line;
    return here
      ? [span("▸ ", tone), span(word(line.address), tone), span("  "), strong(text, tone), ...symbol]
      : [span("  "), muted(word(line.address)), span("  "), span(text), ...symbol];
  });
}
