/** What scripts/conformance.mjs runs: `--seed N --cases N` for a soak, `--seed N --case N` to repeat one. */
import { parseArgs } from "node:util";
import { Campaign } from "./campaign.js";
import { findHostCpu, removeBuilds } from "./host-cpu.js";
import { findTemplates } from "./templates.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "1000000" },
    case: { type: "string" },
    only: { type: "string" },
    folder: { type: "string", default: "test/conformance" },
  },
});

const REPORTS_SHOWN = 20;

const host = findHostCpu(values.folder);
if ("missing" in host) {
  console.error(`conformance: ${host.missing}; install gcc on an x86-64 Linux host`);
  process.exit(1);
}
const templates = findTemplates();
const pattern = new RegExp(values.only ?? "", "i");
const chosen = templates.filter(({ name }) => pattern.test(name));
const first = Number(values.case ?? 0);
const count = values.case === undefined ? Number(values.cases) : 1;
const started = performance.now();
const result = new Campaign(host, chosen, Number(values.seed)).run(first, count);
removeBuilds();
const seconds = (performance.now() - started) / 1000;

for (const failure of result.failures.slice(0, REPORTS_SHOWN)) console.log(`${failure}\n`);
const endings = [...result.endings].map(([ending, cases]) => `${ending} ${cases}`).join(", ");
const [rarest] = chosen
  .map(({ name }) => ({ name, cases: result.coverage.get(name) ?? 0 }))
  .sort((a, b) => a.cases - b.cases);
console.log(
  `seed ${values.seed}: ${result.compared} cases compared, ${result.leftOut} left out, ${seconds.toFixed(1)} s`,
);
console.log(`${chosen.length} instruction forms, the rarest ${rarest.name} ${rarest.cases} times; ${endings}`);
console.log(`${result.translated} in both engines, ${result.ranTranslated} of them by translated code`);
console.log(
  `${Math.round(count / seconds)} cases a second, the host's CPU ${host.mode}; ${result.failures.length} differ`,
);
process.exit(result.failures.length === 0 ? 0 : 1);
