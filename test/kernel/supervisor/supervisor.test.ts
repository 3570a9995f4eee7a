import { describe, expect, it } from "vitest";
import { boot, consoleOf, runFor, typeLine } from "../boot.js";

const SUPERVISOR = 1;

/** Types a command at the supervisor and answers what it printed since. */
function ask(kernel: ReturnType<typeof boot>, command: string): string {
  const before = kernel.readConsole(SUPERVISOR, 0).position + consoleOf(kernel, SUPERVISOR).length;
  typeLine(kernel, SUPERVISOR, command);
  runFor(kernel, 0.5);
  return Buffer.from(kernel.readConsole(SUPERVISOR, before).bytes).toString("utf8");
}

describe("the supervisor VM", () => {
  it("boots first, as a guest", () => {
    const kernel = boot({ supervisor: true });
    runFor(kernel, 0.1);
    expect(kernel.inspect(SUPERVISOR)).toMatchObject({ name: "supervisor", image: "supervisor", state: "idle" });
    expect(consoleOf(kernel, SUPERVISOR)).toContain("denali>");
  });

  it("creates, lists, pauses, resumes and kills VMs by typed commands", () => {
    const kernel = boot({ supervisor: true });
    runFor(kernel, 0.1);
    ask(kernel, "create ticker clock 100");
    expect(kernel.inspect(2)).toMatchObject({ name: "clock", image: "ticker", arguments: ["100"] });
    expect(ask(kernel, "list")).toMatch(/clock.*ticker.*idle|clock.*idle.*ticker|idle.*clock/);
    ask(kernel, "pause clock");
    expect(kernel.inspect(2).state).toBe("paused");
    ask(kernel, "resume 2");
    expect(kernel.inspect(2).state).toBe("idle");
    expect(ask(kernel, "kill clock")).toMatch(/clock/);
    expect(kernel.inspect(2)).toMatchObject({ state: "terminated", status: 137 });
  });

  it("turns the quantum and the policy", () => {
    const kernel = boot({ supervisor: true });
    runFor(kernel, 0.1);
    ask(kernel, "quantum 20");
    expect(kernel.panel.get("quantum")).toBe(20e6);
    ask(kernel, "policy lottery");
    expect(kernel.policies[kernel.panel.get("policy")]).toBe("lottery");
  });

  it("lists the image store", () => {
    const kernel = boot({ supervisor: true });
    runFor(kernel, 0.1);
    const answer = ask(kernel, "images");
    for (const { name } of kernel.images()) expect(answer).toContain(name);
  });
});
