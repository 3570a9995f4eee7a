/** The emulated register-level network interface: a guest that goes through its registers, and who has none. */

import { describe, expect, it } from "vitest";
import { VIRTUAL_OPERATION_TIME } from "../../source/kernel/params.js";
import { boot, consoleOf, figure, runFor } from "./boot.js";

const receiving = { image: "nic", arguments: ["receive", "registers"] };

describe("the register-level network interface", () => {
  it.each(["registers", "instruction"])("receives what is sent by %s, every packet right", (way) => {
    const kernel = boot({ registerNic: true });
    const [to] = kernel.spawn(receiving);
    const [from] = kernel.spawn({ image: "nic", arguments: ["send", way, String(to), "100"] });
    runFor(kernel, 0.2);
    expect(figure(kernel, to, "rxPackets") - figure(kernel, to, "rxQueued")).toBeGreaterThan(50);
    expect([consoleOf(kernel, to), consoleOf(kernel, from)]).toEqual(["", ""]);
  });

  it("takes nine virtual instructions more for a packet received, and eleven for one sent", () => {
    const each = (way: string) => {
      const kernel = boot({ registerNic: true });
      const [to] = kernel.spawn({ image: "nic", arguments: ["receive", way] });
      const [from] = kernel.spawn({ image: "nic", arguments: ["send", way, String(to), "100"] });
      runFor(kernel, 0.5);
      const received = figure(kernel, to, "rxPackets") - figure(kernel, to, "rxQueued");
      return {
        received: figure(kernel, to, "cpuTime") / received,
        sent: figure(kernel, from, "cpuTime") / figure(kernel, from, "txPackets"),
      };
    };
    const [simple, registers] = [each("instruction"), each("registers")];
    const more = (what: "received" | "sent") => (registers[what] - simple[what]) / VIRTUAL_OPERATION_TIME;
    // Beside them there are the few instructions that lead to each.
    expect(more("received")).toBeGreaterThan(9);
    expect(more("received")).toBeLessThan(13);
    expect(more("sent")).toBeGreaterThan(11);
    expect(more("sent")).toBeLessThan(16);
  });

  it("is not there where a machine was not booted for it", () => {
    const kernel = boot();
    const [id] = kernel.spawn(receiving);
    runFor(kernel, 0.1);
    expect(kernel.inspect(id)).toMatchObject({ state: "crashed", fault: { cause: "bad virtual instruction" } });
  });
});
