/** Builds of one checkout at once: each would remove what another writes. */

import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { temporaryFolder } from "./kernel/boot.js";

type Alone = (work: () => Promise<unknown>, file: string) => Promise<unknown>;

const script = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
const { alone } = (await import(script)) as { alone: Alone };

/** Milliseconds: each bundles the lock's source first, on a machine that may be busy. */
const PATIENCE = 20_000;

afterEach(() => vi.restoreAllMocks());

it("waits until another build is done, and says so", async () => {
  const file = join(temporaryFolder(), "dist");
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const order: string[] = [];
  let finish = () => {};
  const first = alone(async () => {
    order.push("the first begins");
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    order.push("the first ends");
  }, file);
  await vi.waitUntil(() => order.length > 0, PATIENCE);
  const second = alone(async () => order.push("the second"), file);
  await vi.waitUntil(() => said.mock.calls.length > 0, PATIENCE);
  expect(order).toEqual(["the first begins"]);
  expect(said.mock.calls.map(([text]) => text)).toEqual([expect.stringMatching(/^denali is being built by .*\n$/)]);
  finish();
  await Promise.all([first, second]);
  expect(order).toEqual(["the first begins", "the first ends", "the second"]);
  expect(existsSync(`${file}.lock`)).toBe(false);
});

it("leaves the next build its turn when it fails, or was killed", async () => {
  const file = join(temporaryFolder(), "dist");
  const failing = async () => {
    throw new Error("a source file does not parse");
  };
  await expect(alone(failing, file)).rejects.toThrow("does not parse");
  const { pid } = spawnSync("true");
  writeFileSync(`${file}.lock`, `${pid} 12345\n`);
  expect(await alone(async () => "built", file)).toBe("built");
});
