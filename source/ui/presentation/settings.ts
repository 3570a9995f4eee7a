/** The machine's settings, declared once: how each is shown, and how a change of it is told. */

import type { MachineFigures } from "../../host/figures.js";
import { IDLE_MODES, INTERRUPT_MODES } from "../../kernel/index.js";
import { bytes, time } from "./units.js";

export const SETTINGS = ["quantum", "policy", "interrupts", "idle", "memory budget"] as const;
export type SettingName = (typeof SETTINGS)[number];

/** What a setting is for, one line. */
export const SETTING_HELP: Readonly<Record<SettingName, string>> = {
  quantum: "how long a VM may keep the CPU",
  policy: "who is next: each in turn, or by tickets",
  interrupts: "batched when it runs, or each at once",
  idle: "idle VMs leave the CPU, or use it up",
  "memory budget": "VMs in core at once; others are swapped",
};

/** @param nanoseconds 0 where it is a number of instructions */
export function quantumText(nanoseconds: number): string {
  return nanoseconds > 0 ? time(nanoseconds) : "by instructions";
}

/** A setting as people read it. */
export function showSetting(name: SettingName, machine: MachineFigures, policies: readonly string[]): string {
  switch (name) {
    case "quantum":
      return quantumText(machine.quantum);
    case "policy":
      return policies[machine.policy] ?? "";
    case "interrupts":
      return INTERRUPT_MODES[machine.interruptMode] ?? "";
    case "idle":
      return IDLE_MODES[machine.idleMode] ?? "";
    case "memory budget":
      return bytes(machine.memoryBudget);
  }
}

/** What changed between two moments, as `quantum 5 ms → 10 ms`. */
export function settingChanges(before: MachineFigures, now: MachineFigures, policies: readonly string[]): string[] {
  return SETTINGS.flatMap((name) => {
    const from = showSetting(name, before, policies);
    const to = showSetting(name, now, policies);
    return from === to ? [] : [`${name} ${from} → ${to}`];
  });
}
