/** Programs in the least memory that a VM of theirs may have: they end, and do not crash. */
import { expect, it } from "vitest";
import { boot, consoleOf, runFor } from "../kernel/boot.js";

const KIB = 1024;

function runIn(image: string, kilobytes: number) {
  const kernel = boot();
  const [id] = kernel.spawn({ image, memory: kilobytes * KIB });
  runFor(kernel, 1);
  const { state, status } = kernel.inspect(id);
  return { state, status, console: consoleOf(kernel, id) };
}

it("greeter has no room for a file, nor to say so, or for nothing at all", () => {
  const { state, status } = runIn("greeter", 256);
  expect(state).toBe("terminated");
  // What its image leaves of 256 KB: a little, or nothing, which Ilwaco complains about.
  expect([1, 126]).toContain(status);
});

it("memory has less than it tests by itself", () => {
  expect(runIn("memory", 128)).toEqual({
    state: "terminated",
    status: 2,
    console: "memory: can test 1 to 28 KB of this VM's memory\n",
  });
});
