/**
 * The layers of ARCHITECTURE.md are lint rules in biome.json. Here each is shown to bite: a sample file that breaks it is
 * refused, and one that keeps to it is not.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const project = dirname(import.meta.dirname);
const configuration = JSON.parse(readFileSync(join(project, "biome.json"), "utf8"));
const samples = mkdtempSync(join(tmpdir(), "denali-layers-"));

/** [importing file, imported module, whether that is allowed] */
const IMPORTS: readonly (readonly [string, string, "allowed" | "refused"])[] = [
  ["source/ui/sample.tsx", "../kernel/index.js", "allowed"],
  ["source/ui/sample.tsx", "../host/client.js", "allowed"],
  ["source/ui/components/sample.tsx", "../../kernel/index.js", "allowed"],
  ["source/ui/sample.tsx", "../kernel/kernel.js", "refused"],
  ["source/ui/components/sample.tsx", "../../kernel/vm/vm.js", "refused"],
  ["source/ui/sample.tsx", "../host/worker-client.js", "refused"],
  ["source/ui/sample.tsx", "../commands/run.js", "refused"],
  ["source/ui/sample.tsx", "meow", "refused"],
  ["source/host/sample.ts", "../kernel/index.js", "allowed"],
  ["source/host/sample.ts", "../kernel/params.js", "refused"],
  ["source/host/sample.ts", "../ui/monitor.js", "refused"],
  ["source/host/sample.ts", "../commands/run.js", "refused"],
  ["source/host/sample.ts", "../fleet/fleet.js", "refused"],
  ["source/host/sample.ts", "react", "refused"],
  ["source/fleet/sample.ts", "../kernel/index.js", "allowed"],
  ["source/fleet/sample.ts", "../kernel/errors.js", "refused"],
  ["source/fleet/sample.ts", "../ui/monitor.js", "refused"],
  ["source/commands/sample.ts", "../ui/monitor.js", "allowed"],
  ["source/commands/sample.ts", "../host/worker-client.js", "allowed"],
  ["source/commands/sample.ts", "../ui/presentation/vm-columns.js", "allowed"],
  ["source/commands/sample.ts", "../ui/vm-order.js", "allowed"],
  ["source/commands/sample.ts", "../ui/theme.js", "refused"],
  ["source/commands/sample.ts", "../ui/presentation/header.js", "refused"],
  ["source/commands/sample.ts", "../kernel/x86/machine.js", "refused"],
  ["source/commands/sample.ts", "ink", "refused"],
  ["source/kernel/sample.ts", "./vm/vm.js", "allowed"],
  ["source/kernel/sample.ts", "react", "refused"],
  ["source/kernel/sample.ts", "ink", "refused"],
  ["source/kernel/sample.ts", "meow", "refused"],
  ["source/kernel/sample.ts", "../host/client.js", "refused"],
  ["source/kernel/sample.ts", "../ui/theme.js", "refused"],
  ["source/kernel/x86/sample.ts", "./machine.js", "allowed"],
  ["source/kernel/x86/sample.ts", "../errors.js", "allowed"],
  ["source/kernel/x86/sample.ts", "../vm/vm.js", "refused"],
  ["source/kernel/x86/sample.ts", "../wasm/module.js", "refused"],
  ["source/kernel/x86/sample.ts", "../net/switch.js", "refused"],
  ["source/kernel/x86/sample.ts", "../kernel.js", "refused"],
  ["source/kernel/x86/sample.ts", "../index.js", "refused"],
  ["source/kernel/x86/sample.ts", "../../host/client.js", "refused"],
  ["source/kernel/x86/semantics/sample.ts", "../machine.js", "allowed"],
  ["source/kernel/x86/semantics/sample.ts", "../../errors.js", "allowed"],
  ["source/kernel/x86/semantics/sample.ts", "../../vm/vm.js", "refused"],
  ["source/kernel/x86/semantics/sample.ts", "../../../host/client.js", "refused"],
  ["source/kernel/x86/sample.ts", "./semantics/arithmetic.js", "allowed"],
  ["source/kernel/x86/sample.ts", "react", "refused"],
  ["source/kernel/translator/sample.ts", "../x86/machine.js", "allowed"],
  ["source/kernel/translator/sample.ts", "../wasm/module.js", "allowed"],
  ["source/kernel/translator/sample.ts", "../vm/vm.js", "refused"],
  ["source/kernel/translator/operations/sample.ts", "../emitter.js", "allowed"],
  ["source/kernel/translator/operations/sample.ts", "../../x86/machine.js", "allowed"],
  ["source/kernel/translator/operations/sample.ts", "../../vm/vm.js", "refused"],
  ["source/kernel/translator/operations/sample.ts", "../../../host/client.js", "refused"],
  ["source/kernel/lockstep/sample.ts", "../x86/machine.js", "allowed"],
  ["source/kernel/lockstep/sample.ts", "../translator/translator.js", "refused"],
  ["source/kernel/lockstep/sample.ts", "../vm/vm.js", "refused"],
  ["source/kernel/wasm/sample.ts", "../x86/machine.js", "refused"],
  ["source/kernel/wasm/sample.ts", "../vm/vm.js", "refused"],
  ["source/kernel/net/sample.ts", "../x86/machine.js", "refused"],
  ["source/kernel/net/sample.ts", "../vm/vm.js", "refused"],
  ["source/kernel/net/sample.ts", "../kernel.js", "refused"],
  ["source/kernel/vm/sample.ts", "../x86/machine.js", "allowed"],
  ["source/kernel/vm/sample.ts", "../kernel.js", "refused"],
  ["source/kernel/vm/sample.ts", "../supervisor/control-device.js", "refused"],
  ["source/kernel/vm/sample.ts", "../run/scheduler.js", "refused"],
  ["source/kernel/devices/sample.ts", "../kernel.js", "refused"],
  ["source/kernel/devices/sample.ts", "../supervisor/control-device.js", "refused"],
  ["source/kernel/devices/sample.ts", "../x86/machine.js", "refused"],
  ["source/kernel/sched/sample.ts", "../kernel.js", "refused"],
  ["source/kernel/sched/sample.ts", "../vm/vm.js", "refused"],
  ["source/kernel/swap/sample.ts", "../devices/block-file.js", "allowed"],
  ["source/kernel/swap/sample.ts", "../kernel.js", "refused"],
  ["source/kernel/swap/sample.ts", "../supervisor/control-device.js", "refused"],
  ["source/kernel/supervisor/sample.ts", "../vm/vm.js", "allowed"],
  ["source/kernel/supervisor/sample.ts", "../kernel.js", "refused"],
  ["source/kernel/processors/sample.ts", "../vm/vm.js", "allowed"],
  ["source/kernel/processors/sample.ts", "../run/other-cpus.js", "refused"],
  ["source/kernel/run/sample.ts", "../vm/vm.js", "allowed"],
  ["source/kernel/run/sample.ts", "../kernel.js", "refused"],
  ["source/kernel/operations/sample.ts", "../kernel.js", "refused"],
];

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string | { readonly file: string } };
}

let diagnostics: Diagnostic[];

/** One folder a sample, so that several samples may stand for the same file. */
const sampleFile = (index: number) => IMPORTS[index][0].replace("sample", `sample-${index}`);

function write(file: string, text: string): void {
  mkdirSync(dirname(join(samples, file)), { recursive: true });
  writeFileSync(join(samples, file), text);
}

beforeAll(() => {
  write("biome.json", JSON.stringify({ ...configuration, vcs: { enabled: false } }));
  IMPORTS.forEach(([, module], index) => {
    write(sampleFile(index), `import { something } from "${module}";\n\nexport const used = something;\n`);
  });
  write("source/ui/first.ts", 'import { b } from "./second.js";\n\nexport const a = () => b;\n');
  write("source/ui/second.ts", 'import { a } from "./first.js";\n\nexport const b = () => a;\n');
  const biome = join(project, "node_modules", ".bin", "biome");
  const run = spawnSync(biome, ["lint", "--reporter=json", "--max-diagnostics=1000", "source"], {
    cwd: samples,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  diagnostics = JSON.parse(run.stdout).diagnostics;
});

afterAll(() => rmSync(samples, { recursive: true, force: true }));

function refused(file: string, rule: string): boolean {
  return diagnostics.some(({ category, location }) => {
    const path = typeof location.path === "string" ? location.path : location.path.file;
    return category === rule && path.endsWith(file);
  });
}

test.each(IMPORTS.map(([file, module, verdict], index) => ({ file, module, verdict, index })))(
  "$file importing $module is $verdict",
  ({ verdict, index }) => {
    expect(refused(sampleFile(index), "lint/style/noRestrictedImports")).toBe(verdict === "refused");
  },
);

test("a cycle of imports is refused", () => {
  expect(refused("source/ui/first.ts", "lint/suspicious/noImportCycles")).toBe(true);
});

test("every folder of the kernel has its rules", () => {
  const covered = configuration.overrides.flatMap((override: { includes: string[] }) => override.includes);
  const entries = readdirSync(join(project, "source", "kernel"), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `source/kernel/${name}/**`);
  expect(folders).not.toHaveLength(0);
  for (const folder of folders) expect(covered).toContain(folder);
});
