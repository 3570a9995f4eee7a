/** What comes into the machine and goes out of it through the supervisor: published ports, destinations, the control interface. */

import type { CarriedRate, DestinationRate, OutsideRate, PortRate, UplinkRates } from "../../inspector.js";
import { rule } from "../facts.js";
import { type Line, muted, padEnd, span } from "../span.js";
import { bytes, count } from "../units.js";

/** Ports, and destinations, that are listed; more are counted. */
const LISTED = 6;

/** Lines of the view for each line of who talks with the outside. */
const LINES_A_FLOW = 8;

/** Cells of a row's figures. */
const FIGURES = 46;

interface Circumstances {
  /** Whether the supervisor lives, which all of it goes through. */
  readonly supervised: boolean;
  /** Why nobody knows what goes through now, where that is so. */
  readonly unknown: string | undefined;
}

/** Nothing where nothing is published. */
export function publishedPorts(
  { ports, outbound, flows, control }: UplinkRates,
  { supervised, unknown }: Circumstances,
  width: number,
  height: number,
): Line[] {
  if (ports.length + outbound.length === 0) return [];
  const name = Math.max(18, Math.min(44, width - FIGURES));
  const token: Line[] = control ? [[muted("token of the control interface "), span(control.token)]] : [];
  if (unknown) return [rule("through the supervisor", width), [muted(unknown)], ...token];
  const destinations = outbound.length > 0 ? `, destinations of guests (${outbound.length})` : "";
  return [
    rule(`through the supervisor: published ports (${ports.length})${destinations}`, width),
    ...(supervised ? [] : [[span("the supervisor has ended: nobody answers here any more", "bad")]]),
    [muted(`${padEnd("", name)}  open   all   in B/s  out B/s      in     out`)],
    ...listed(ports, portName, name),
    ...listed(outbound, destinationName, name),
    ...talkers(flows, name, Math.max(2, Math.floor(height / LINES_A_FLOW))),
    ...token,
  ];
}

function listed<Port extends CarriedRate>(all: readonly Port[], nameOf: (port: Port) => string, name: number): Line[] {
  return [
    ...all.slice(0, LISTED).map((port) => carriedLine(nameOf(port), port, name)),
    ...(all.length > LISTED ? [[muted(`and ${all.length - LISTED} more`)]] : []),
  ];
}

/** Clients that are connected, and VMs that went out, or did since the last look, by their rate. @param most lines of them */
function talkers(flows: readonly OutsideRate[], name: number, most: number): Line[] {
  const weight = (flow: OutsideRate) => flow.receivedPerSecond + flow.sentPerSecond;
  const shown = flows
    .filter((flow) => flow.open || weight(flow) > 0)
    .sort((left, right) => weight(right) - weight(left) || right.sent - left.sent || left.number - right.number);
  if (shown.length === 0) return [];
  const more = shown.length > most ? `, the ${most} busiest` : "";
  return [
    [muted(`who talks with the outside${more} (${shown.length})`)],
    ...shown.slice(0, most).map((flow): Line => {
      const figures = (flow.open ? "open" : "closed").padStart(12) + bothWays(flow);
      return [span(padEnd(flowName(flow), name), "title"), span(figures, weight(flow) > 0 ? undefined : "muted")];
    }),
  ];
}

/** Rates and sums, in and out. */
const bothWays = ({ receivedPerSecond, sentPerSecond, received, sent }: Omit<CarriedRate, "open" | "total">): string =>
  bytes(receivedPerSecond).padStart(9) +
  bytes(sentPerSecond).padStart(9) +
  bytes(received).padStart(8) +
  bytes(sent).padStart(8);

function carriedLine(label: string, port: CarriedRate, name: number): Line {
  const busy = port.receivedPerSecond + port.sentPerSecond > 0;
  const figures = count(port.open).padStart(6) + count(port.total).padStart(6) + bothWays(port);
  return [span(padEnd(label, name), "title"), span(figures, busy ? undefined : "muted")];
}

/** `127.0.0.1:8080 → web:80`, or what of the supervisor itself it leads to. */
function portName(port: PortRate): string {
  return `127.0.0.1:${port.hostPort}${suffix(port)} → ${insideName(port)}`;
}

/** `127.0.0.1:50000 → web:80`, or `web → example.org:80`, from who began it. */
function flowName(flow: OutsideRate): string {
  return flow.outward ? `${flow.vm} → ${flow.outside}${suffix(flow)}` : `${flow.outside} → ${insideName(flow)}`;
}

function insideName({ vm, vmPort }: Pick<OutsideRate, "vm" | "vmPort">): string {
  if (vm !== "") return `${vm}:${vmPort}`;
  return vmPort === 23 ? "control, telnet" : "control, HTTP";
}

function destinationName(destination: DestinationRate): string {
  return `guests → ${destination.host}:${destination.port}${suffix(destination)}`;
}

const suffix = ({ transport }: Pick<PortRate, "transport">): string => (transport === "udp" ? "/udp" : "");
