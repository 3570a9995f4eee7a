/** What comes into the machine and goes out of it through the supervisor: published ports, destinations, the control interface. */

import type { CarriedRate, DestinationRate, PortRate, UplinkRates } from "../../inspector.js";
import { rule } from "../facts.js";
import { type Line, muted, padEnd, span } from "../span.js";
import { bytes, count } from "../units.js";

/** Ports, and destinations, that are listed; more are counted. */
const LISTED = 6;

/** Cells of a row's figures. */
const FIGURES = 46;

/** Nothing where nothing is published. */
export function publishedPorts({ ports, outbound, control }: UplinkRates, width: number): Line[] {
  if (ports.length + outbound.length === 0) return [];
  const name = Math.max(18, Math.min(44, width - FIGURES));
  const destinations = outbound.length > 0 ? `, destinations of guests (${outbound.length})` : "";
  return [
    rule(`through the supervisor: published ports (${ports.length})${destinations}`, width),
    [muted(`${padEnd("", name)}  open   all   in B/s  out B/s      in     out`)],
    ...listed(ports, portName, name),
    ...listed(outbound, destinationName, name),
    ...(control ? [[muted("token of the control interface "), span(control.token)]] : []),
  ];
}

function listed<Port extends CarriedRate>(all: readonly Port[], nameOf: (port: Port) => string, name: number): Line[] {
  return [
    ...all.slice(0, LISTED).map((port) => carriedLine(nameOf(port), port, name)),
    ...(all.length > LISTED ? [[muted(`and ${all.length - LISTED} more`)]] : []),
  ];
}

function carriedLine(label: string, port: CarriedRate, name: number): Line {
  const busy = port.receivedPerSecond + port.sentPerSecond > 0;
  const figures =
    count(port.open).padStart(6) +
    count(port.total).padStart(6) +
    bytes(port.receivedPerSecond).padStart(9) +
    bytes(port.sentPerSecond).padStart(9) +
    bytes(port.received).padStart(8) +
    bytes(port.sent).padStart(8);
  return [span(padEnd(label, name), "title"), span(figures, busy ? undefined : "muted")];
}

/** `127.0.0.1:8080 → web:80`, or what of the supervisor itself it leads to. */
function portName({ hostPort, vm, vmPort, transport }: PortRate): string {
  const itself = vmPort === 23 ? "control, telnet" : "control, HTTP";
  const inside = vm === "" ? itself : `${vm}:${vmPort}`;
  return `127.0.0.1:${hostPort}${transport === "udp" ? "/udp" : ""} → ${inside}`;
}

function destinationName({ host, port, transport }: DestinationRate): string {
  return `guests → ${host}:${port}${transport === "udp" ? "/udp" : ""}`;
}
