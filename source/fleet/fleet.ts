/**
 * Fleet files: which VMs to start, and on what machine.
 *
 *     memory-budget: 64MiB
 *     quantum: 5ms
 *     vms:
 *       - image: ticker
 *         count: 8
 *       - { image: disk, disks: [{ name: notes, blocks: 64 }] }
 *
 * A file is taken whole or refused whole, with its line and the key that is wrong.
 */

import { readFileSync } from "node:fs";
import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, type YAMLError } from "yaml";
import type * as z from "zod";
import { defined } from "../defined.js";
import { hostReason } from "../host/reasons.js";
import type { OutboundHost, PublishedPort } from "../host/uplink-plan.js";
import { type IdleMode, type InterruptMode, type Quantum, UserError, type VmSpec } from "../kernel/index.js";
import { nearest } from "./nearest.js";
import { DEFAULT_DISK_BLOCKS } from "./params.js";
import { type FleetDocument, fleetSchema } from "./schema.js";

/** A fleet: what is left out is the kernel's choice. */
export interface Fleet {
  readonly memoryBudget?: number;
  readonly swapBlock?: number;
  readonly swapCache?: string;
  readonly swapIops?: number;
  readonly quantum?: Quantum;
  readonly policy?: string;
  readonly interrupts?: InterruptMode;
  readonly idle?: IdleMode;
  readonly seed?: number;
  readonly publish?: readonly PublishedPort[];
  readonly publishIfFree?: readonly PublishedPort[];
  readonly allowOutbound?: readonly OutboundHost[];
  readonly vms: readonly VmSpec[];
  /** Where each VM stands in the file, for errors: `fleet.yaml:3: vms[1]`. */
  readonly places?: readonly string[];
}

/** @throws UserError `FILE:LINE: KEY what is wrong` */
export function readFleet(file: string): Fleet {
  return parseFleet(readText(file), file);
}

/** @param file the name to be used in errors */
export function parseFleet(text: string, file: string): Fleet {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken) throw new UserError(`${file}:${lines.linePos(broken.pos[0]).line}: ${reasonOf(broken)}`);
  const checked = fleetSchema.safeParse(withArgumentsAsWritten(plainValue(document, file), text));
  const place = (node: Node | undefined) => `${file}:${node?.range ? lines.linePos(node.range[0]).line : 1}`;
  if (checked.success) {
    const fleet = toFleet(checked.data);
    return {
      ...fleet,
      places: fleet.vms.map((_, index) => `${place(nodeAt(document, ["vms", index]))}: vms[${index}]`),
    };
  }
  const { node, problem } = explain(document, mostTelling(checked.error.issues));
  throw new UserError(`${place(node)}: ${problem}`);
}

function reasonOf(broken: YAMLError): string {
  if (broken.code === "MULTIPLE_DOCS") return "a second document begins here; a fleet file has one";
  return broken.message.split("\n")[0].replace(/ at line \d+, column \d+:?$/, "");
}

/** Only here does the parser notice an alias without its anchor, and aliases of aliases that would fill the memory. */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}

/**
 * YAML takes `1.10`, `007` and `True` for what they look like; an argument is the text that the file has. An item without any
 * text is left for the check to refuse.
 */
function withArgumentsAsWritten(value: unknown, text: string): unknown {
  const written = listIn(parseDocument(text, { schema: "failsafe" }).toJS(), "vms");
  listIn(value, "vms").forEach((vm, index) => {
    const texts = listIn(written[index], "arguments");
    const given = listIn(vm, "arguments");
    texts.forEach((text, place) => {
      if (typeof text === "string" && text !== "") given[place] = text;
    });
  });
  return value;
}

function listIn(value: unknown, key: string): unknown[] {
  const list = (value as Record<string, unknown> | null | undefined)?.[key];
  return Array.isArray(list) ? list : [];
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`cannot read the fleet file ${file}: ${hostReason(error)}`);
  }
}

function toFleet(document: FleetDocument): Fleet {
  const {
    vms,
    "memory-budget": memoryBudget,
    "swap-block": swapBlock,
    "swap-cache": swapCache,
    "swap-iops": swapIops,
    "allow-outbound": allowOutbound,
    "publish-if-free": publishIfFree,
    ...others
  } = document;
  return {
    ...defined({ memoryBudget, swapBlock, swapCache, swapIops, allowOutbound, publishIfFree, ...others }),
    vms: vms.map(toVm),
  };
}

function toVm(vm: FleetDocument["vms"][number]): VmSpec {
  const disks = vm.disks?.map((disk) => ({
    name: disk.name,
    blocks: disk.blocks ?? DEFAULT_DISK_BLOCKS,
    readOnly: disk["read-only"] ?? false,
    ...(disk["if-free"] && { ifFree: true }),
  }));
  return { ...defined({ ...vm, disks }), image: vm.image };
}

/** A key that is not known comes before others: what is missing may be what was meant by it. */
function mostTelling(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  return issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
}

/** Where an issue stands in the file, and one phrase that says what it is. */
function explain(document: Document, issue: z.core.$ZodIssue): { node: Node | undefined; problem: string } {
  const path = issue.path as (string | number)[];
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0];
    const guess = nearest(key, knownKeys(path));
    const hint = guess ? `did you mean ${guess}?` : `known keys: ${knownKeys(path).join(", ")}`;
    return { node: keyNode(document, path, key), problem: `unknown key ${key}${where(path)}; ${hint}` };
  }
  const node = nodeAt(document, path);
  const problem = node || path.length === 0 ? issue.message : "is missing";
  return {
    node: node ?? nodeAt(document, path.slice(0, -1)),
    problem: `${keyName(path)}${problem.startsWith(":") ? "" : " "}${problem}`,
  };
}

function knownKeys(path: readonly (string | number)[]): string[] {
  const { vms } = fleetSchema.shape;
  const vm = vms.element.shape;
  if (path.length === 0) return Object.keys(fleetSchema.shape);
  return Object.keys(path.includes("disks") ? vm.disks.unwrap().element.shape : vm);
}

/** `vms[2].memory`, or what stands for the whole file. */
function keyName(path: readonly (string | number)[]): string {
  const name = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return name === "" ? "the file" : name.replace(/^\./, "");
}

function where(path: readonly (string | number)[]): string {
  return path.length === 0 ? "" : ` in ${keyName(path)}`;
}

function nodeAt(document: Document, path: readonly (string | number)[]): Node | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node : undefined;
}

function keyNode(document: Document, path: readonly (string | number)[], key: string): Node | undefined {
  const map = nodeAt(document, path);
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
  return isNode(pair?.key) ? pair.key : map;
}
