import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { SOURCES, TRANSPILED } from "./scripts/test-sources.mjs";

/** Makes tests import what scripts/test-sources.mjs transpiled, by Node's own loader. */
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
    globalSetup: ["scripts/test-sources.mjs", "test/build.ts"],
    include: ["test/**/*.test.{ts,tsx}"],
    server: { deps: { external: [/\/build\/sources\//] } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
