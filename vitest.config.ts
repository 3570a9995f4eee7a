import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { SOURCES, TRANSPILED } from "./test/transpile-sources.js";

/** Makes tests import what test/transpile-sources.ts transpiled, by Node's own loader. */
const transpiledSources: Plugin = {
  name: "transpiled-sources",
  enforce: "pre",
  resolveId(id, importer) {
    if (!importer || !id.startsWith(".")) return undefined;
    const path = resolve(dirname(importer), id);
    if (!path.startsWith(`${SOURCES}/`)) return undefined;
    return { id: TRANSPILED + path.slice(SOURCES.length), external: true };
  },
};

export default defineConfig({
  plugins: [transpiledSources],
  test: {
    globalSetup: ["test/transpile-sources.ts", "test/build.ts"],
    include: ["test/**/*.test.{ts,tsx}"],
    server: { deps: { external: [/\/build\/sources\//] } },
    // Guards against what hangs: on a quiet machine no test that has no limit of its own takes a tenth of it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    // Translating makes much garbage that lives briefly: the conformance tests take half as long so.
    execArgv: ["--max-semi-space-size=64"],
    maxWorkers: 2,
  },
});
