/**
 * The thread of a CPU beside the kernel's own: executes slices of guests, one after another, until it is terminated. It
 * decides nothing and knows no VM: which memory is run by which engine, and for how long, comes through the mailbox, and
 * whatever a guest wants is told there. Lines that it prints are collected there too, and the guest goes on.
 */

import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { VirtualInstruction } from "../abi.js";
import { PROCESSOR_IDLE_WAIT } from "../params.js";
import { Translator } from "../translator/translator.js";
import { collectGarbage } from "../vm/memory-collector.js";
import { blendSpeed, instructionsIn } from "../vm/pace.js";
import { ClockRegisters, writeSpeed } from "../vm/virtual-registers.js";
import { Interpreter } from "../x86/interpreter.js";
import {
  bytesWithin,
  type Engine,
  Exit,
  type Fault,
  type GuestMemory,
  Register,
  type TextSegment,
} from "../x86/machine.js";
import { Program, uncopied } from "../x86/program.js";
import { Mailbox, Status } from "./mailbox.js";
import type { Note, Parcel, ProcessorData } from "./parcels.js";

const NANOSECONDS_PER_MILLISECOND = 1e6;

const { mailbox: shared, port, epoch } = workerData as ProcessorData;
const mailbox = new Mailbox(shared);
const clocks = new ClockRegisters(epoch);
const engines = new Map<number, Engine>();
const memories = new Map<number, GuestMemory>();
/** Notes sent with the slice under way. */
let notes = 0;

function receive(parcel: Parcel): void {
  switch (parcel.what) {
    case "interpreter":
      engines.set(parcel.number, new Interpreter(new Program(uncopied(parcel.text))));
      break;
    case "translator":
      engines.set(parcel.number, createTranslator(parcel.text));
      break;
    case "translation":
      (engines.get(parcel.number) as Translator).adopt(parcel.translation, parcel.module);
      break;
    case "memory": {
      const { buffer } = parcel.wasm;
      memories.set(parcel.number, { wasm: parcel.wasm, view: new DataView(buffer), bytes: new Uint8Array(buffer) });
      break;
    }
    case "forget":
      memories.delete(parcel.number);
      break;
    case "collect":
      collectGarbage();
  }
}

/** The kernel has the image translated again, with what was missed here, and sends that. */
function createTranslator(text: readonly TextSegment[]): Translator {
  const program = new Program(uncopied(text));
  return new Translator(program, new Interpreter(program), {
    worthwhile: undefined,
    translate: (addresses) => note({ what: "missed", addresses }),
  });
}

function note(note: Note): void {
  notes++;
  port.postMessage(note);
}

function receiveAll(): void {
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port)) {
    receive(message.message);
  }
}

/** Executes the slice that the mailbox holds, and puts there what became of it. */
function execute(): void {
  const {
    memory: memoryNumber,
    engine: engineNumber,
    now,
    time,
    instructions,
    chunk,
    speed: expected,
  } = mailbox.request;
  const memory = memories.get(memoryNumber) as GuestMemory;
  const engine = engines.get(engineNumber) as Engine;
  const started = performance.now();
  notes = 0;
  mailbox.clearOutput();
  let elapsed = 0;
  let retired = 0;
  let translated = 0;
  let speed = expected;
  let exit: Exit = Exit.FUEL;
  while (elapsed < time && retired < instructions && !mailbox.stop) {
    const fuel = Math.min(instructions - retired, instructionsIn(Math.min(time - elapsed, chunk), speed));
    exit = engine.run(mailbox.state, memory, fuel);
    retired += engine.retired;
    translated += engine.translated ?? 0;
    const before = elapsed;
    elapsed = (performance.now() - started) * NANOSECONDS_PER_MILLISECOND;
    if (exit === Exit.FUEL) writeSpeed(memory.view, engine.retired, elapsed - before);
    if (exit === Exit.VIRTUAL_INSTRUCTION && engine.vector === VirtualInstruction.CONSOLE_PUT && print(memory)) {
      exit = Exit.FUEL;
    }
    if (exit !== Exit.FUEL) break;
    speed = blendSpeed(speed, engine.retired, elapsed - before);
    // The guest sees the time pass. The kernel's clock may be a little further, and is never behind.
    clocks.write(memory.view, Math.floor(now + elapsed));
  }
  if (exit === Exit.FAULT) note({ what: "fault", fault: engine.fault as Fault });
  mailbox.result = { exit, vector: engine.vector, notes, retired, translated, speed, elapsed };
}

/** Carries out CONSOLE_PUT; false where the kernel has to, because there is no room or the guest is at fault. */
function print({ bytes }: GuestMemory): boolean {
  const { state } = mailbox;
  const printed = bytesWithin(bytes, state[Register.EAX], state[Register.ECX]);
  if (!printed || !mailbox.print(printed)) return false;
  state[Register.EAX] = printed.length;
  return true;
}

function serve(): never {
  for (;;) {
    for (let { status } = mailbox; status !== Status.BUSY; { status } = mailbox) {
      mailbox.wait(status, PROCESSOR_IDLE_WAIT);
      receiveAll();
    }
    receiveAll();
    execute();
    mailbox.status = Status.DONE;
    if (mailbox.call) parentPort?.postMessage(undefined);
  }
}

try {
  mailbox.status = Status.FREE;
  serve();
} catch (error) {
  mailbox.status = Status.BROKEN;
  throw error;
}
