import { expect, it } from "vitest";
import { closing } from "../../source/commands/closing.js";

const failing = (what: string) => () => {
  throw new Error(what);
};

it("closes what was opened, the last first, and answers what the work did", async () => {
  const closed: string[] = [];
  const status = await closing(async (opened) => {
    opened(() => closed.push("first"));
    opened(async () => closed.push("second"));
    return 7;
  });
  expect([status, closed]).toEqual([7, ["second", "first"]]);
});

it("closes all of it whatever goes wrong, and tells what ended the work", async () => {
  const closed: string[] = [];
  const work = closing(async (opened) => {
    opened(() => closed.push("first"));
    opened(failing("the file cannot be closed"));
    opened(() => closed.push("third"));
    throw new Error("the fleet was refused");
  });
  await expect(work).rejects.toThrow("the fleet was refused");
  expect(closed).toEqual(["third", "first"]);
});

it("tells what nobody was told of before what somebody was, and that where there is nothing else", async () => {
  const work = (failures: string[]) => async (opened: (close: () => never) => void) => {
    for (const failure of failures.toReversed()) opened(failing(failure));
  };
  const haveTold = (error: unknown) => (error as Error).message === "the recording stopped";
  const both = closing(work(["the recording stopped", "the disk was not closed"]), haveTold);
  await expect(both).rejects.toThrow("the disk was not closed");
  await expect(closing(work(["the recording stopped"]), haveTold)).rejects.toThrow("the recording stopped");
});

it("tells the first thing that could not be closed, where the work went well", async () => {
  const work = closing(async (opened) => {
    opened(failing("the second"));
    opened(failing("the first"));
  });
  await expect(work).rejects.toThrow("the first");
});
