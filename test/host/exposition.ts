/**
 * A reader of the Prometheus text format that refuses what the format forbids: samples before their TYPE, names and labels
 * that are none, duplicate series, counters without `_total`, groups that are interrupted.
 */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/;

export function parseExposition(text: string): Sample[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const types = new Map<string, string>();
  const seen = new Set<string>();
  const finished = new Set<string>();
  const samples: Sample[] = [];
  let group = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, keyword, metric, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === "TYPE") {
      if (types.has(metric) || !["counter", "gauge"].includes(rest)) throw new Error(`bad type: ${line}`);
      if (rest === "counter" && !metric.endsWith("_total")) throw new Error(`a counter ends in _total: ${line}`);
      types.set(metric, rest);
      if (group !== "") finished.add(group);
      group = metric;
    } else if (keyword === undefined) {
      const sample = parseSample(line);
      if (sample.name !== group || finished.has(group)) throw new Error(`a sample outside of its group: ${line}`);
      const series = JSON.stringify([sample.name, sample.labels]);
      if (seen.has(series)) throw new Error(`twice: ${line}`);
      seen.add(series);
      samples.push(sample);
    }
  }
  return samples;
}

function parseSample(line: string): Sample {
  const [, name, block = "", text] = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || !NAME.test(name)) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = block; rest !== ""; rest = rest.replace(/^,/, "")) {
    const label = LABEL.exec(rest);
    if (!label) throw new Error(`not a label: ${rest}`);
    labels[label[1]] = label[2].replace(/\\(.)/g, (_, character) => (character === "n" ? "\n" : character));
    rest = rest.slice(label[0].length);
  }
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`not a number: ${line}`);
  return { name, labels, value };
}
