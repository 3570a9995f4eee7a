/**
 * The reference engine: executes one operation after another, exactly as the instruction table and the CPU manual say.
 *
 * One interpreter serves all machines of an image. Handlers are found when an operation is first executed; after that a
 * step is one indirect call, and straight code and direct branches look nothing up.
 */
import { loadMachine, storeMachine } from "./context-switch.js";
import { processor as cpu } from "./cpu.js";
import { GuestFault } from "./faults.js";
import { keptOperations } from "./kept-operations.js";
import { execute } from "./loop.js";
import { type Engine, Exit, type Fault, type GuestMemory, type MachineState, StateWord } from "./machine.js";
import { type Operation, STOP } from "./operation.js";
import type { Program } from "./program.js";

/** Operations a call of the loop executes. V8 optimises a function that is called often better than a long loop. */
const CHUNK = 512;

/** Bytes shown of something that is no instruction. */
const BYTES_SHOWN = 8;

export class Interpreter implements Engine {
  readonly #program: Program;
  retired = 0;
  vector = 0;
  fault: Fault | undefined = undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  run(state: MachineState, memory: GuestMemory, fuel: number): Exit {
    loadMachine(state, memory, this.#program);
    this.fault = undefined;
    let left = fuel;
    let operation = this.#program.at(state[StateWord.EIP] >>> 0);
    try {
      while (left > 0 && operation !== STOP) {
        if (keptOperations.tooMany) {
          keptOperations.letGo();
          operation = this.#program.at(operation.address);
        }
        const chunk = Math.min(left, CHUNK);
        // Whatever ends the chunk, what it used has been used: more than the chunk, by repeated string instructions.
        left -= chunk;
        cpu.reserve = left;
        operation = execute(operation, chunk);
        left += cpu.left;
      }
    } catch (error) {
      if (!(error instanceof GuestFault)) throw error;
      this.retired = fuel - left - cpu.left;
      storeMachine(state, cpu.current.address);
      this.fault = this.#describe(cpu.current, error);
      return Exit.FAULT;
    }
    this.retired = fuel - left;
    if (operation === STOP) return this.#stop(state);
    storeMachine(state, operation.address);
    return Exit.FUEL;
  }

  #stop(state: MachineState): Exit {
    this.vector = cpu.vector;
    storeMachine(state, cpu.resume);
    return Exit.VIRTUAL_INSTRUCTION;
  }

  #describe(operation: Operation, { faultCause, detail }: GuestFault): Fault {
    const eip = operation.address;
    const text = this.#program.bytesAt(eip);
    const { length, text: instruction } = text.length === 0 ? { length: 0, text: "" } : this.#program.describe(eip);
    const bytes = text.slice(0, instruction === "(bad)" ? BYTES_SHOWN : length);
    return { cause: faultCause, eip, bytes, instruction, detail };
  }
}
