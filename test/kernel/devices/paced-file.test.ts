import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BlockFile } from "../../../source/kernel/devices/block-file.js";
import { PacedFile } from "../../../source/kernel/devices/paced-file.js";

const RATE = 100;
const EACH = 10;

/** A file that ends every transfer at once, and notes when it began. */
function instantFile(): { file: BlockFile; began: number[]; closed: number[] } {
  const [began, closed]: number[][] = [[], []];
  const transfer = (done: () => void) => {
    began.push(performance.now());
    process.nextTick(done);
  };
  const file: BlockFile = {
    read: (_target, _position, done) => transfer(done),
    write: (_source, _position, done) => transfer(done),
    close: () => void closed.push(performance.now()),
  };
  return { file, began, closed };
}

describe("a file on a slow disk", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("makes as many transfers a second as it is told, in turn, whatever their size", async () => {
    const { file, began } = instantFile();
    const paced = new PacedFile(file, RATE);
    const ended: number[] = [];
    for (let index = 0; index < 250; index++) {
      if (index % 2 === 0) paced.read(new Uint8Array(4096 * (index + 1)), 0, () => ended.push(index));
      else paced.write([new Uint8Array(4096)], 0, () => ended.push(index));
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(began.length).toBeGreaterThanOrEqual(RATE - 1);
    expect(began.length).toBeLessThanOrEqual(RATE + 1);
    await vi.advanceTimersByTimeAsync(1500 + EACH);
    expect(ended).toEqual(Array.from({ length: 250 }, (_, index) => index));
  });

  it("takes as long for one alone, and saves no time up while it has nothing to do", async () => {
    const { file, began } = instantFile();
    const paced = new PacedFile(file, RATE);
    const started = performance.now();
    paced.read(new Uint8Array(1), 0, () => {});
    await vi.advanceTimersByTimeAsync(1000);
    expect(began[0] - started).toBeGreaterThanOrEqual(EACH);
    expect(began[0] - started).toBeLessThan(EACH + 2);
    for (let count = 0; count < 50; count++) paced.read(new Uint8Array(1), 0, () => {});
    await vi.advanceTimersByTimeAsync(10 * EACH + 1);
    expect(began.length).toBeLessThanOrEqual(1 + 11);
  });

  it("does not ask the disk where there is nothing to move", () => {
    const { file, began } = instantFile();
    const paced = new PacedFile(file, RATE);
    paced.read(new Uint8Array(0), 0, () => {});
    paced.write([], 0, () => {});
    expect(began).toHaveLength(2);
  });

  it("closes behind those that wait", async () => {
    const { file, began, closed } = instantFile();
    const paced = new PacedFile(file, RATE);
    for (let count = 0; count < 5; count++) paced.write(new Uint8Array(1), 0, () => {});
    const closing = paced.close();
    await vi.advanceTimersByTimeAsync(3 * EACH);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(10 * EACH);
    await closing;
    await paced.close();
    expect([began.length, closed.length]).toEqual([5, 1]);
  });
});
