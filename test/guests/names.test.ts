/** Names on the guests' network: the supervisor's DNS, with DHCP and without. Where Ilwaco's libraries have been built. */

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { UplinkKind } from "../../source/kernel/index.js";
import { boot, consoleOf, runFor, temporaryFolder } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guests = here("../../guests");
const librariesAreBuilt = spawnSync("make", ["-q", "-C", join(guests, "ilwaco")]).status === 0;

describe.skipIf(!librariesAreBuilt)("a guest that looks up names", { timeout: 60_000 }, () => {
  it.each([[[]], [["ip=dhcp"]], [["dns=10.0.0.1"]], [["ip=10.0.0.3", "dns=10.0.0.1"]]])(
    "with %j learns other VMs' addresses from the supervisor",
    (settings) => {
      const image = join(temporaryFolder(), "resolve.elf");
      execFileSync(join(guests, "cc"), ["-O2", "-o", image, here("programs/resolve.c")]);
      const kernel = boot({ supervisor: true, engine: "interpreter" });
      kernel.spawn({ image: "httpd", name: "web" });
      const [id] = kernel.spawn({ image, arguments: [...settings, "web", "web.lan", "supervisor", "nobody"] });
      runFor(kernel, 3);
      expect(consoleOf(kernel, id)).toBe(
        "web: 10.0.0.2\nweb.lan: 10.0.0.2\nsupervisor: 10.0.0.1\nnobody: Name does not resolve\n",
      );
    },
  );

  it("finds them however they are written: capitals make no difference in DNS", () => {
    const image = join(temporaryFolder(), "resolve.elf");
    execFileSync(join(guests, "cc"), ["-O2", "-o", image, here("programs/resolve.c")]);
    const kernel = boot({ supervisor: true, engine: "interpreter" });
    kernel.uplink.allow({
      destinations: [{ kind: UplinkKind.STREAM, name: "Example.org", port: 80 }],
      connect: () => {},
    });
    for (const name of ["web", "Game"]) kernel.spawn({ image: "httpd", name });
    const names = ["example.org", "EXAMPLE.ORG", "wEb.LAN", "WEB", "Game", "gamE"];
    const [id] = kernel.spawn({ image, arguments: names });
    runFor(kernel, 3);
    const addresses = ["10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.3", "Name does not resolve"];
    expect(consoleOf(kernel, id)).toBe(names.map((name, index) => `${name}: ${addresses[index]}\n`).join(""));
  });

  it("starts without an address where nobody gives it one, and says so", () => {
    const kernel = boot({ engine: "interpreter" });
    const [id] = kernel.spawn({ image: "greeter", arguments: ["hello"] });
    const [alone] = kernel.spawn({ image: "httpd", arguments: ["ip=dhcp"] });
    runFor(kernel, 11);
    expect(kernel.inspect(id).state).toBe("terminated");
    expect(consoleOf(kernel, alone)).toBe(
      "ilwaco: ip=dhcp: nobody gave this VM an address in 10 s\nserving on port 80\n",
    );
  });
});
