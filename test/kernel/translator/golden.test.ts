/**
 * What the translator makes of a few dozen snippets, each in a file that is read when it changes: golden/NAME.s beside
 * golden/NAME.wat. `npm run golden` writes them anew.
 */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Image } from "../../../source/kernel/vm/image.js";
import { assemble, ENTRY, elfOf, FOLDER, readSnippets, type Snippet, writeBytes } from "./golden-snippets.js";

const UPDATING = process.env.DENALI_GOLDEN === "update";

/** The snippet whose whole function is shown; of the others only what its instructions became. */
const WHOLE = "whole-function";

const update = (snippet: Snippet): Snippet => {
  const segments = assemble(snippet.source);
  if (segments) writeBytes(snippet, segments);
  return segments ? { ...snippet, segments } : snippet;
};

const SNIPPETS = UPDATING ? readSnippets().map(update) : readSnippets();
const COMPILER = assemble("ret\n") !== undefined;

function translation({ name, source, segments }: Snippet): string {
  const image = new Image(name, "", elfOf(segments));
  const lines = image.listTranslation(ENTRY) ?? [";; not translated"];
  const title = `;;${source.split("\n", 1)[0].slice(1)}\n`;
  return title + (name === WHOLE ? lines : ownLines(lines)).map((line) => `${line}\n`).join("");
}

/** From the first instruction to the function's ends, as far to the left as it goes. */
function ownLines(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.startsWith(";; 0x"));
  const end = lines.indexOf(";; the function's ends");
  const own = lines.slice(Math.max(0, first), end < 0 ? lines.length : end);
  const indents = own.filter((line) => !line.startsWith(";")).map((line) => line.search(/\S/));
  const least = Math.max(0, Math.min(...indents) - 2);
  return own.map((line) => (line.startsWith(";") ? line : line.slice(least)));
}

describe("golden translations", () => {
  it("are a few dozen", () => {
    expect(SNIPPETS.length).toBeGreaterThanOrEqual(36);
  });

  it.each(SNIPPETS.map((snippet) => [snippet.name, snippet] as const))("%s", async (name, snippet) => {
    expect(snippet.segments[0]?.address, "it has bytes: run npm run golden where gcc is").toBe(ENTRY);
    await expect(translation(snippet)).toMatchFileSnapshot(join(FOLDER, `${name}.wat`));
  });

  it.skipIf(!COMPILER).each(SNIPPETS.map((snippet) => [snippet.name, snippet] as const))(
    "the bytes of %s are what gcc makes of its text",
    (_, { source, segments }) => {
      expect(assemble(source)?.map(({ address, bytes }) => [address, ...bytes])).toEqual(
        segments.map(({ address, bytes }) => [address, ...bytes]),
      );
    },
  );
});
