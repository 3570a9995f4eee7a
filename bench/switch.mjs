/**
 * What many VMs of one image cost: memory of each once it has run, beyond the pages it touched, and a switch from one to
 * the next: leaving the VM, choosing the next, entering it.
 *
 *     npm run bench -- switch [--vms 2000] [--engines translator,interpreter] [--seconds 3]
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "../scripts/build.mjs";
import { fail } from "../scripts/setup.mjs";
import { BUILD_FOLDER, buildGuest } from "./speed/programs.mjs";

const RUN = fileURLToPath(new URL("switch/run.mjs", import.meta.url));

export async function measure(given) {
  const { values } = parseArgs({
    args: given,
    options: {
      vms: { type: "string", default: "2000" },
      engines: { type: "string", default: "translator,interpreter" },
      seconds: { type: "string", default: "3" },
    },
  });
  const image = buildGuest("yield");
  await bundle("source/host/local-client.ts", BUILD_FOLDER);
  const few = 2;
  return values.engines.split(",").flatMap((engine) => {
    const many = run(engine, image, values.vms, values.seconds);
    const two = run(engine, image, few, values.seconds);
    const what = (text) => `${engine}: ${text}`;
    return [
      { what: what(`a VM's touched pages, ${values.vms} VMs`), value: many.touched / 1024, unit: "KiB" },
      { what: what("resident beyond them, each"), value: many.beyond / 1024, unit: "KiB", must: 100 },
      { what: what(`switch, ${values.vms} VMs`), value: many.nanoseconds / 1000, unit: "µs", must: 3 },
      { what: what(`switch, ${few} VMs`), value: two.nanoseconds / 1000, unit: "µs", must: 3 },
    ];
  });
}

function run(engine, image, vms, seconds) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...["--expose-gc", "--disable-warning=ExperimentalWarning", RUN],
      ...[join(BUILD_FOLDER, "local-client.js"), engine, image, String(vms), seconds],
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) fail(`${vms} VMs could not be measured:\n${stderr}`);
  return JSON.parse(stdout);
}
