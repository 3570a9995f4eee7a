/**
 * What a fleet file may say. Keys are spelled as in the file; {@link FleetDocument} is what the check makes of them:
 * sizes in bytes, quanta as the kernel takes them.
 */

import * as z from "zod";
import { parseOutbound, parsePublish } from "../host/uplink-plan.js";
import {
  checkDisk,
  checkOptions,
  ENGINE_NAMES,
  IDLE_MODES,
  INTERRUPT_MODES,
  SWAP_CACHES,
  UserError,
} from "../kernel/index.js";
import { parseMemoryBudget, parseQuantum, parseSwapBlock, parseVmMemory } from "../units.js";
import { DEFAULT_DISK_BLOCKS } from "./params.js";

/** Text with a unit; a plain number is taken as its text. */
function measured<T>(parse: (text: string, what: string) => T) {
  return z.union([z.string(), z.number()], { error: "must be a number with a unit" }).transform((value, context) => {
    try {
      return parse(String(value), "it");
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      context.issues.push({
        code: "custom",
        message: error.message.replace(/^it is/, "is").replace(/^it: /, ": "),
        input: value,
      });
      return z.NEVER;
    }
  });
}

/** The check that the kernel makes of it as well, when it boots or a VM is to be created; here the error has a line. */
function inKernel<T extends z.ZodType>(schema: T, check: (value: z.output<T>) => void): T {
  return schema.superRefine((value, context) => {
    try {
      check(value);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      context.addIssue({ code: "custom", message: `: ${error.message}` });
    }
  });
}

const text = z.string({ error: "must be text" }).min(1, { error: "must not be empty" });
const count = (least: number) =>
  z.int({ error: "must be a whole number" }).min(least, { error: `must be at least ${least}` });

const disk = inKernel(
  z.strictObject(
    {
      name: text,
      blocks: count(1).optional(),
      "read-only": z.boolean({ error: "must be true or false" }).optional(),
      "if-free": z.boolean({ error: "must be true or false" }).optional(),
    },
    { error: expected("a disk: name, blocks, read-only, if-free") },
  ),
  ({ name, blocks = DEFAULT_DISK_BLOCKS }) => checkDisk({ name, blocks }),
);

const vm = z.strictObject(
  {
    image: text,
    name: text.regex(/[^0-9]/, { error: "must not be digits alone, as VMs' numbers are" }).optional(),
    count: count(1).optional(),
    memory: measured(parseVmMemory).optional(),
    arguments: z.array(z.string({ error: "must be text" }), { error: "must be a list" }).optional(),
    disks: z.array(disk, { error: "must be a list" }).optional(),
    network: text.optional(),
    tickets: count(1).optional(),
    engine: z.enum(ENGINE_NAMES, { error: `must be ${ENGINE_NAMES.join(" or ")}` }).optional(),
  },
  { error: expected("a VM: image, name, count, memory, arguments, disks, network, tickets, engine") },
);

export const fleetSchema = z.strictObject(
  {
    "memory-budget": inKernel(measured(parseMemoryBudget), (memoryBudget) => checkOptions({ memoryBudget })).optional(),
    "swap-block": inKernel(measured(parseSwapBlock), (swapBlock) => checkOptions({ swapBlock })).optional(),
    "swap-cache": z.enum(SWAP_CACHES, { error: `must be ${SWAP_CACHES.join(" or ")}` }).optional(),
    "swap-iops": inKernel(count(1), (swapIops) => checkOptions({ swapIops })).optional(),
    quantum: inKernel(measured(parseQuantum), (quantum) => checkOptions({ quantum })).optional(),
    policy: inKernel(text, (policy) => checkOptions({ policy })).optional(),
    interrupts: z.enum(INTERRUPT_MODES, { error: `must be ${INTERRUPT_MODES.join(" or ")}` }).optional(),
    idle: z.enum(IDLE_MODES, { error: `must be ${IDLE_MODES.join(" or ")}` }).optional(),
    seed: count(0).optional(),
    publish: z.array(measured(parsePublish), { error: "must be a list" }).optional(),
    "publish-if-free": z.array(measured(parsePublish), { error: "must be a list" }).optional(),
    "allow-outbound": z.array(measured(parseOutbound), { error: "must be a list" }).optional(),
    vms: z.array(vm, { error: missingOr("must be a list of VMs") }).min(1, { error: "must name at least one VM" }),
  },
  { error: expected("a map with the key vms") },
);

export type FleetDocument = z.output<typeof fleetSchema>;

/** Says what was expected where something else stands; issues of other kinds are worded by the caller. */
function expected(what: string) {
  return (issue: { code?: string }) => (issue.code === "invalid_type" ? `must be ${what}` : undefined);
}

function missingOr(message: string) {
  return (issue: { input?: unknown }) => (issue.input === undefined ? "is missing" : message);
}
