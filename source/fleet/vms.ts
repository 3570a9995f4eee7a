/** What the VMs of a fleet are called. */

import { basename } from "node:path";
import { nameFrom, type VmSpec } from "../kernel/index.js";
import type { Fleet } from "./fleet.js";

/** Names that the fleet gives, those that tell several of one name apart left out. */
export function givenNames({ vms }: Fleet): string[] {
  return [...new Set(vms.map(nameOf))];
}

/** Whether a VM of that name is there when the fleet has started. */
export function startsVm({ vms }: Fleet, name: string): boolean {
  const [, base, number] = /^(.+)-(\d+)$/.exec(name) ?? [];
  const named = (wanted: string | undefined) => vms.filter((vm) => nameOf(vm) === wanted);
  // Several of one name are told apart by -2, -3 and so on.
  const several = named(base).reduce((sum, { count = 1 }) => sum + count, 0);
  return named(name).length > 0 || (Number(number) >= 2 && Number(number) <= several);
}

function nameOf({ name, image }: VmSpec): string {
  return name ?? nameFrom(basename(image).replace(/\.elf$/, ""));
}
