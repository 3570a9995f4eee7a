/** Times of the speed benchmark's kernels, made into medians, ratios and a table. */

/** What the ratios to native, as geometric means over all kernels, are to be: docs/performance.md. */
const BUDGETS = { translator: { must: 1.6, aim: 1.2 }, interpreter: { must: 60 } };

const NANOSECONDS_PER_MILLISECOND = 1e6;

/** @param kernels as measured: kernel, checksum, iterations, and by engine the nanoseconds of an iteration in each run */
export function resultsOf(kernels, circumstances) {
  const rows = kernels.map(({ times, ...kernel }) => {
    const medians = Object.entries(times).map(([engine, each]) => [engine, median(each)]);
    const native = medians.find(([engine]) => engine === "native")[1];
    const guests = medians.filter(([engine]) => engine !== "native");
    return {
      ...kernel,
      milliseconds: Object.fromEntries(medians.map(([engine, time]) => [engine, time / NANOSECONDS_PER_MILLISECOND])),
      ratios: Object.fromEntries(guests.map(([engine, time]) => [engine, time / native])),
      spread: Object.fromEntries(Object.entries(times).map(([engine, each]) => [engine, spread(each)])),
    };
  });
  const engines = Object.keys(rows[0].ratios);
  const geometricMeans = Object.fromEntries(
    engines.map((engine) => [engine, geometricMean(rows.map((row) => row.ratios[engine]))]),
  );
  return { ...circumstances, geometricMeans, budgets: BUDGETS, kernels: rows };
}

/** Rows of cells: milliseconds of an iteration natively, then how many times as long it takes elsewhere. */
export function tableOf({ kernels, geometricMeans, native, runs, load }) {
  const engines = Object.keys(geometricMeans);
  const cells = (ratios) => engines.map((engine) => ratios[engine].toFixed(2));
  const worst = (engine) => Math.max(...kernels.map((row) => row.spread[engine]));
  return [
    ["kernel", "native ms", ...engines],
    ...kernels.map((row) => [row.kernel, row.milliseconds.native.toFixed(2), ...cells(row.ratios)]),
    ["geometric mean", "", ...cells(geometricMeans)],
    ["must", "", ...engines.map((engine) => BUDGETS[engine]?.must?.toFixed(2) ?? "")],
    [
      "largest spread",
      `${(100 * worst("native")).toFixed(0)} %`,
      ...engines.map((engine) => `${(100 * worst(engine)).toFixed(0)} %`),
    ],
    [
      `medians of ${runs}, native is ${native === "i386" ? "the same program" : "reassembled"}, load ${load.toFixed(1)} at the start`,
    ],
  ];
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Half the distance between the extremes, over the median: how much single runs differ. */
function spread(numbers) {
  return (Math.max(...numbers) - Math.min(...numbers)) / 2 / median(numbers);
}

function geometricMean(numbers) {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);
}
