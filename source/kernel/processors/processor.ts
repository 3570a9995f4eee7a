/**
 * The kernel's side of a CPU beside its own thread. A slice is sent with {@link Processor.send}, is over when
 * {@link Processor.status} is DONE, and is then taken with {@link Processor.take}. Memories and images are sent once, when a
 * slice first needs them.
 */

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { invariant } from "../errors.js";
import { FUEL_CHUNK_TIME, PROCESSOR_PATIENCE } from "../params.js";
import { Translator } from "../translator/translator.js";
import type { VmMemory } from "../vm/memory.js";
import type { Vm } from "../vm/vm.js";
import type { Engine, Fault } from "../x86/machine.js";
import { Mailbox, type SliceResult, Status } from "./mailbox.js";
import type { Note, Parcel, ProcessorData } from "./parcels.js";

export class Processor {
  readonly #mailbox = new Mailbox();
  readonly #port: MessagePort;
  readonly #worker: Worker;
  /** What the thread has, and the number it has it under. */
  readonly #memories = new WeakMap<VmMemory, number>();
  readonly #engines = new WeakMap<Engine, { number: number; translation: Translator["translation"] }>();
  #numbers = 0;
  #fault: Fault | undefined;
  #failure: Error | undefined;
  #closing = false;

  /**
   * Starts the thread; it takes slices some 50 ms later, when its status is FREE.
   * @param file the built processor-worker.ts; @param epoch of the kernel's clock
   * @param onCall called in the event loop when a slice is over, if {@link call} was set before that, and when the thread breaks
   */
  constructor(file: string, epoch: number, onCall: () => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.unref();
    const workerData: ProcessorData = { mailbox: this.#mailbox.memory, port: port2, epoch };
    this.#worker = new Worker(file, { workerData, transferList: [port2] });
    this.#worker.unref();
    const failed = (error: Error) => {
      if (this.#closing) return;
      this.#failure ??= error;
      onCall();
    };
    this.#worker.on("message", onCall);
    this.#worker.on("error", failed);
    this.#worker.on("exit", () => failed(new Error("the thread of a CPU has ended")));
  }

  /** @throws what broke the thread */
  get status(): Status {
    if (this.#failure) throw this.#failure;
    return this.#mailbox.status;
  }

  /** Whether the kernel is to be called when a slice is over. */
  set call(call: boolean) {
    this.#mailbox.call = call;
  }

  /**
   * Starts a slice of a VM; the processor must be free.
   * @param now the kernel's clock; @param time nanoseconds it may take; @param instructions that it may have
   */
  send(vm: Vm, now: number, time: number, instructions: number): void {
    const memory = vm.memory as VmMemory;
    this.#mailbox.state.set(vm.state);
    this.#mailbox.stop = false;
    this.#mailbox.request = {
      memory: this.#memories.get(memory) ?? this.#sendMemory(memory),
      engine: this.#engineNumber(vm),
      now,
      time,
      instructions,
      chunk: FUEL_CHUNK_TIME,
      speed: vm.speed,
    };
    this.#mailbox.status = Status.BUSY;
  }

  /** Takes a slice that is over: the VM's state is what it is now. */
  take(vm: Vm): SliceResult {
    invariant(this.status === Status.DONE, "a slice is taken when it is over");
    vm.state.set(this.#mailbox.state);
    const { result } = this.#mailbox;
    vm.speed = result.speed;
    for (let count = 0; count < result.notes; count++) this.#receive(vm);
    this.#mailbox.status = Status.FREE;
    return result;
  }

  /** What the guest printed in the slice taken last; a view, good until the next is sent. */
  get output(): Uint8Array {
    return this.#mailbox.output;
  }

  /** The fault that ended the slice taken last. */
  takeFault(): Fault {
    invariant(this.#fault, "a CPU that reports a fault says which");
    return this.#fault;
  }

  /** Has the slice end before its time: within a millisecond, since that is how long a guest runs without a look. */
  stop(): void {
    this.#mailbox.stop = true;
  }

  /** Waits until the slice is over; false when it never will be, because the thread has broken. */
  join(): boolean {
    const answered = this.#mailbox.wait(Status.BUSY, PROCESSOR_PATIENCE);
    invariant(answered || this.#failure, "a CPU does not answer");
    return this.#mailbox.status === Status.DONE;
  }

  /** The kernel has dropped a memory. */
  forget(memory: VmMemory): void {
    const number = this.#memories.get(memory);
    if (number !== undefined) this.#post({ what: "forget", number });
  }

  /** Has the thread give back what was forgotten. */
  collect(): void {
    this.#post({ what: "collect" });
  }

  /** Ends the thread, whatever it does. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#port.close();
    await this.#worker.terminate();
  }

  #sendMemory(memory: VmMemory): number {
    const number = this.#numbers++;
    this.#memories.set(memory, number);
    this.#post({ what: "memory", number, wasm: memory.wasm });
    return number;
  }

  /** The number of the VM's engine there, which runs what it runs here. */
  #engineNumber({ engine, image }: Vm): number {
    const translation = engine instanceof Translator ? engine.translation : undefined;
    let known = this.#engines.get(engine);
    if (!known) {
      known = { number: this.#numbers++, translation: undefined };
      this.#engines.set(engine, known);
      const what = translation ? "translator" : "interpreter";
      this.#post({ what, number: known.number, text: image.program.segments });
    }
    if (translation && known.translation !== translation) {
      known.translation = translation;
      this.#post({ what: "translation", number: known.number, ...translation });
    }
    return known.number;
  }

  #receive({ engine }: Vm): void {
    const received = receiveMessageOnPort(this.#port);
    invariant(received, "a CPU has sent as many notes as it says");
    const note = received.message as Note;
    if (note.what === "fault") this.#fault = note.fault;
    else if (engine instanceof Translator) engine.missedElsewhere(note.addresses);
  }

  #post(parcel: Parcel): void {
    this.#port.postMessage(parcel);
  }
}

/** Whether another thread can run what the engine runs: not while that still waits for its translation. */
export function isPortable(engine: Engine, interpreter: Engine): boolean {
  return engine === interpreter || (engine instanceof Translator && engine.translation !== undefined);
}
