/** The VMs of a fleet: what they are called, and creating them. */

import { basename } from "node:path";
import { nameFrom, UserError, type VmSpec } from "../kernel/index.js";
import type { Fleet } from "./fleet.js";

/** Creates a fleet's VMs; answers their ids. @throws UserError that begins with the place in the file of a VM that is refused */
export async function spawnFleet(
  kernel: { spawn(spec: VmSpec): Promise<number[]> },
  { vms, places }: Fleet,
): Promise<number[]> {
  const ids = await Promise.all(
    vms.map((vm, index) =>
      kernel.spawn(vm).catch((error) => {
        const place = places?.[index];
        throw place !== undefined && error instanceof UserError ? new UserError(`${place}: ${error.message}`) : error;
      }),
    ),
  );
  return ids.flat();
}

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
