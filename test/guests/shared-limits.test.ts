/** Limits that the supervisor's program has, and that the host or the kernel have to agree with. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { MAXIMUM_DESTINATIONS } from "../../source/host/params.js";
import { CONTROL_CHANNELS } from "../../source/kernel/params.js";

function limitOf(file: string, name: string): number {
  const source = readFileSync(new URL(`../../guests/programs/supervisor/${file}`, import.meta.url), "utf8");
  return Number(new RegExp(`^#define ${name} (\\d+)u$`, "m").exec(source)?.[1]);
}

it("the supervisor listens for every destination that can be allowed", () => {
  expect(limitOf("outbound.c", "MAXIMUM_DESTINATIONS")).toBe(MAXIMUM_DESTINATIONS);
});

it("more connections are kept back for the control interface than it has sessions, so that one more is let in, and decided on", () => {
  expect(CONTROL_CHANNELS).toBeGreaterThan(limitOf("sessions.c", "MAXIMUM_SESSIONS"));
});
