import { describe, expect, it } from "vitest";
import type { EngineName } from "../../../source/kernel/index.js";
import { boot, consoleOf, MIB, runFor } from "../boot.js";

const FRAMES = 1_000_000;
/** Of 64 bytes and a return address each, with the argument's registers. */
const MEMORY = 96 * MIB;

/** What guests/apps/recursion.c computes, without recursing. */
function expected(depth: number): string {
  const down = new Uint32Array(depth + 1);
  for (let at = depth, random = 1; at >= 0; at--) {
    down[at] = random;
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
  }
  let up = down[0];
  for (let at = 1; at <= depth; at++) up = (Math.imul(up, 31) + down[at]) >>> 0;
  return `${depth} frames: ${up.toString(16).padStart(8, "0")}\n`;
}

function recurse(engine: EngineName, argument: string, memory?: number) {
  const kernel = boot({ engine, memoryBudget: 2 * MEMORY });
  const [id] = kernel.spawn({ image: "recursion", arguments: [argument], ...(memory ? { memory } : {}) });
  runFor(kernel, 4);
  return { console: consoleOf(kernel, id), ...kernel.inspect(id) };
}

describe.each<EngineName>(["interpreter", "translator"])("deep recursion in the %s", (engine) => {
  it("returns from a million frames with the right result", () => {
    const { console, state, status } = recurse(engine, String(FRAMES), MEMORY);
    expect([state, status, console]).toEqual(["terminated", 0, expected(FRAMES)]);
  });

  it("is a memory fault of that VM where it never ends", () => {
    const { state, fault } = recurse(engine, "endless");
    expect([state, fault?.cause, fault?.instruction]).toEqual(["crashed", "memory fault", "mov [esp+ebx*4], ecx"]);
  });
});
