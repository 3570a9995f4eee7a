/**
 * What scripts/conformance.mjs runs: `--cases N` random instructions, or `--functions N` random functions, of a `--seed`;
 * `--case N` and `--program N` repeat one. `--first N` begins there, so that several processes can share a soak.
 */
import { parseArgs } from "node:util";
import { Campaign } from "./campaign.js";
import { FunctionCampaign } from "./functions/function-campaign.js";
import { findHostCpu, type HostCpu, removeBuilds } from "./host-cpu.js";
import { findTemplates } from "./templates.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "1000000" },
    functions: { type: "string" },
    first: { type: "string", default: "0" },
    case: { type: "string" },
    program: { type: "string" },
    only: { type: "string" },
    folder: { type: "string", default: "test/conformance" },
  },
});

const REPORTS_SHOWN = 20;
/** Cases between two lines about how far it got. */
const STRETCH = 200_000;
/** Functions likewise. */
const FUNCTION_STRETCH = 50_000;

const host = findHostCpu(values.folder);
if ("missing" in host) {
  console.error(`conformance: ${host.missing}; install gcc on an x86-64 Linux host`);
  process.exit(1);
}
const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;
const list = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([name, count]) => `${name} ${count}`).join(", ");

const failures =
  values.functions === undefined && values.program === undefined ? soakInstructions(host) : soakFunctions(host);
removeBuilds();
process.exit(failures === 0 ? 0 : 1);

function show(failures: readonly string[]): void {
  for (const failure of failures.slice(0, REPORTS_SHOWN)) console.log(`${failure}\n`);
}

function soakInstructions(cpu: HostCpu): number {
  const pattern = new RegExp(values.only ?? "", "i");
  const chosen = findTemplates().filter(({ name }) => pattern.test(name));
  const campaign = new Campaign(cpu, chosen, Number(values.seed));
  const { result } = campaign;
  const first = Number(values.case ?? values.first);
  const end = first + (values.case === undefined ? Number(values.cases) : 1);
  for (let at = first; at < end; at += STRETCH) {
    campaign.run(at, Math.min(STRETCH, end - at));
    if (end - at > STRETCH) console.error(`${at + STRETCH - first} cases, ${result.failures.length} differ`);
  }
  show(result.failures);
  const [rarest] = chosen
    .map(({ name }) => ({ name, cases: result.coverage.get(name) ?? 0 }))
    .sort((a, b) => a.cases - b.cases);
  const { compared, leftOut, translated, ranTranslated, endings } = result;
  console.log(`seed ${values.seed}: ${compared} cases compared with the CPU ${cpu.mode}, ${leftOut} left out`);
  console.log(`${translated} in both engines, ${ranTranslated} of them by translated code`);
  console.log(`${chosen.length} instruction forms, the rarest ${rarest.name} ${rarest.cases} times; ${list(endings)}`);
  console.log(`${seconds().toFixed(1)} s, ${Math.round(translated / seconds())} cases a second`);
  console.log(`${result.failures.length} differ`);
  return result.failures.length;
}

function soakFunctions(cpu: HostCpu): number {
  const campaign = new FunctionCampaign(cpu, Number(values.seed));
  const { result } = campaign;
  if (values.program !== undefined) campaign.runOne(Number(values.program));
  else {
    const wanted = Number(values.functions);
    const first = Number(values.first);
    while (result.functions < wanted) {
      campaign.run(Math.min(wanted, result.functions + FUNCTION_STRETCH), first + result.programs);
      if (result.functions < wanted) console.error(`${result.functions} functions, ${result.failures.length} differ`);
    }
  }
  show(result.failures);
  const { functions, programs, compared, instructions, translated, endings } = result;
  console.log(`seed ${values.seed}: ${functions} functions in ${programs} programs`);
  console.log(`${compared} programs compared with the CPU ${cpu.mode}; ${list(endings)}`);
  const share = Math.round((100 * translated) / instructions);
  console.log(`${instructions} instructions in each engine, ${share} % of them by translated code`);
  console.log(`${seconds().toFixed(1)} s, ${Math.round(functions / seconds())} functions a second`);
  console.log(`${result.failures.length} differ`);
  return result.failures.length;
}
