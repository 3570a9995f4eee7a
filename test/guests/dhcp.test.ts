/** The supervisor's DHCP, as frames on the Ethernet: who asks is answered, and nobody else hears of it. */

import { describe, expect, it } from "vitest";
import type { Kernel } from "../../source/kernel/index.js";
import { boot, consoleOf, runFor } from "../kernel/boot.js";

const SUPERVISOR = "02444e000001";
const BROADCAST = "ffffffffffff";

interface Frame {
  readonly to: string;
  readonly from: string;
}

/** The frames that go by from now on. */
function listen(kernel: Kernel): Frame[] {
  const frames: Frame[] = [];
  kernel.capture(({ bytes }) => {
    const text = Buffer.from(bytes).toString("hex");
    frames.push({ to: text.slice(0, 12), from: text.slice(12, 24) });
  });
  return frames;
}

describe("DHCP", { timeout: 120_000 }, () => {
  it("gives a guest its address by frames that are for it alone", () => {
    const kernel = boot({ supervisor: true, engine: "interpreter" });
    runFor(kernel, 0.1);
    const frames = listen(kernel);
    const [web] = kernel.spawn({ image: "httpd", arguments: ["ip=dhcp"] });
    runFor(kernel, 2);
    expect(consoleOf(kernel, web)).toBe("serving on port 80\n");
    const answers = frames.filter(({ from }) => from === SUPERVISOR);
    expect(answers).toEqual(Array(answers.length).fill({ to: "02444e000002", from: SUPERVISOR }));
    expect(answers.length).toBeGreaterThanOrEqual(2);
  });

  it("lets no guest have the supervisor send broadcasts, or anything to others", () => {
    const kernel = boot({ supervisor: true, engine: "interpreter" });
    kernel.spawn({ image: "echo", count: 6 });
    const [rival] = kernel.spawn({ image: "hostile-packets", arguments: ["services", "1", "9"] });
    const frames = listen(kernel);
    runFor(kernel, 1);
    const sent = frames.filter(({ from }) => from === SUPERVISOR);
    expect(sent.length).toBeGreaterThan(100);
    const addressees = new Set(sent.map(({ to }) => to));
    expect(addressees).not.toContain(BROADCAST);
    expect([...addressees]).toEqual([`02444e${rival.toString(16).padStart(6, "0")}`]);
  });
});
