/** What the VMs of a fleet are called. */

import { basename } from "node:path";
import { nameFrom, type VmSpec } from "../kernel/index.js";
import type { Fleet } from "./fleet.js";

/** Names that the fleet gives, those that tell several of one name apart left out. */
export function givenNames({ vms }: Fleet): string[] {
  return [...new Set(vms.map(nameOf))];
}

/** What the fleet says of the VM that has that name when it has started; undefined where it starts none. */
export function startedVm({ vms }: Fleet, name: string): VmSpec | undefined {
  const named = (wanted: string | undefined) => vms.filter((vm) => nameOf(vm) === wanted);
  const [own] = named(name);
  const [, base, number] = /^(.+)-(\d+)$/.exec(name) ?? [];
  return own ?? (Number(number) >= 2 ? nth(named(base), Number(number)) : undefined);
}

/** Several of one name are told apart by -2, -3 and so on, in the order of the file. */
function nth(vms: readonly VmSpec[], number: number): VmSpec | undefined {
  let last = 0;
  return vms.find(({ count = 1 }) => {
    last += count;
    return number <= last;
  });
}

function nameOf({ name, image }: VmSpec): string {
  return name ?? nameFrom(basename(image).replace(/\.elf$/, ""));
}
