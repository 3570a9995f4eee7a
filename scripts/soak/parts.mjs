/** What a soak does. Each part gets how long a load lasts and a function that takes whether something was as it must be. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { ROOT } from "../setup.mjs";
import { client, hasClient, runFleet, withNativeServer, withVm } from "./processes.mjs";

const HTTPD = "{ image: httpd, name: server }";
/** Clients of a document of 1 MB at once. */
const CLIENTS = 100;
const DOCUMENT_BYTES = 1024 * 1024;
/** Web servers asked by Zipf's law. */
const SERVERS = 200;
const REDIS_TESTS = "ping_mbulk,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,lrange_100,mset";

/** Made by the server itself: the host has no folder with its pages. */
const SMALL_DOCUMENT = "/bytes/1024";

const serves = async (port) => (await fetch(`http://127.0.0.1:${port}${SMALL_DOCUMENT}`)).ok;

export const PARTS = {
  /** wrk and ab against a VM, and against the same program compiled natively. */
  async httpd({ seconds, check }) {
    const rates = {};
    await withVm(HTTPD, 80, serves, async (port) => {
      await load("httpd in a VM, warming up", port, Math.ceil(seconds / 3), check);
      rates["in a VM"] = await load("httpd in a VM", port, seconds, check);
    });
    await withNativeServer(serves, async (port) => {
      rates.native = await load("httpd compiled natively", port, seconds, check);
    });
    for (const [where, { wrk, ab }] of Object.entries(rates)) {
      process.stdout.write(`${where}: requests a second ${wrk ?? "-"} by wrk, ${ab ?? "-"} by ab\n`);
    }
  },

  /** Every program on Ilwaco at a quantum of one instruction and more, on both engines: minutes, however long loads last. */
  async engines({ check }) {
    const vitest = join(ROOT, "node_modules", ".bin", "vitest");
    const environment = { ...process.env, DENALI_LONG_TESTS: "1" };
    const report = await client(vitest, ["run", "--maxWorkers=1", "test/guests/engines.test.ts"], environment);
    const good = /Tests +[^\n]*passed/.test(report) && !/failed|skipped/.test(report);
    check(good, "programs on Ilwaco do the same on both engines at every quantum");
    if (!good) process.stdout.write(report);
  },

  async redis({ check }) {
    if (!hasClient("redis-benchmark")) return;
    const ready = async (port) => /PONG/.test(await client("redis-cli", ["-p", String(port), "ping"]));
    await withVm("{ image: redis, name: server }", 6379, ready, async (port) => {
      const load = ["-n", "20000", "-c", "50", "-t", REDIS_TESTS, "--csv"];
      const report = await client("redis-benchmark", ["-p", String(port), ...load]);
      check(!/error/i.test(report) && report.trim().split("\n").length > 14, `redis-benchmark ${load.join(" ")}`);
      process.stdout.write(report);
    });
  },

  /** 1 MB to a hundred clients at once, over and over, from a VM of 1 MiB: most of them wait for memory. */
  async files({ seconds, check }) {
    await withVm(HTTPD, 80, serves, async (port) => {
      const expected = await digestOf(port);
      const started = Date.now();
      let rounds = 0;
      let alike = true;
      for (; alike && Date.now() < started + seconds * 1000; rounds++) {
        const digests = await Promise.all(Array.from({ length: CLIENTS }, () => digestOf(port)));
        const other = digests.find((digest) => digest !== expected);
        alike = other === undefined;
        if (!alike) process.stdout.write(`a client got ${other} instead of ${expected}\n`);
      }
      const rate = (rounds * CLIENTS * DOCUMENT_BYTES) / 1e6 / ((Date.now() - started) / 1000);
      check(alike, `1 MB to ${CLIENTS} clients at once, ${rounds} times, all alike: ${rate.toFixed(1)} MB/s`);
    });
  },

  /** Many web servers of which memory holds some, asked by popularity. */
  async zipf({ seconds, check }) {
    const duration = seconds * 4;
    const last = `10.0.0.${SERVERS + 1}`;
    const words = ["connections=16", "zipf=1", `seconds=${duration}`, `10.0.0.2-${last}`];
    const { vms } = await runFleet(
      [
        "memory-budget: 128MiB",
        "vms:",
        `  - { image: httpd, name: web, count: ${SERVERS} }`,
        `  - { image: load, name: load, arguments: [${words.map((word) => JSON.stringify(word)).join(", ")}] }`,
      ],
      duration + 20,
    );
    const { console } = vms.find(({ name }) => name === "load");
    const report = console.trim().split("\n").at(-1);
    const servers = vms.filter(({ image }) => image === "httpd");
    check(/ 0 failed/.test(report), `${SERVERS} httpd by Zipf's law: ${report}`);
    check(
      servers.every(({ txPackets }) => txPackets > 0),
      "every VM answered",
    );
    const swapIns = servers.reduce((sum, vm) => sum + vm.swapIns, 0);
    process.stdout.write(`${swapIns} swap-ins\n`);
  },
};

/** wrk and ab at a port, each for some seconds. @returns requests a second by each that is installed */
async function load(name, port, seconds, check) {
  const url = `http://127.0.0.1:${port}${SMALL_DOCUMENT}`;
  const rates = {};
  if (hasClient("wrk")) {
    const report = await client("wrk", ["-t1", "-c20", `-d${seconds}s`, url]);
    const good = /requests in/.test(report) && !/Non-2xx|Socket errors/.test(report);
    check(good, `${name}, wrk -t1 -c20 -d${seconds}s: no failed request`);
    rates.wrk = Number(/Requests\/sec: +([\d.]+)/.exec(report)?.[1]);
  }
  if (hasClient("ab")) {
    const report = await client("ab", ["-q", "-t", String(seconds), "-n", "10000000", "-c", "20", "-s", "60", url]);
    check(/Failed requests: +0\n/.test(report), `${name}, ab -t ${seconds} -c 20: no failed request`);
    rates.ab = Number(/Requests per second: +([\d.]+)/.exec(report)?.[1]);
  }
  return rates;
}

/** Of a document of 1 MB. A request that fails has none, and is told as what it failed of. */
const digestOf = (port) => fetchDigest(port).catch((error) => String(error.cause ?? error));

async function fetchDigest(port) {
  const response = await fetch(`http://127.0.0.1:${port}/bytes/${DOCUMENT_BYTES}`);
  return createHash("sha256")
    .update(new Uint8Array(await response.arrayBuffer()))
    .digest("hex");
}
