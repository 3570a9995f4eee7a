/** Who gets the CPU of VMs that compute for ever, by their tickets: round robin ignores them, the lottery follows them. */

import { type Experiment, figure, type Series, type Sizes, spread } from "./experiment.js";
import { onMachine } from "./machine.js";

/** Short, so that there are draws enough for shares to settle. */
const QUANTUM = { nanoseconds: 1e6 };

export const experiment: Experiment = {
  name: "fairness",
  about: "shares of the CPU under both policies, against tickets",
  varies: "tickets",
  sizes: { points: [100, 200, 300, 400], seconds: 4, runs: 3 },
  paperPoints: [100, 200, 300, 400],
  paper: "round robin alone, every VM alike; lottery scheduling is a reader's proposal (shares as tickets)",
  async measure(sizes) {
    const sum = sizes.points.reduce((total, tickets) => total + tickets, 0);
    const series = [await shares("round-robin", sizes), await shares("lottery", sizes)];
    const wanted = sizes.points.map((tickets) => spread([(100 * tickets) / sum]));
    const off = series[1].spreads.map(({ median }, point) => Math.abs(median - wanted[point].median));
    const alike = 100 / sizes.points.length;
    const apart = series[0].spreads.map(({ median }) => Math.abs(median - alike));
    const found =
      `round robin within ${figure(Math.max(...apart))} percentage points of alike, ` +
      `the lottery within ${figure(Math.max(...off))} of the tickets`;
    return { series: [...series, { name: "tickets' share", unit: "% of the CPU", spreads: wanted }], found };
  },
};

/** Percent of the CPU time that all had, for each. */
function shares(policy: string, { points, seconds, runs, engine }: Sizes): Promise<Series> {
  return onMachine({ engine, policy, quantum: QUANTUM }, async (machine) => {
    for (const tickets of points) await machine.client.spawn({ image: "primes", tickets });
    await machine.untilAllRan();
    const { cpuTime } = machine.client.panel.vm;
    const used = () => cpuTime.slice(0, points.length);
    const measured: number[][] = points.map(() => []);
    for (let run = 0; run < runs; run++) {
      const before = used();
      await machine.pass(seconds);
      const after = used().map((time, row) => time - before[row]);
      const all = after.reduce((sum, time) => sum + time, 0);
      after.forEach((time, row) => {
        measured[row].push((100 * time) / all);
      });
    }
    return { name: policy, unit: "% of the CPU", spreads: measured.map(spread) };
  });
}
