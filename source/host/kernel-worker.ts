/**
 * The kernel's thread. Boots a kernel with the options that its first message brings, says so, and answers calls until it
 * is asked to close. Whatever breaks the kernel is thrown, which ends the thread and tells the main thread.
 */

import { parentPort } from "node:worker_threads";
import { createBirpc } from "birpc";
import { Kernel, type KernelOptions, UserError } from "../kernel/index.js";
import { BackgroundTranslator } from "./background-translator.js";
import { KernelDriver } from "./kernel-driver.js";
import { KERNEL_NICENESS } from "./params.js";
import { yieldThread } from "./priority.js";
import { Services } from "./services.js";
import { type BootMessage, type BootRequest, type KernelCalls, pack, unpack } from "./wire.js";

const port = parentPort;
if (!port) throw new Error("kernel-worker.js is a worker thread's entry; start denali instead");

const translator = new BackgroundTranslator();

/** Throws outside of any call, so that nothing answers in place of a broken kernel. */
function crash(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** The screen's thread goes first from now on; before, the first frame waits for the kernel, where others keep the host busy for long. */
function run(driver: KernelDriver): void {
  yieldThread(KERNEL_NICENESS);
  driver.start();
}

function boot(options: Partial<KernelOptions>): Kernel | undefined {
  try {
    return Kernel.boot({ translations: translator, ...options });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    port?.postMessage({ refused: error.message } satisfies BootMessage);
    return undefined;
  }
}

/** @param held whether VMs run only once the call `start` comes */
function serve(kernel: Kernel, held: boolean): void {
  const driver = new KernelDriver(kernel, crash);
  const services = new Services(kernel, translator);
  const calls: KernelCalls = {
    start: () => run(driver),
    spawn: (spec) => kernel.spawn(spec),
    spawnAll: (specs, places) => kernel.spawnAll(specs, places),
    pause: (id) => kernel.pause(id),
    resume: (id) => kernel.resume(id),
    kill: (id) => kernel.kill(id),
    reap: (id) => kernel.reap(id),
    setQuantum: (quantum) => kernel.setQuantum(quantum),
    setPolicy: (name) => kernel.setPolicy(name),
    setMemoryBudget: (bytes) => kernel.setMemoryBudget(bytes),
    setInterruptMode: (mode) => kernel.setInterruptMode(mode),
    setIdleMode: (mode) => kernel.setIdleMode(mode),
    setTickets: (id, tickets) => kernel.setTickets(id, tickets),
    type: (id, bytes) => kernel.type(id, bytes),
    inspect: (id) => kernel.inspect(id),
    inspectMachine: (cells) => kernel.inspectMachine(cells),
    readMemory: (id, address, length) => kernel.readMemory(id, address, length),
    searchMemory: (id, pattern, from) => kernel.searchMemory(id, pattern, from),
    disassemble: (id, address, before, after) => kernel.disassemble(id, address, before, after),
    readConsole: (id, position) => kernel.readConsole(id, position),
    images: () => kernel.images(),
    notices: (after) => kernel.notices(after),
    complain: (text) => kernel.complain(text),
    startCapture: (path, id) => services.startCapture(path, id),
    stopCapture: () => services.stopCapture(),
    openUplink: (plan) => services.openUplink(plan),
    uplinkStatus: () => services.uplinkStatus(),
    async close() {
      driver.stop();
      await services.close();
      await kernel.shutdown();
    },
  };
  createBirpc<Record<string, never>, KernelCalls>(calls, {
    post: (message) => port?.postMessage(message),
    on: (receive) => port?.on("message", receive),
    serialize: pack,
    deserialize: unpack,
    bind: "functions",
    onFunctionError(error) {
      if (error instanceof UserError) return false;
      driver.stop();
      crash(error);
      return true;
    },
  });
  const { panel, policies } = kernel;
  port?.postMessage({ memory: panel.memory, capacity: panel.capacity, policies } satisfies BootMessage);
  if (!held) run(driver);
}

port.once("message", ({ options, held }: BootRequest) => {
  const kernel = boot(options);
  if (kernel) serve(kernel, held);
});
