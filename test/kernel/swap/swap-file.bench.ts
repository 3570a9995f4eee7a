/** What moving a VM out and in costs: `npx vitest bench test/kernel/swap`. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, bench, describe } from "vitest";
import { AsynchronousFile } from "../../../source/kernel/devices/block-file.js";
import { SwapFile, type SwapRegion } from "../../../source/kernel/swap/swap-file.js";

const MIB = 1 << 20;
const PAGE = 4096;

const folder = mkdtempSync(join(tmpdir(), "denali-swap-bench-"));
const swap = SwapFile.open(join(folder, "swap"), (file) => new AsynchronousFile(file));
afterAll(async () => {
  await swap.close();
  rmSync(folder, { recursive: true });
});

/** A VM's memory with its first pages and some of its last touched, as code, heap and stack are. */
function touched(bytes: number): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(MIB));
  for (let at = 0; at < bytes; at++) memory[at < bytes - 16 * PAGE ? at : MIB - bytes + at] = 1 + (at % 255);
  return memory;
}

const out = (region: SwapRegion, memory: Uint8Array) =>
  new Promise<void>((resolve, reject) => swap.swapOut(region, memory, (error) => (error ? reject(error) : resolve())));
const back = (region: SwapRegion, memory: Uint8Array) =>
  new Promise<void>((resolve, reject) => swap.swapIn(region, memory, (error) => (error ? reject(error) : resolve())));

describe("a VM of 1 MiB", async () => {
  for (const kilobytes of [0, 300, 1024]) {
    const memory = touched(kilobytes * 1024);
    const region = swap.reserve(MIB, kilobytes);
    await out(region, memory);
    bench(`out, ${kilobytes} KB touched`, () => out(region, memory));
    bench(`in, ${kilobytes} KB touched`, () => back(region, memory));
  }
});
