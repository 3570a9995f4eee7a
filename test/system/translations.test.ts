/** Translations that are kept from one run to the next: the second run uses them, and nobody sees a difference. */

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Home } from "./program.js";

const home = new Home();
afterAll(() => home.remove());

/** Milliseconds: four runs of the whole program, on a host that does other things too. */
const PATIENCE = 120_000;

const folder = join(home.folder, "cache", "denali", "translations");
const RUN = "run fleet.yaml --engine translator --virtual-time --for 200ms --json".split(" ");
RUN[1] = home.file("fleet.yaml", "vms: [{ image: primes }, { image: ticker, count: 2, arguments: [20] }]");

/** Names of the files kept, and when each was written. */
function kept(): Record<string, number> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).ino]));
}

test(
  "a run in virtual time prints the same with new, kept, damaged and unkept translations",
  async () => {
    const first = await home.denali(RUN);
    expect([first.status, first.stderr]).toEqual([0, ""]);
    const files = kept();
    expect(Object.keys(files)).toHaveLength(2); // Primes and ticker: the supervisor is interpreted.

    const second = await home.denali(RUN);
    expect(second).toEqual(first);
    expect(kept()).toEqual(files);

    const damaged = join(folder, Object.keys(files)[0]);
    const whole = readFileSync(damaged);
    writeFileSync(damaged, whole.subarray(0, 1000));
    expect(await home.denali(RUN)).toEqual(first);
    expect(readFileSync(damaged)).toEqual(whole);

    const elsewhere = await home.bash(`XDG_CACHE_HOME=/proc/denali $denali ${RUN.join(" ")}`);
    expect(elsewhere).toEqual(first);
  },
  PATIENCE,
);
