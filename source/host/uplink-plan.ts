/**
 * Which ports of the host lead into the machine, and where guests may connect to. Nothing does and nothing may unless it is
 * said:
 *
 *     8080:web:80            connections to 127.0.0.1:8080 reach port 80 of the VM named web
 *     9000:arena:9000/udp    datagrams, likewise
 *     example.org:80         guests may connect to it, by way of the supervisor
 *     192.0.2.1:123/udp      guests may send it datagrams, and get the answers
 */

import { UserError } from "../kernel/index.js";
import { MAXIMUM_DESTINATIONS } from "./params.js";

export type Transport = "tcp" | "udp";

export interface PublishedPort {
  readonly hostPort: number;
  /** Name of the VM. */
  readonly vm: string;
  readonly vmPort: number;
  readonly transport: Transport;
  /** A courtesy that gives way: where somebody else has the port, the operator is told, and that is all. */
  readonly ifFree?: boolean;
}

export interface OutboundHost {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
}

/** The supervisor's own interface: ports of the host, and what clients must show there. */
export interface ControlPorts {
  /** HTTP with JSON. */
  readonly http?: number;
  readonly telnet?: number;
  readonly token: string;
}

/** Ports of the supervisor itself, as its program has them. */
export const SUPERVISOR_HTTP = 80;
export const SUPERVISOR_TELNET = 23;
/** What a published port that leads to the supervisor itself has for a VM's name; no VM can have it. */
export const SUPERVISOR_ITSELF = "";

export interface UplinkPlan {
  readonly publish: readonly PublishedPort[];
  readonly outbound: readonly OutboundHost[];
  readonly control?: ControlPorts;
  /** What the operator is to be told of it, a line each. */
  readonly remarks?: readonly string[];
}

/** All ports of the host that lead inside, those of the control interface behind the others. */
export function publishedPorts({ publish, control }: UplinkPlan): readonly PublishedPort[] {
  const itself = (hostPort: number | undefined, vmPort: number): PublishedPort[] =>
    hostPort === undefined ? [] : [{ hostPort, vm: SUPERVISOR_ITSELF, vmPort, transport: "tcp" }];
  return [...publish, ...itself(control?.http, SUPERVISOR_HTTP), ...itself(control?.telnet, SUPERVISOR_TELNET)];
}

/** Of the ports with the same key only one can be published. */
export const portKey = ({ hostPort, transport }: PublishedPort): string => `${hostPort}/${transport}`;

/** Longest names that fit the records of the uplink device, their NULs excluded. */
const LONGEST_VM_NAME = 31;
const LONGEST_HOST_NAME = 63;

/** @param what named in the error @throws UserError */
export function parsePublish(text: string, what: string): PublishedPort {
  const match = /^(\d+):([^:\s]+):(\d+)(?:\/(tcp|udp))?$/.exec(text);
  if (!match || Buffer.byteLength(match[2]) > LONGEST_VM_NAME) {
    throw new UserError(`${what} is '${text}'; give HOSTPORT:VM:PORT, as 8080:web:80, or with /udp behind it`);
  }
  const [, hostPort, vm, vmPort, transport = "tcp"] = match;
  return {
    hostPort: parsePort(hostPort, what),
    vm,
    vmPort: parsePort(vmPort, what),
    transport: transport as Transport,
  };
}

/** @param what named in the error @throws UserError */
export function parseOutbound(text: string, what: string): OutboundHost {
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):(\d+)(?:\/(tcp|udp))?$/.exec(text);
  if (!match || match[1].length > LONGEST_HOST_NAME) {
    throw new UserError(`${what} is '${text}'; give HOST:PORT, as example.org:80, or with /udp behind it`);
  }
  const [, host, number, transport = "tcp"] = match;
  return { host, port: parsePort(number, what), transport: transport as Transport };
}

/** What guests find at the supervisor besides ways out: its DNS and its DHCP. */
const SERVICES = new Map([
  ["53/udp", "DNS"],
  ["67/udp", "DHCP"],
]);

/** @throws UserError where two entries exclude each other, or the supervisor has no place for one */
export function checkPlan(plan: UplinkPlan): UplinkPlan {
  refuseUnreachable(plan.outbound);
  refuseTwice(publishedPorts(plan).map(portKey), (twice) => `port ${twice} is published twice; give each its own`);
  refuseTwice(
    plan.outbound.map((destination) => `${destination.port}/${destination.transport}`),
    (twice) =>
      `two allowed destinations have the port ${twice}; guests reach them at the supervisor by it, so give one`,
  );
  return plan;
}

/** @throws UserError for what would be allowed, and never reached by a guest */
function refuseUnreachable(outbound: readonly OutboundHost[]): void {
  for (const { host, port, transport } of outbound) {
    const service = SERVICES.get(`${port}/${transport}`);
    if (!service) continue;
    const text = `${host}:${port}/${transport}`;
    throw new UserError(
      `${text} cannot be allowed: guests find the supervisor's own ${service} at that port; leave it out`,
    );
  }
  if (outbound.length > MAXIMUM_DESTINATIONS) {
    throw new UserError(`${outbound.length} destinations are allowed; allow at most ${MAXIMUM_DESTINATIONS}`);
  }
}

export const isEmptyPlan = (plan: UplinkPlan): boolean => publishedPorts(plan).length + plan.outbound.length === 0;

/** Whether nothing in it was asked for: only ports that are published where they are free. */
export const isCourtesy = (plan: UplinkPlan): boolean =>
  plan.outbound.length === 0 && publishedPorts(plan).every((port) => port.ifFree);

function refuseTwice(keys: readonly string[], message: (key: string) => string): void {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new UserError(message(twice));
}

/** @param what named in the error @throws UserError */
export function parsePort(text: string, what: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 65_535) return number;
  throw new UserError(`${what}: ${text} is no port; give 1 to 65535`);
}
