/** The monitor's network view beside clients and a server of the host's own: who talks to whom, and how much both sent. */

import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, expect, it } from "vitest";
import { freePort } from "./free-port.js";
import { MonitorSession } from "./monitor-session.js";

const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function opened(monitor: MonitorSession): MonitorSession {
  cleanUps.push(() => monitor.close());
  return monitor;
}

it("shows a client of a published port by its address, with what it asked and was told", {
  timeout: 90_000,
}, async () => {
  const port = await freePort();
  const fleet = `publish: ["${port}:web:80"]\nvms: [{ image: httpd, name: web }]\n`;
  const monitor = opened(MonitorSession.open({ fleet, columns: 80, rows: 24 }));
  await monitor.see(/web +. idle/);
  await monitor.press("6", `127.0.0.1:${port} → web:80`);

  const client = connect(port, "127.0.0.1");
  await once(client, "connect");
  client.on("error", () => {}); // What is missed of it is seen, or not, on the screen.
  const own = `127\\.0\\.0\\.1:${(client.address() as AddressInfo).port} → web:80`;
  await monitor.see(new RegExp(`${own} +open +0 +0 +0 +0 `));
  const request = "GET /bytes/3000 HTTP/1.1\r\nHost: web\r\n\r\n";
  let answered = 0;
  client.on("data", (bytes) => {
    answered += bytes.length;
  });
  client.write(request);
  await monitor.see(new RegExp(`${own} +open +0 +0 +${request.length} +3\\.\\d+K`));
  expect(answered).toBeGreaterThan(3000);

  client.destroy();
  await monitor.miss(new RegExp(own));
});

it("shows which VM talks to which destination, in a recording too", { timeout: 120_000 }, async () => {
  // Never answers, so that guests stay connected.
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  cleanUps.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const guest = (name: string) =>
    `  - { image: load, name: ${name}, arguments: ["connections=2", "port=${port}", "10.0.0.1"] }\n`;
  const fleet = `allow-outbound: ["127.0.0.1:${port}"]\nvms:\n${guest("left")}${guest("right")}`;
  const size = { columns: 100, rows: 40 };
  const seen = ["left", "right"].map(
    (name) => new RegExp(`${name} → 127\\.0\\.0\\.1:${port} +open +\\S+ +\\S+ +0 +[1-9]`),
  );

  const monitor = opened(MonitorSession.open({ fleet, args: ["--record", "seen.rec"], ...size }));
  await monitor.see(/left +. idle/);
  await monitor.press("6", ...seen, `guests → 127.0.0.1:${port}`);
  await monitor.quit();
  const replay = opened(MonitorSession.run(monitor.home, ["replay", "seen.rec"], size));
  await replay.see("REPLAY");
  await replay.press("6", ...seen);
});
