/** The monitor's network view beside a client of the host's own: who it is, what it talks to, and how much both sent. */

import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { afterAll, expect, it } from "vitest";
import { freePort } from "./free-port.js";
import { MonitorSession } from "./monitor-session.js";

let monitor: MonitorSession | undefined;
afterAll(() => monitor?.close());

it("shows a client of a published port by its address, with what it asked and was told", {
  timeout: 90_000,
}, async () => {
  const port = await freePort();
  const fleet = `publish: ["${port}:web:80"]\nvms: [{ image: httpd, name: web }]\n`;
  monitor = MonitorSession.open({ fleet, columns: 80, rows: 24 });
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
