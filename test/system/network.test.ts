/** The built-in fleet on the host's network: its page, and what happens where somebody else has the port. */

import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { DEFAULT_FLEET } from "../../source/host/places.js";
import { eventually, page } from "./fleet-process.js";
import { freePort } from "./free-port.js";
import { MonitorSession } from "./monitor-session.js";
import { Home } from "./program.js";

const SIZE = { columns: 120, rows: 40 };

const home = new Home();
let monitor: MonitorSession | undefined;
afterEach(() => monitor?.close());
afterAll(() => home.remove());

/** The built-in fleet with another port: somebody may have the one that it names. */
const fleetAt = (port: number) => readFileSync(DEFAULT_FLEET, "utf8").replace('"8080:web:80"', `"${port}:web:80"`);

/** Has a port while `work` is done. */
async function withPortTaken(work: (port: number) => Promise<void>): Promise<void> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  try {
    await work((holder.address() as AddressInfo).port);
  } finally {
    holder.close();
  }
}

const complaint = (port: number) =>
  `port ${port} does not lead to web: somebody else uses it; --publish PORT:web:80 gives it another`;

describe("the built-in fleet", { timeout: 120_000 }, () => {
  it("serves a page, and a status page with its VM's own counters, while the monitor shows the port", async () => {
    const port = await freePort();
    monitor = MonitorSession.open({ fleet: fleetAt(port), ...SIZE });
    const row = await monitor.see(/ 4 web .* (idle|ready|running)/);
    expect(row).not.toContain("does not lead");
    const url = `http://127.0.0.1:${port}/`;
    // It may not listen yet.
    expect(await eventually(undefined, () => page(url))).toContain("virtual machine");
    const status = async () => JSON.parse(await page(`${url}status.json`)) as { requests: number };
    const [first, second] = [await status(), await status()];
    expect(first).toMatchObject({ name: "web", vm: 4, notFound: 0, requests: 2 });
    expect(second.requests).toBe(3);
    await monitor.press("6", new RegExp(`${port}.*web:80`));
    await monitor.quit();
  });

  it("goes on where somebody else has the port, and says so in one line", async () => {
    await withPortTaken(async (port) => {
      // Without the guest that crashes: that is the next notice, and this one is not shown any longer.
      const fleetOfTheWell = fleetAt(port).replace(/ +- image: hostile-divide\n/, "");
      monitor = MonitorSession.open({ fleet: fleetOfTheWell, ...SIZE });
      await monitor.see(complaint(port));
      await monitor.see(/ 4 web .* (idle|ready|running)/);
      await monitor.quit();
      const fleet = home.file("taken.yaml", fleetAt(port));
      const run = await home.denali(["run", fleet, "--for", "1s", "--json"]);
      expect(run).toMatchObject({ status: 0, stderr: `denali: ${complaint(port)}\n` });
    });
  });

  it("gives way where the same port is asked for, and is published nowhere in virtual time", async () => {
    await withPortTaken(async (port) => {
      const fleet = home.file("asked.yaml", fleetAt(port));
      const asked = await home.denali(["run", fleet, "--for", "1s", "--publish", `${port}:echo:7`]);
      expect(asked.stderr).toBe(`denali: cannot publish port ${port}: somebody else uses it; choose another\n`);
      const virtual = await home.denali(["run", fleet, "--for", "1s", "--virtual-time"]);
      expect(virtual).toMatchObject({ status: 0, stderr: "" });
    });
  });
});
