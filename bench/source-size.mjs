/**
 * How much source there is, counted as the paper counts Denali's: in semicolons, so that layout does not matter. The
 * processor, which the paper's kernel finds in hardware, is told apart from the kernel proper. Types, comments and texts
 * do not count.
 *
 *     npm run bench -- source-size
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { ROOT } from "../scripts/setup.mjs";

const KERNEL = "source/kernel";

/** Parts of the source, by the folders that they are in. */
const PARTS = [
  { what: "isolation kernel", folders: [KERNEL], without: ["x86", "translator", "wasm", "lockstep"] },
  { what: "processor: x86 interpreter", folders: [`${KERNEL}/x86`] },
  {
    what: "processor: translator, and lockstep of both",
    folders: ["translator", "wasm", "lockstep"].map((part) => `${KERNEL}/${part}`),
  },
  { what: "host: client, recording, network", folders: ["source/host"] },
  { what: "monitor", folders: ["source/ui"] },
  { what: "commands and fleet files", folders: ["source/commands", "source/fleet"] },
];

/** What the paper says of its kernel's core; Linux's is larger by an order of magnitude. */
const PAPER = 5000;

export function measure() {
  const counts = PARTS.map((part) => filesOf(part).reduce((sum, file) => sum + semicolons(file), 0));
  return {
    results: PARTS.map(({ what }, index) => ({ what, semicolons: counts[index] })),
    table: [
      ["part", "semicolons", "in the paper"],
      ...PARTS.map(({ what }, index) => [what, text(counts[index]), index === 0 ? `about ${text(PAPER)}` : ""]),
    ],
  };
}

const text = (count) => count.toLocaleString("en-US");

const filesOf = ({ folders, without = [] }) =>
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .filter((file) => /\.tsx?$/.test(file) && !without.some((part) => file.startsWith(`${part}/`)))
      .map((file) => join(ROOT, folder, file)),
  );

/** Counted where esbuild has printed the code: without types and comments, a statement a line. */
function semicolons(file) {
  const { code } = transformSync(readFileSync(file, "utf8"), { loader: file.endsWith("x") ? "tsx" : "ts" });
  const statements = code.match(/;$/gm) ?? [];
  const inLoopHeads = code.match(/^\s*for \(.*;.*;.*\) ?\{?$/gm) ?? [];
  return statements.length + 2 * inLoopHeads.length;
}
