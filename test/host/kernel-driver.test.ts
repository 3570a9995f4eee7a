import { afterEach, expect, test } from "vitest";
import { KernelDriver, type Steppable } from "../../source/host/kernel-driver.js";

/** A kernel that notes when it was stepped and answers what the test wants. */
class FakeKernel implements Steppable {
  onWork: (() => void) | undefined;
  readonly steps: number[] = [];

  constructor(readonly answer: (step: number) => number) {}

  step(): number {
    this.steps.push(performance.now());
    return this.answer(this.steps.length);
  }
}

const drivers: KernelDriver[] = [];
afterEach(() => {
  for (const driver of drivers.splice(0)) driver.stop();
});

function drive(
  kernel: Steppable,
  onDefect: (error: unknown) => void = (error) => expect.fail(String(error)),
): KernelDriver {
  const driver = new KernelDriver(kernel, onDefect);
  drivers.push(driver);
  driver.start();
  return driver;
}

/** Waits for a condition by letting the event loop turn, as I/O and timers would. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const MILLISECOND = 1e6;

test("a kernel with work is stepped again and again, and timers still fire in between", async () => {
  const kernel = new FakeKernel(() => 0);
  drive(kernel);
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 5);
  await until(() => fired);
  expect(kernel.steps.length).toBeGreaterThan(10);
});

test.each([0.2, 0.9, 3.5, 12.3])(
  "a wait of %d ms is never cut short, and not made late by the way it is waited",
  async (wait) => {
    const rounds = 15;
    const kernel = new FakeKernel((step) => (step > rounds ? Number.POSITIVE_INFINITY : wait * MILLISECOND));
    drive(kernel);
    await until(() => kernel.steps.length > rounds);
    const late = kernel.steps.slice(1, rounds + 1).map((time, index) => time - kernel.steps[index] - wait);
    late.sort((a, b) => a - b);
    expect(late[0]).toBeGreaterThanOrEqual(0);
    expect(late[Math.floor(late.length / 2)]).toBeLessThan(1);
  },
);

test("an idle kernel is stepped a few times a second only, so that its clock does not stand still", async () => {
  const kernel = new FakeKernel(() => Number.POSITIVE_INFINITY);
  drive(kernel);
  const started = performance.now();
  await until(() => performance.now() - started > 160);
  expect(kernel.steps.length).toBeGreaterThanOrEqual(2);
  expect(kernel.steps.length).toBeLessThanOrEqual(6);
});

test("work that arrives while the kernel waits wakes it at once", async () => {
  const kernel = new FakeKernel((step) => (step === 1 ? 40 * MILLISECOND : Number.POSITIVE_INFINITY));
  drive(kernel);
  await until(() => kernel.steps.length === 1);
  kernel.onWork?.();
  await until(() => kernel.steps.length === 2);
  expect(kernel.steps[1] - kernel.steps[0]).toBeLessThan(20);
});

test("work that arrives from within a step is not forgotten", async () => {
  const kernel: FakeKernel = new FakeKernel((step) => {
    if (step === 1) kernel.onWork?.();
    return Number.POSITIVE_INFINITY;
  });
  drive(kernel);
  await until(() => kernel.steps.length >= 2);
  expect(kernel.steps[1] - kernel.steps[0]).toBeLessThan(20);
});

test("a kernel that throws is stopped and its error handed over, once", async () => {
  const errors: unknown[] = [];
  const defect = new Error("kernel invariant broken: a test");
  const kernel = new FakeKernel(() => {
    throw defect;
  });
  const driver = drive(kernel, (error) => errors.push(error));
  await until(() => errors.length > 0);
  kernel.onWork?.();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(errors).toEqual([defect]);
  expect(kernel.steps).toHaveLength(1);
  expect(driver.running).toBe(false);
});

test("after stop nothing is stepped", async () => {
  const kernel = new FakeKernel(() => 0);
  const driver = drive(kernel);
  await until(() => kernel.steps.length > 2);
  driver.stop();
  const steps = kernel.steps.length;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(kernel.steps).toHaveLength(steps);
});
