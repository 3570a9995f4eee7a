/** What a hostile guest sends to the supervisor: names, addresses and connections go on for everybody else. */

import { describe, expect, it } from "vitest";
import { type Kernel, UplinkKind } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, MIB, runFor } from "../kernel/boot.js";
import { OutsideClient } from "./outside.js";

const SUPERVISOR = 1;
const STEP = 0.01;

/** Ways out of the machine that one guest may have at once. */
const LINKS_OF_GUEST = 128;

/** A destination that takes everything, and what came there. */
class Outside {
  received = "";
  open = 0;
  /** Connections that were ever opened. */
  total = 0;

  constructor(kernel: Kernel, port: number, kind: UplinkKind = UplinkKind.STREAM) {
    kernel.uplink.allow({
      destinations: [{ kind, name: "example.org", port }],
      connect: (_, channel) => {
        this.open++;
        this.total++;
        channel.opened();
        channel.peer = {
          send: (bytes) => {
            this.received += Buffer.from(bytes).toString("latin1");
            return true;
          },
          finish: () => channel.end(),
          close: () => this.open--,
          room: () => {},
        };
      },
    });
  }
}

/** What a client outside is answered by a guest's web server, within so many seconds. */
function fetchFrom(kernel: Kernel, server: string, seconds: number): string {
  const client = new OutsideClient(kernel, server, 80).get("/bytes/1000");
  for (let waited = 0; waited < seconds && client.received < 1000 && !client.ended; waited += STEP)
    runFor(kernel, STEP);
  return client.text;
}

describe("the supervisor", { timeout: 120_000 }, () => {
  it("carries what comes in fragments, whose first has nothing but headers, and goes on", () => {
    const kernel = boot({ supervisor: true, engine: "interpreter" });
    const outside = new Outside(kernel, 80);
    kernel.spawn({ image: "httpd", name: "web" });
    const [rival] = kernel.spawn({ image: "hostile-packets", arguments: ["segments", String(SUPERVISOR), "80"] });
    runFor(kernel, 1);
    expect(fetchFrom(kernel, "web", 2)).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(outside.received).toMatch(/^x+$/);
    expect(figure(kernel, rival, "txPackets")).toBeGreaterThan(1000);
  });

  it("lets a guest that sends from ever new ports have some ways out at once, and others theirs", () => {
    const kernel = boot({ supervisor: true, engine: "interpreter" });
    const outside = new Outside(kernel, 123, UplinkKind.DATAGRAMS);
    kernel.spawn({ image: "httpd", name: "web" });
    const [rival] = kernel.spawn({ image: "hostile-packets", arguments: ["services", String(SUPERVISOR), "123"] });
    runFor(kernel, 3);
    // A third of them are datagrams, each from another port.
    expect(figure(kernel, rival, "txPackets")).toBeGreaterThan(4 * LINKS_OF_GUEST);
    expect([outside.open, outside.total]).toEqual([LINKS_OF_GUEST, LINKS_OF_GUEST]);
    expect(fetchFrom(kernel, "web", 2)).toMatch(/^HTTP\/1\.1 200 OK/);
    // By now the first have carried nothing for some seconds, and give way.
    runFor(kernel, 5);
    expect(outside.open).toBe(LINKS_OF_GUEST);
    expect(outside.total).toBeGreaterThan(LINKS_OF_GUEST);
    expect(outside.total).toBeLessThanOrEqual(3 * LINKS_OF_GUEST);
  });

  it("lets a guest have so many connections to the outside, and another guest as many", () => {
    const kernel = boot({ supervisor: true, engine: "interpreter" });
    const outside = new Outside(kernel, 80);
    const greedy = () =>
      kernel.spawn({ image: "load", memory: 8 * MIB, arguments: ["connections=200", "seconds=5", "10.0.0.1"] });
    greedy();
    runFor(kernel, 2);
    expect(outside.open).toBe(LINKS_OF_GUEST);
    greedy();
    runFor(kernel, 2);
    expect(outside.open).toBe(2 * LINKS_OF_GUEST);
  });

  it("answers others while it is asked nonsense", () => {
    const kernel = boot({ supervisor: true, engine: "interpreter" });
    const [rival] = kernel.spawn({ image: "hostile-packets", arguments: ["services", String(SUPERVISOR), "9"] });
    runFor(kernel, 0.5);
    const [web] = kernel.spawn({ image: "httpd", name: "web", arguments: ["ip=dhcp"] });
    runFor(kernel, 3);
    expect(consoleOf(kernel, web)).toBe("serving on port 80\n");
    expect(fetchFrom(kernel, "web", 2)).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(figure(kernel, rival, "txPackets")).toBeGreaterThan(1000);
  });
});
