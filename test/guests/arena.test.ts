/** The game's bots under a server that does not keep to its own rules, and what they are started with. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { boot, consoleOf, runFor, temporaryFolder } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guests = here("../../guests");
const librariesAreBuilt = spawnSync("make", ["-q", "-C", join(guests, "ilwaco")]).status === 0;

it.skipIf(!librariesAreBuilt)("counts no state that holds other players than it says", { timeout: 120_000 }, () => {
  const image = join(temporaryFolder(), "server.elf");
  execFileSync(join(guests, "cc"), ["-O2", "-o", image, here("programs/lying-arena.c")]);
  const kernel = boot();
  kernel.spawn({ image });
  runFor(kernel, 0.2);
  const [bots] = kernel.spawn({ image: "arena", arguments: ["bots", "10.0.0.1", "1"] });
  runFor(kernel, 3.5);
  const seconds = consoleOf(kernel, bots).trim().split("\n");
  expect(seconds.map((line) => line.slice(0, line.indexOf(",")))).toEqual(["1 states", "1 states", "1 states"]);
});

it.each([["bots"], ["bots", "10.0.0.1", "4x"], ["bots", "10.0.0.1", "65"], ["bots", "10.0.0.1", "0"], ["4"]])(
  "says how it is started: %s %s %s",
  (...words) => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "arena", arguments: words });
    runFor(kernel, 0.3);
    expect(consoleOf(kernel, id)).toBe("usage: arena, or arena bots SERVER [COUNT up to 64]\n");
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 2 });
  },
);
