/** Median and 95th percentile of times that were measured, as rows of a benchmark's table. */

/** @param unit of the times. @param budgets of the median and of the 95th percentile: {must, aim}, where there are some */
export function quantiles(what, times, unit, { median = {}, late = {} } = {}) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return [
    { what: `${what}, median of ${sorted.length}`, value: at(0.5), unit, ...median },
    { what: `${what}, 95th percentile`, value: at(0.95), unit, ...late },
  ];
}
