import { describe, expect, it } from "vitest";
import { type EngineName, VM_COLUMNS, type VmColumn } from "../../../source/kernel/index.js";
import { boot, consoleOf, MIB, runFor, SECOND } from "../boot.js";

/** Figures that are not about the engine itself. */
const AGREEING = VM_COLUMNS.filter((column) => !/^translat/.test(column));

/** Everything that can be seen of a run, by figure; short to compare, so that a failure says which figure differs. */
function outcome(engine: EngineName, image: string, args: readonly string[], instructions?: number, seconds = 0.4) {
  const quantum = instructions === undefined ? { nanoseconds: 5e6 } : { instructions };
  const kernel = boot({ engine, quantum });
  const disks = image === "disk" ? [{ name: "data", blocks: 16, readOnly: false }] : [];
  const [id] = kernel.spawn({ image, arguments: args, disks });
  kernel.spawn({ image: "pong" });
  runFor(kernel, seconds);
  const { state, status, fault, registers, eip } = kernel.inspect(id);
  const figures: Partial<Record<VmColumn, number>> = {};
  for (const column of AGREEING) figures[column] = kernel.panel.vm[column][0];
  // Where memory was left, a translated VM's registers are those of an earlier moment, and it says so.
  const exact = fault?.cause !== "memory fault";
  if (!exact)
    for (const column of ["instructions", "cpuTime", "endedAt", "stateSince"] as const) delete figures[column];
  return {
    console: consoleOf(kernel, id),
    ended: [state, status, fault?.cause, fault?.eip, fault?.instruction],
    figures,
    registers: exact ? [...registers, eip] : [],
  };
}

const GUESTS: readonly [image: string, ...args: string[]][] = [
  ["hello"],
  ["exit", "7"],
  ["primes"],
  ["ticker", "20"],
  ["ping", "10", "20"],
  ["echo"],
  ["disk"],
  ["memory", "64", "20"],
  ["interrupts"],
  ["burst"],
  ["hostile-memory"],
  ["hostile-memory", "read"],
  ["hostile-memory", "edge"],
  ["hostile-illegal"],
  ["hostile-illegal", "x87"],
  ["hostile-privileged"],
  ["hostile-control"],
  ["hostile-mac"],
  ["hostile-flood"],
  ["hostile-spin"],
  ["hostile-stack"],
  ["hostile-jump"],
  ["hostile-jump", "code"],
  ["hostile-divide"],
  ["hostile-selfmodify"],
  ["hostile-buffer"],
  ["hostile-registers"],
  ["hostile-interrupt"],
  ["recursion", "5000"],
  ["recursion", "endless"],
];

/** Instructions of a quantum, and how long a guest is watched, in seconds of its time: switches are what takes long. */
const QUANTA: readonly [instructions: number, seconds: number][] = [
  [1, 0.01],
  [7, 0.05],
  [100, 0.2],
  [10_000, 0.4],
];

describe("interpreter and translator", () => {
  it.each(GUESTS)("%s %s %s: every figure, byte and register agrees", (image, ...args) => {
    expect(outcome("translator", image, args)).toEqual(outcome("interpreter", image, args));
  });

  it.each(GUESTS)("%s %s %s: side by side they agree at every exit", (image, ...args) => {
    expect(outcome("both", image, args)).toEqual(outcome("interpreter", image, args));
  });

  it.each(QUANTA)("agree on every guest with a quantum of %i instructions", (instructions, seconds) => {
    for (const [image, ...args] of GUESTS) {
      const translated = outcome("translator", image, args, instructions, seconds);
      expect(translated, image).toEqual(outcome("interpreter", image, args, instructions, seconds));
    }
  });

  // Programs that neither wait nor look at the time: what they do cannot depend on how they are scheduled.
  it.each([
    ["hello"],
    ["exit", "7"],
    ["hostile-divide"],
    ["hostile-illegal"],
    ["hostile-privileged"],
    ["recursion", "999"],
  ])(
    "%s %s: prints the same and retires as many instructions in both engines at every quantum",
    (image, ...args) => {
      const results = (["interpreter", "translator", "both"] as const).flatMap((engine) =>
        [undefined, ...QUANTA.map(([instructions]) => instructions)].map((instructions) => {
          const { console, ended, figures } = outcome(engine, image, args, instructions);
          return { console, ended, instructions: figures.instructions };
        }),
      );
      expect(results[0].ended[0]).toMatch(/^(terminated|crashed)$/);
      for (const result of results) expect(result).toEqual(results[0]);
    },
    120_000,
  );

  it("agree on a fleet that swaps, to the last figure", () => {
    const everything = (engine: EngineName) => {
      const kernel = boot({ engine, supervisor: true, memoryBudget: 5 * MIB });
      kernel.spawn({ image: "primes", count: 2 });
      kernel.spawn({ image: "ticker", count: 5, arguments: ["70"] });
      kernel.spawn({ image: "pong" });
      kernel.spawn({ image: "ping", count: 2, arguments: ["30"] });
      kernel.spawn({ image: "memory", count: 2, arguments: ["200", "50"] });
      kernel.runUntil(0.6 * SECOND);
      const rows = kernel.panel.get("rows");
      return AGREEING.map((column) => [column, Array.from(kernel.panel.vm[column].subarray(0, rows))]);
    };
    expect(everything("translator")).toEqual(everything("interpreter"));
  });
});

describe("the engines' own figures", () => {
  const run = (engine: EngineName) => {
    const kernel = boot({ engine });
    kernel.spawn({ image: "primes" });
    runFor(kernel, 0.4);
    const { instructions, translatedInstructions, translationTime } = kernel.panel.vm;
    return { instructions: instructions[0], translated: translatedInstructions[0], time: translationTime[0] };
  };

  it("say how much ran translated: nearly all, and the same in each run", () => {
    const first = run("translator");
    expect(first.translated).toBeLessThanOrEqual(first.instructions);
    expect(first.translated / first.instructions).toBeGreaterThan(0.9);
    expect(run("translator")).toEqual(first);
  });

  it("say that nothing did where the interpreter runs", () => {
    expect(run("interpreter")).toMatchObject({ translated: 0, time: 0 });
  });

  it("take no time of a clock that only guests move", () => {
    expect(run("translator").time).toBe(0);
  });
});
