/** The Ethernets: who sends to whom, the rates of VMs, and what was lost. */

import type { FlowRate } from "../../inspector.js";
import { nameWidth, rule } from "../facts.js";
import { bar } from "../graph.js";
import { plot } from "../plot.js";
import { beside, type Line, muted, padEnd, span, strong } from "../span.js";
import { bytes, count, time } from "../units.js";
import { publishedPorts } from "./published.js";
import { notAsked, type ViewData } from "./view-data.js";

/** Ethernets that have a line; more are counted. */
const ETHERNETS = 4;

/** Cells from which two blocks stand beside each other. */
const BESIDE = 100;

export function networkView(data: ViewData, width: number, height: number): Line[] {
  const { dashboard, stretch } = data;
  const published = { supervised: dashboard.supervisor !== undefined, unknown: notAsked(data, "published ports are") };
  const lines = [...networks(data), ...publishedPorts(data.uplink, published, width, height)];
  const rows = Math.max(2, Math.min(6, Math.floor(height / 8)));
  const { lines: graph, largest } = plot(dashboard.history, "bytesSwitchedPerSecond", stretch, width, rows, {
    tone: "graph4",
  });
  lines.push(
    rule(`bytes a second, the last ${time(stretch.seconds * 1e9)}, at most ${bytes(largest)}B/s`, width),
    ...graph,
  );
  const left = height - lines.length;
  if (width < BESIDE) {
    const half = Math.floor(left / 2);
    const flows = flowTable(data, width, half);
    return [...lines, ...flows, ...talkers(data, width, left - flows.length)];
  }
  const half = Math.floor(width / 2) - 1;
  return [...lines, ...beside(flowTable(data, half, left), talkers(data, width - half - 2, left), width, half)];
}

function networks({ dashboard: { machine }, machine: inspected, state, capturing }: ViewData): Line[] {
  const all: Line = [
    muted("switched "),
    span(`${count(machine.packetsSwitchedPerSecond)} packets/s`),
    muted("   "),
    span(`${bytes(machine.bytesSwitchedPerSecond)}B/s`),
    muted("   dropped "),
    span(count(machine.packetsDropped), machine.packetsDropped > 0 ? "bad" : undefined),
    muted(`  ${count(machine.packetsDroppedPerSecond)}/s`),
  ];
  const { whose, path } = state.capture ?? { whose: "everybody's", path: "the file that --pcap names" };
  const written: Line[] = capturing
    ? [[span(" CAPTURE ", "bad", { inverse: true }), span(` ${whose} traffic in ${path}`)]]
    : [];
  const each = (inspected?.networks ?? []).map(
    ({ name, ports, frames, bytes: moved, drops }): Line => [
      strong(padEnd(name, 12), "title"),
      muted(`${count(ports)} ports  `),
      span(`${count(frames)} frames  ${bytes(moved)}B`),
      span(drops > 0 ? `  ${count(drops)} dropped` : "", "bad"),
    ],
  );
  const more = each.length - ETHERNETS;
  return [
    all,
    ...written,
    ...each.slice(0, ETHERNETS),
    ...(more > 0 ? [[muted(`and ${more} more Ethernet${more === 1 ? "" : "s"}`)]] : []),
  ];
}

function flowTable(data: ViewData, width: number, height: number): Line[] {
  const { dashboard, flows, machine } = data;
  const name = Math.max(10, Math.min(24, Math.floor((width - 27) / 2)));
  const shown = [...flows].sort(
    (left, right) => right.bytesPerSecond - left.bytesPerSecond || right.bytes - left.bytes,
  );
  const unknown = notAsked(data, "flows are") ?? "asking the kernel ...";
  if (shown.length === 0) return [rule("flows", width), [muted(machine ? "nobody has sent anything" : unknown)]];
  return [
    rule(`flows: who sends to whom (${flows.length})`, width),
    [muted(`${padEnd("from", name)} → ${padEnd("to", name)} frames/s    B/s   total`)],
    ...shown.slice(0, Math.max(0, height - 2)).map((flow): Line => {
      const figures =
        count(flow.framesPerSecond).padStart(9) +
        bytes(flow.bytesPerSecond).padStart(7) +
        bytes(flow.bytes).padStart(8);
      return [
        span(padEnd(endName(dashboard, flow, "from"), name), "title"),
        muted(" → "),
        span(padEnd(endName(dashboard, flow, "to"), name), "title"),
        span(figures, flow.bytesPerSecond > 0 ? undefined : "muted"),
      ];
    }),
  ];
}

/** The VM at one end of a flow, `everybody`, or an address from outside. */
function endName(dashboard: ViewData["dashboard"], flow: FlowRate, end: "from" | "to"): string {
  const id = flow[end];
  if (id !== undefined) return dashboard.nameOf(id);
  const address = end === "from" ? flow.source : flow.destination;
  return address === "ff:ff:ff:ff:ff:ff" ? "everybody" : address;
}

function talkers({ dashboard }: ViewData, width: number, height: number): Line[] {
  const { sampler, order } = dashboard;
  const traffic = (row: number) => sampler.bytesPerSecond(row);
  // Those that lost something are shown too, whether they send now or not.
  const dropped = sampler.column("drops");
  const weight = (row: number) => traffic(row) + dropped[row] * 1e-6;
  const rows = dashboard.largest(height - 2, (_, row) => weight(row));
  if (rows.length === 0) return [rule("VMs", width), [muted("no traffic now")]];
  const name = nameWidth(width);
  const most = traffic(rows[0]);
  const barWidth = Math.max(0, Math.min(20, width - name - 28));
  return [
    rule("VMs", width),
    [muted(`${padEnd("", name)}     rx/s     tx/s   drops`)],
    ...rows.map((row): Line => {
      const drops = dropped[row];
      return [
        span(padEnd(order.name(row), name), "title"),
        span(bytes(sampler.rxBytesPerSecond(row)).padStart(9) + bytes(sampler.txBytesPerSecond(row)).padStart(9)),
        drops > 0 ? span(count(drops).padStart(8), "bad") : muted("       0"),
        span("  "),
        ...(barWidth >= 6 ? bar(most > 0 ? traffic(row) / most : 0, barWidth, "graph4") : []),
      ];
    }),
  ];
}
