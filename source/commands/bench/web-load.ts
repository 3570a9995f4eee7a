/** Web servers and the guest that asks them, and what it reports: requests a second, latencies, failures. */

import type { KernelOptions } from "../../kernel/index.js";
import { type Machine, onMachine } from "./machine.js";

/** Bytes. What a web server with a few connections has room in. */
export const SERVER_MEMORY = 1024 * 1024;

/** What the load generator's reports say. */
export interface WebFigures {
  /** Requests a second, by report. */
  readonly rates: readonly number[];
  /** Megabytes a second. */
  readonly throughputs: readonly number[];
  /** Milliseconds, of each report's 99th percentile. */
  readonly latencies: readonly number[];
  readonly failed: number;
}

export interface WebLoad {
  readonly servers: number;
  readonly connections: number;
  /** Of Zipf's law; 0 asks all servers alike. */
  readonly zipf?: number;
  readonly path?: string;
  /** Whether a connection goes on with further requests, to the same server; if not, each request has one of its own. */
  readonly keep?: boolean;
  readonly seconds: number;
  readonly runs: number;
}

/** A line of the load generator. */
export const REPORT = /^(\d+) requests, (\d+) failed, (\d+)\/s, ([\d.]+) MB\/s, latency us p50 \d+ p90 \d+ p99 (\d+)/;

/**
 * Requests, and reports at most, that are not counted: connections are made, and V8 compiles what was translated, function by
 * function as it runs, quickly first and well once it has run often.
 */
const WARM_REQUESTS = 2_000;
const WARM_REPORTS = 20;

/** While a report has so many times the requests of the one before, V8 is not done. */
export const STILL_WARMING = 1.15;

/** Web servers on a machine of their own, and the load on them. @param prepare done when they serve, before anything is counted */
export function webFigures(
  options: Partial<KernelOptions>,
  load: WebLoad,
  prepare: (machine: Machine) => Promise<void> = async () => {},
): Promise<WebFigures> {
  return onMachine(options, async (machine) => {
    const ids = await machine.client.spawn({ image: "httpd", count: load.servers, memory: SERVER_MEMORY });
    await machine.untilAllRan();
    await prepare(machine);
    const groups = groupsOf(load).map((group) =>
      askGroup(machine, ids.slice(group.first, group.end), { ...load, ...group }),
    );
    return together(await Promise.all(groups));
  });
}

/** Servers that one load generator is told of: it has room for 1,024. */
const MOST_TARGETS = 1_000;

/** Load generators that so many servers are asked by. */
export function groupCount(servers: number): number {
  return Math.ceil(servers / MOST_TARGETS);
}

interface Group {
  readonly first: number;
  readonly end: number;
  readonly connections: number;
  readonly zipf: number;
}

/**
 * More servers than one load generator knows are asked by several, each with connections by how popular its servers are together.
 * Those behind the first thousand differ little in that, and are asked alike.
 */
export function groupsOf({ servers, connections, zipf = 0 }: WebLoad): Group[] {
  const popularity = (first: number, end: number) => {
    let sum = 0;
    for (let rank = first + 1; rank <= end; rank++) sum += rank ** -zipf;
    return sum;
  };
  const groups: Group[] = [];
  for (let first = 0; first < servers; first += MOST_TARGETS) {
    const end = Math.min(first + MOST_TARGETS, servers);
    const share = popularity(first, end) / popularity(0, servers);
    groups.push({
      first,
      end,
      connections: Math.max(1, Math.round(connections * share)),
      zipf: first === 0 ? zipf : 0,
    });
  }
  return groups;
}

/** What several saw at the same time: requests of all, and the worst latency. */
function together(figures: readonly WebFigures[]): WebFigures {
  const each = (read: (one: WebFigures) => readonly number[], join: (values: number[]) => number) =>
    read(figures[0]).map((_, report) => join(figures.map((one) => read(one)[report])));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    rates: each(({ rates }) => rates, sum),
    throughputs: each(({ throughputs }) => throughputs, sum),
    latencies: each(
      ({ latencies }) => latencies,
      (values) => Math.max(...values),
    ),
    failed: sum(figures.map(({ failed }) => failed)),
  };
}

async function askGroup(machine: Machine, ids: readonly number[], load: WebLoad): Promise<WebFigures> {
  const { connections, zipf = 0, path = "/", keep = true, seconds, runs } = load;
  const settings = { connections, zipf, path, keep: Number(keep), interval: seconds };
  const [id] = await machine.client.spawn({
    image: "load",
    arguments: [
      ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
      `${addressOf(ids[0])}-${addressOf(ids[ids.length - 1])}`,
    ],
  });
  const all = await machine.reports(id, REPORT, (reports) => warmReports(reports) + runs);
  return webFiguresOf(all, load) as WebFigures;
}

/** What reports say, those at the beginning left out; undefined while there are too few. */
export function webFiguresOf(all: readonly (readonly number[])[], { runs }: WebLoad): WebFigures | undefined {
  const warm = warmReports(all);
  if (all.length < warm + runs) return undefined;
  const reports = all.slice(warm, warm + runs);
  const column = (index: number) => reports.map((report) => report[index]);
  return {
    rates: column(2),
    throughputs: column(3),
    latencies: column(4).map((microseconds) => microseconds / 1000),
    failed: all.reduce((sum, report) => sum + report[1], 0),
  };
}

/** How many of the reports are not counted, one of them whole; more than there are while it is not known. */
function warmReports(reports: readonly (readonly number[])[]): number {
  let requests = 0;
  const warm = reports.findIndex(([done], index) => {
    requests += done;
    const before = index === 0 ? 0 : reports[index - 1][0];
    return (requests >= WARM_REQUESTS && done < STILL_WARMING * before) || index + 1 >= WARM_REPORTS;
  });
  return warm < 0 ? reports.length + 1 : warm + 1;
}

/** A VM's address: 10 and its number. */
export function addressOf(id: number): string {
  return `10.${id >>> 16}.${(id >>> 8) & 0xff}.${id & 0xff}`;
}
