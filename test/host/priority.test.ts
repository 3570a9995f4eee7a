/** What threads yield to: judged by what the host is asked for. */

import { expect, it } from "vitest";
import { yieldThread } from "../../source/host/priority.js";

/** A host on which threads are that nice now, and what it was asked for. */
function hostAt(niceness: number, setPriority: () => void = () => {}) {
  const asked: number[][] = [];
  const host = {
    platform: () => "linux" as const,
    getPriority: () => niceness,
    setPriority: (...wanted: number[]) => {
      asked.push(wanted);
      setPriority();
    },
  };
  return { host, asked };
}

it("asks the host for that much", () => {
  const { host, asked } = hostAt(0);
  yieldThread(5, 17, host);
  expect(asked).toEqual([[17, 5]]);
});

it("leaves a thread as nice as the whole program was started, which nobody but root may undo", () => {
  const { host, asked } = hostAt(10);
  yieldThread(5, 0, host);
  expect(asked).toEqual([]);
});

it("goes on where the host refuses", () => {
  const { host, asked } = hostAt(0, () => {
    throw Object.assign(new Error("permission denied"), { code: "EACCES" });
  });
  yieldThread(5, 0, host);
  expect(asked).toHaveLength(1);
});
