import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { FunctionCampaign } from "./functions/function-campaign.js";
import { findHostCpu, removeBuilds } from "./host-cpu.js";

/** Functions in an ordinary test run. More, and other seeds: scripts/conformance.mjs. */
const FUNCTIONS = 20_000;
const SEED = Number(process.env.CONFORMANCE_SEED ?? 1);
const MINUTE = 60_000;

const host = findHostCpu(dirname(fileURLToPath(import.meta.url)));
const missing = "missing" in host ? host.missing : "";
if (missing !== "") console.warn(`random functions on the host's CPU are skipped: ${missing}`);

afterAll(removeBuilds);

describe("programs of random functions in both engines, judged by the host's CPU", () => {
  it.skipIf(missing !== "")(
    `agree in ${FUNCTIONS} functions, seed ${SEED}`,
    async () => {
      if ("missing" in host) return;
      const { programs, compared, instructions, translated, endings, failures } = await new FunctionCampaign(
        host,
        SEED,
      ).run(FUNCTIONS);
      expect(failures.slice(0, 5).join("\n\n")).toBe("");
      expect(compared).toBeGreaterThan(programs * 0.95);
      expect(translated).toBeGreaterThan(instructions * 0.8);
      for (const ending of ["done", "memory fault", "divide error"]) {
        expect(endings.get(ending), ending).toBeGreaterThan(programs / 200);
      }
    },
    20 * MINUTE,
  );
});
