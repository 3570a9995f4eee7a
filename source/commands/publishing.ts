/** The options that let connections in and out, and what a fleet file says of it besides. */

import { randomBytes } from "node:crypto";
import type { Fleet } from "../fleet/fleet.js";
import { nearest } from "../fleet/nearest.js";
import { givenNames, startedVm } from "../fleet/vms.js";
import {
  type ControlPorts,
  checkPlan,
  type PublishedPort,
  parseOutbound,
  parsePort,
  parsePublish,
  portKey,
  publishedPorts,
  type UplinkPlan,
} from "../host/uplink-plan.js";
import { DEFAULT_NETWORK } from "../kernel/index.js";
import type { Arguments, OptionSpec } from "./arguments.js";
import { asUsage, UsageError } from "./usage-error.js";

export const UPLINK_OPTIONS = {
  publish: { value: "P:VM:P", description: "port of 127.0.0.1, VM, its port; or P:VM:P/udp" },
  "allow-outbound": { value: "TO", description: "HOST:PORT that guests may reach; or HOST:PORT/udp" },
  control: {
    value: "PORT",
    description: "port of 127.0.0.1 to control VMs at, by HTTP",
    line: "control VMs at 127.0.0.1, by HTTP; --control-telnet PORT",
  },
  "control-telnet": { value: "PORT", description: "the same by telnet", told: true },
} satisfies Record<string, OptionSpec>;

/** Bytes of the token that clients of the control interface show: beyond guessing. */
const TOKEN_BYTES = 16;

/** Everything that the command line or the fleet asks for. @throws UserError where it makes no sense */
export function uplinkPlan(given: Arguments, fleet: Fleet): UplinkPlan {
  const own = asUsage(() => checkPlan(givenPlan(given)));
  const asked: UplinkPlan = {
    ...own,
    publish: [...(fleet.publish ?? []), ...own.publish],
    outbound: [...(fleet.allowOutbound ?? []), ...own.outbound],
  };
  const metrics = given.parsed("metrics", parsePort);
  if (metrics !== undefined && publishedPorts(asked).some((port) => portKey(port) === `${metrics}/tcp`)) {
    throw new UsageError(`port ${metrics} is wanted for --metrics and published as well; give each its own`);
  }
  const publish = [...asked.publish, ...courtesies(fleet, asked, metrics)];
  return checkPlan({ ...asked, publish, remarks: remarksOn(publish, fleet) });
}

/**
 * A VM may be spawned later, so that a port may lead to one that is not there yet, or not where the supervisor is; but it may be a slip.
 * Of a port that may be somebody else's, that is said instead.
 */
function remarksOn(publish: readonly PublishedPort[], fleet: Fleet): string[] {
  return publish.flatMap(({ hostPort, vm, transport, ifFree }) => {
    const problem = ifFree ? undefined : problemOf(vm, fleet);
    const port = `${hostPort}${transport === "udp" ? "/udp" : ""}`;
    return problem === undefined ? [] : [`port ${port} leads to '${vm}'${problem}`];
  });
}

/** Why clients of a port that leads to it find nobody; undefined where they may. */
function problemOf(vm: string, fleet: Fleet): string | undefined {
  const started = startedVm(fleet, vm);
  if (!started) {
    const guess = nearest(vm, givenNames(fleet));
    const hint = guess ? ` (did you mean ${guess}?)` : "";
    return `, and the fleet starts no such VM${hint}: nobody answers there until there is one`;
  }
  const { network = DEFAULT_NETWORK } = started;
  if (network === DEFAULT_NETWORK) return undefined;
  return ` on the Ethernet '${network}', and the supervisor is on '${DEFAULT_NETWORK}' alone: clients are refused; leave out that VM's network`;
}

function givenPlan(given: Arguments): UplinkPlan {
  const control = controlPorts(given);
  return {
    publish: given.parsedAll("publish", parsePublish),
    outbound: given.parsedAll("allow-outbound", parseOutbound),
    ...(control && { control }),
  };
}

/** What the fleet publishes where it is free, and nobody asked for it here. */
function courtesies({ publishIfFree = [] }: Fleet, asked: UplinkPlan, metrics: number | undefined): PublishedPort[] {
  const taken = new Set([...publishedPorts(asked).map(portKey), `${metrics}/tcp`]);
  return publishIfFree.filter((port) => !taken.has(portKey(port))).map((port) => ({ ...port, ifFree: true }));
}

function controlPorts(given: Arguments): ControlPorts | undefined {
  const http = given.parsed("control", parsePort);
  const telnet = given.parsed("control-telnet", parsePort);
  if (http === undefined && telnet === undefined) return undefined;
  return {
    ...(http !== undefined && { http }),
    ...(telnet !== undefined && { telnet }),
    token: randomBytes(TOKEN_BYTES).toString("hex"),
  };
}

/** Says on standard error where VMs can be controlled, and with which token; nothing where they cannot. */
export function tellControl({ control }: UplinkPlan): void {
  if (!control) return;
  const places = [
    ...(control.http === undefined ? [] : [`http://127.0.0.1:${control.http}/`]),
    ...(control.telnet === undefined ? [] : [`telnet 127.0.0.1 ${control.telnet}`]),
  ];
  process.stderr.write(`denali: control at ${places.join(" and ")}, token ${control.token}\n`);
}
