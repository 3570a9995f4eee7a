/**
 * What a context switch costs: VMs that do nothing but give the CPU up, and VMs that walk over some memory each time they have
 * it, so that what the caches held of the next one is gone. From that the walk itself is taken off, as one VM alone does it.
 */

import {
  type Experiment,
  ends,
  figure,
  isNoise,
  repeated,
  type Series,
  type Sizes,
  seriesOf,
  spread,
} from "./experiment.js";
import { onMachine, processTime } from "./machine.js";

/** Bytes walked over: what the first cache of a CPU holds. */
const WALK = 32 * 1024;

/** Turns after which V8 has compiled what there is to compile. */
const WARM_TURNS = 20_000;

export const experiment: Experiment = {
  name: "switch",
  about: "from one VM to the next, its memory in the caches and not",
  varies: "VMs",
  sizes: { points: [1, 2, 4, 8, 16, 32, 64], seconds: 0.5, runs: 3 },
  paperPoints: [1, 2, 4, 8, 16, 32, 64],
  paper: "1.4 µs at best; at worst 3.9 µs with one VM and 9 µs with two and more",
  async measure(sizes) {
    // Not counted: V8 compiles the kernel meanwhile.
    await turns(2, WALK, sizes);
    const walkAlone = await walkTime(sizes);
    const series = await seriesOf(
      sizes,
      [
        ["best", "µs"],
        ["worst", "µs"],
      ],
      async (vms) => [await turns(vms, 0, sizes), (await turns(vms, WALK, sizes)).map((turn) => turn - walkAlone)],
    );
    return { series, found: found(series) };
  },
};

/** In the paper's words. */
export function found([bestCase, worstCase]: readonly Series[]): string {
  const best = Math.min(...bestCase.spreads.map(({ median }) => median));
  const atBest = `${figure(best)} µs at best`;
  if (worstCase.spreads.some(isNoise)) {
    return `${atBest}; at worst lost in noise: measure longer or more often, with --seconds and --runs`;
  }
  const [one, most] = ends(worstCase);
  return `${atBest}; at worst ${figure(one)} to ${figure(most)} µs`;
}

/** Microseconds of walking in a turn. */
async function walkTime(sizes: Sizes): Promise<number> {
  return spread(await turns(1, WALK, sizes)).median - spread(await turns(1, 0, sizes)).median;
}

/** Microseconds of CPU time a turn. */
function turns(vms: number, walk: number, { seconds, runs, engine }: Sizes): Promise<number[]> {
  return onMachine({ engine }, async (machine) => {
    await machine.client.spawn({ image: "yield", count: vms, arguments: [String(walk)] });
    await machine.until("VMs to give up the CPU", () => machine.get("contextSwitches") > WARM_TURNS);
    return repeated(runs, async () => {
      const before = { turns: machine.get("contextSwitches"), time: processTime() };
      await machine.pass(seconds);
      return (processTime() - before.time) / 1000 / (machine.get("contextSwitches") - before.turns);
    });
  });
}
