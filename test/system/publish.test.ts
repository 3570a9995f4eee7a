/** A page that a guest serves, fetched by the host's own clients through a published port and the supervisor VM. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { IMAGE_FOLDER } from "../../source/host/places.js";
import { eventually, page, runFleet } from "./fleet-process.js";
import { freePort } from "./free-port.js";
import { Home } from "./program.js";

const home = new Home();
afterAll(() => home.remove());

const SERVER = join(IMAGE_FOLDER, "httpd.elf");
const hasServer = existsSync(SERVER);
if (!hasServer) console.warn("there is no image httpd: nothing can be fetched from a guest");
const hasAb = spawnSync("ab", ["-V"]).status === 0;
if (!hasAb) console.warn("ab (apache2-utils) is not installed: the load test is skipped");

const INSTRUCTIONS_A_BYTE = 20;

/** Starts `denali run` with a web server, and waits until it answers. */
async function serve(...options: string[]): Promise<string> {
  const port = await freePort();
  const lines = [`publish: ["${port}:web:80"]`, `vms: [{ image: "${SERVER}", name: web }]`];
  const url = `http://127.0.0.1:${port}/`;
  await eventually(runFleet(home, "web", lines, ...options), () => page(url));
  return url;
}

describe.skipIf(!hasServer)("a published port", { timeout: 240_000 }, () => {
  it("serves a guest's page, and large documents whole", async () => {
    const url = await serve();
    const page = await fetch(url);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("virtual machine");
    const documents = await Promise.all(
      Array.from({ length: 5 }, async () => (await fetch(`${url}bytes/300000`)).arrayBuffer()),
    );
    expect(documents.map((document) => document.byteLength)).toEqual(Array(5).fill(300_000));
  });

  it("serves a hundred clients at once from a VM that waits for memory, rather than look for it again and again", async () => {
    const metrics = await freePort();
    const url = await serve("--metrics", String(metrics));
    const [clients, size] = [100, 200_000];
    const documents = await Promise.all(
      Array.from({ length: clients }, async () => (await fetch(`${url}bytes/${size}`)).arrayBuffer()),
    );
    expect(documents.every((document) => document.byteLength === size)).toBe(true);
    const exposition = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    const retired = /^denali_vm_instructions_total\{[^}]*name="web"[^}]*\} (\S+)$/m.exec(exposition)?.[1];
    // What it takes to copy a byte, add it to a checksum and hand it on, several times over.
    expect(Number(retired) / (clients * size)).toBeLessThan(INSTRUCTIONS_A_BYTE);
  });

  it.skipIf(!hasAb)("loses none of 2,000 requests from 20 clients", async () => {
    const url = await serve();
    const load = ["-q", "-n", "2000", "-c", "20", "-s", "120", url];
    const { stdout: report, stderr } = await home.run("ab", load);
    expect(report, stderr).toMatch(/Complete requests: +2000\n/);
    expect(report).toMatch(/Failed requests: +0\n/);
    expect(report).not.toContain("Non-2xx");
  });
});

describe("what cannot be published", () => {
  it("is refused in one line: a port that somebody has", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const ended = await home.denali(["run", "--for", "1s", "--publish", `${port}:web:80`]);
    server.close();
    expect(ended).toMatchObject({ status: 1, stdout: "" });
    expect(ended.stderr).toBe(`denali: cannot publish port ${port}: somebody else uses it; choose another\n`);
  });

  it("is refused in one line: anything in virtual time, and nonsense", async () => {
    const virtual = await home.denali(["run", "--for", "1s", "--virtual-time", "--publish", "8080:web:80"]);
    expect(virtual).toMatchObject({ status: 1, stdout: "" });
    expect(virtual.stderr).toMatch(/^denali: in virtual time nothing comes from outside; .*\n$/);
    const nonsense = await home.denali(["run", "--publish", "web"]);
    expect(nonsense.stderr).toBe(
      "denali: --publish is 'web'; give HOSTPORT:VM:PORT, as 8080:web:80, or with /udp behind it\n",
    );
  });
});

describe("a port that leads to a VM that is not there", () => {
  it("is published for one to come, and said to lead nowhere yet", async () => {
    const [port, slip] = [await freePort(), await freePort()];
    const fleet = home.file("tick.yaml", "vms: [{ image: ticker, name: clock }]\n");
    const ports = ["--publish", `${port}:nope:80`, "--publish", `${slip}:clok:80`];
    const ended = await home.denali(["run", fleet, "--for", "1s", ...ports]);
    expect(ended.status).toBe(0);
    expect(ended.stderr).toBe(
      `denali: port ${port} leads to 'nope', and the fleet starts no such VM: nobody answers there until there is one\n` +
        `denali: port ${slip} leads to 'clok', and the fleet starts no such VM (did you mean clock?): nobody answers there until there is one\n`,
    );
  });
});
