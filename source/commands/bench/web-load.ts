/** Web servers and the guest that asks them, and what it reports: requests a second, latencies, failures. */

import { type KernelOptions, UserError } from "../../kernel/index.js";
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

/** Servers that the load generator has room for (guests/programs/load/load.h). */
export const MOST_SERVERS = 16_384;

/**
 * Web servers on a machine of their own, and the load on them.
 * @param prepare done when they serve, before anything is counted
 * @throws UserError for more servers than can be asked
 */
export async function webFigures(
  options: Partial<KernelOptions>,
  load: WebLoad,
  prepare: (machine: Machine) => Promise<void> = async () => {},
): Promise<WebFigures> {
  if (load.servers > MOST_SERVERS)
    throw new UserError(`${load.servers} web servers are more than load can ask; give at most ${MOST_SERVERS}`);
  return onMachine(options, async (machine) => {
    const ids = await machine.client.spawn({ image: "httpd", count: load.servers, memory: SERVER_MEMORY });
    await machine.untilAllRan();
    await prepare(machine);
    return ask(machine, ids, load);
  });
}

async function ask(machine: Machine, ids: readonly number[], load: WebLoad): Promise<WebFigures> {
  const { connections, zipf = 0, path = "/", keep = true, seconds, runs } = load;
  const settings = { connections, zipf, path, keep: Number(keep), interval: seconds };
  const [id] = await machine.client.spawn({
    image: "load",
    arguments: [
      ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
      `${addressOf(ids[0])}-${addressOf(ids[ids.length - 1])}`,
    ],
  });
  const all = await machine.reports(id, REPORT, (reports) => warmReports(reports) + runs, seconds);
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

/** Requests that failed, of all measurements of an experiment. */
export class FailedRequests {
  count = 0;

  /** Counts those of one measurement. @returns its figures */
  of(figures: WebFigures): WebFigures {
    this.count += figures.failed;
    return figures;
  }

  get text(): string {
    return failureText(this.count);
  }
}

/** What is said of requests that failed, where some did: rates are of the others. */
export function failureText(failed: number): string {
  if (failed === 0) return "";
  return `; ${failed} ${failed === 1 ? "request" : "requests"} failed`;
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
