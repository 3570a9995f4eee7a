import { expect, test } from "vitest";
import { type EventLoop, NodeEventLoop } from "../../source/host/event-loop.js";
import { KernelDriver, type Steppable } from "../../source/host/kernel-driver.js";

/** What Node's event loop takes at worst on a machine with nothing else to do, in milliseconds. */
const TURN = 0.05;
const TIMER_LATENESS = 0.99;
const SLEEP_LATENESS = 0.1;

/** An event loop in which time passes only as the test lets it: as late as Node's may be. */
class LateEventLoop implements EventLoop {
  time = 0;
  turns = 0;
  slept = 0;
  readonly #queue: { time: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }
  soon(callback: () => void): () => void {
    return this.at(this.time + TURN, callback);
  }
  after(milliseconds: number, callback: () => void): () => void {
    return this.at(this.time + Math.max(1, milliseconds) + TIMER_LATENESS, callback);
  }
  sleep(milliseconds: number): void {
    this.slept = Math.max(this.slept, milliseconds);
    this.time += milliseconds + SLEEP_LATENESS;
  }

  /** Something that happens to the thread. */
  at(time: number, callback: () => void): () => void {
    const entry = { time, callback };
    this.#queue.push(entry);
    return () => {
      const place = this.#queue.indexOf(entry);
      if (place >= 0) this.#queue.splice(place, 1);
    };
  }

  /** Lets things happen until that time; answers whether something is left to happen. */
  run(until: number): boolean {
    for (;;) {
      this.#queue.sort((a, b) => a.time - b.time);
      const next = this.#queue[0];
      if (!next || next.time > until) return next !== undefined;
      this.#queue.shift();
      this.time = Math.max(this.time, next.time);
      this.turns++;
      next.callback();
    }
  }
}

/** A kernel that notes when it was stepped and answers what the test wants. */
class FakeKernel implements Steppable {
  onWork: (() => void) | undefined;
  transferring = false;
  readonly steps: number[] = [];

  constructor(
    readonly loop: EventLoop,
    readonly answer: (step: number, kernel: FakeKernel) => number,
  ) {}

  step(): number {
    this.steps.push(this.loop.now());
    return this.answer(this.steps.length, this);
  }
}

const MILLISECOND = 1e6;

function drive(
  answer: (step: number, kernel: FakeKernel) => number,
  onDefect: (error: unknown) => void = (error) => expect.fail(String(error)),
) {
  const loop = new LateEventLoop();
  const kernel = new FakeKernel(loop, answer);
  const driver = new KernelDriver(kernel, onDefect, loop);
  driver.start();
  return { loop, kernel, driver };
}

test("a kernel with work is stepped at every turn, and everything else has its turn in between", () => {
  const { loop, kernel } = drive(() => 0);
  const others: number[] = [];
  for (let time = 1; time < 10; time++) loop.at(time, () => others.push(loop.time));
  loop.run(10);
  expect(kernel.steps.length).toBeGreaterThan(150);
  expect(others).toHaveLength(9);
});

test.each([0.05, 0.2, 0.9, 1.999, 2, 3.5, 12.3, 49])(
  "a wait of %d ms ends less than a millisecond late, and never early",
  (wait) => {
    const { loop, kernel } = drive(() => wait * MILLISECOND);
    loop.run(1000);
    const waits = kernel.steps.slice(1).map((time, index) => time - kernel.steps[index]);
    expect(waits.length).toBeGreaterThan(10);
    for (const waited of waits) {
      expect(waited).toBeGreaterThan(wait - 1e-9);
      expect(waited).toBeLessThan(wait + 1);
    }
  },
);

test("the thread is never deaf for longer than a quarter of a millisecond, and does not spin", () => {
  const { loop, kernel } = drive(() => 1.9 * MILLISECOND);
  loop.run(1000);
  expect(loop.slept).toBeLessThanOrEqual(0.25);
  expect(loop.turns / kernel.steps.length).toBeLessThan(10);
});

test("while transfers are under way the thread hears of one that is over within a twentieth of a millisecond", () => {
  const { loop, kernel } = drive((_step, self) => {
    self.transferring = true;
    return 1.9 * MILLISECOND;
  });
  loop.run(1000);
  expect(kernel.steps.length).toBeGreaterThan(10);
  expect(loop.slept).toBeLessThanOrEqual(0.05);
});

test("an idle kernel is stepped twenty times a second, so that its clock does not stand still", () => {
  const { loop, kernel } = drive(() => Number.POSITIVE_INFINITY);
  expect(loop.run(1000)).toBe(true);
  expect(kernel.steps.length).toBeGreaterThanOrEqual(19);
  expect(kernel.steps.length).toBeLessThanOrEqual(21);
});

test("work that arrives while the kernel waits wakes it at once", () => {
  const { loop, kernel } = drive((step) => (step === 1 ? 40 * MILLISECOND : Number.POSITIVE_INFINITY));
  loop.at(20, () => kernel.onWork?.());
  loop.run(30);
  expect(kernel.steps).toHaveLength(2);
  expect(kernel.steps[1]).toBeLessThan(20.2);
});

test("work that arrives from within a step is not forgotten", () => {
  const { loop, kernel } = drive((step, self) => {
    if (step === 1) self.onWork?.();
    return Number.POSITIVE_INFINITY;
  });
  loop.run(1);
  expect(kernel.steps).toHaveLength(2);
});

test("figures can be brought up to date while the kernel waits, without a second turn being arranged", () => {
  const { loop, kernel, driver } = drive(() => 40 * MILLISECOND);
  loop.run(10);
  driver.refresh();
  expect(kernel.steps).toHaveLength(2);
  loop.run(60);
  expect(kernel.steps).toHaveLength(3);
});

test("figures are brought up to date also while the next turn is a moment away", () => {
  const { loop, kernel, driver } = drive(() => 0);
  loop.run(10);
  const steps = kernel.steps.length;
  driver.refresh();
  expect(kernel.steps).toHaveLength(steps + 1);
  expect(kernel.steps.at(-1)).toBe(loop.time);
  loop.run(loop.time + 1.2 * TURN);
  expect(kernel.steps).toHaveLength(steps + 2);
});

test("work found while figures are brought up to date is done at once", () => {
  const { loop, kernel, driver } = drive((step) => (step === 2 ? 0 : 40 * MILLISECOND));
  loop.run(10);
  driver.refresh();
  loop.run(11);
  expect(kernel.steps).toHaveLength(3);
});

test("a kernel that throws is stopped and its error handed over, once", () => {
  const errors: unknown[] = [];
  const defect = new Error("kernel invariant broken: a test");
  const { loop, kernel, driver } = drive(
    () => {
      throw defect;
    },
    (error) => errors.push(error),
  );
  expect(loop.run(100)).toBe(false);
  expect(errors).toEqual([defect]);
  expect(kernel.steps).toHaveLength(1);
  expect(driver.running).toBe(false);
});

test("after stop nothing is stepped, and nothing keeps the process alive", () => {
  const { loop, kernel, driver } = drive(() => 0);
  loop.run(1);
  driver.stop();
  const steps = kernel.steps.length;
  expect(loop.run(100)).toBe(false);
  expect(kernel.steps).toHaveLength(steps);
});

test("Node's event loop keeps the promises that the driver relies on", async () => {
  const loop = new NodeEventLoop();
  const before = loop.now();
  loop.sleep(0.25);
  expect(loop.now() - before).toBeGreaterThanOrEqual(0.25);
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    const cancel = loop.after(1, () => order.push("cancelled"));
    cancel();
    loop.after(300, () => {
      order.push("timer");
      resolve();
    });
    loop.soon(() => order.push("soon"));
  });
  expect(order).toEqual(["soon", "timer"]);
});
