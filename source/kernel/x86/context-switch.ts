/** Makes a machine the one that runs on the processor, and takes it off again. */
import { NO_BYTES, NO_MEMORY, processor } from "./cpu.js";
import { flags } from "./flags.js";
import { Flag, type GuestMemory, type MachineState, StateWord } from "./machine.js";
import type { OperationSource } from "./operation.js";

const INTERPRETED = Flag.CARRY | Flag.PARITY | Flag.AUXILIARY | Flag.ZERO | Flag.SIGN | Flag.OVERFLOW | Flag.DIRECTION;

/** A function because of the rule in cpu.ts. */
function createContextSwitch() {
  const cpu = processor;
  const { registers, vectors } = cpu;
  const { arithmeticFlags, setArithmeticFlags } = flags;
  const { EIP, EFLAGS, XMM } = StateWord;

  /** Makes a machine the running one. */
  function loadMachine(state: MachineState, memory: GuestMemory, text: OperationSource): void {
    for (let i = 0; i < 8; i++) registers[i] = state[i];
    const eflags = state[EFLAGS];
    setArithmeticFlags(eflags);
    cpu.step = (eflags & Flag.DIRECTION) === 0 ? 1 : -1;
    cpu.otherFlags = eflags & ~INTERPRETED;
    loadMemory(memory);
    cpu.text = text;
    cpu.state = state;
    if (text.usesVectors) loadVectors(state);
  }

  function loadVectors(state: MachineState): void {
    for (let i = 0; i < 32; i++) vectors[i] = state[XMM + i];
  }

  /** Called before a program's first instruction with XMM registers: until then they are left where they are. */
  function startVectors(): void {
    if (cpu.text!.usesVectors) return;
    cpu.text!.usesVectors = true;
    loadVectors(cpu.state!);
  }

  function loadMemory({ view, bytes }: GuestMemory): void {
    cpu.view = view;
    cpu.bytes = bytes;
    // Not that of `bytes`: most machines have no use for that object, and thousands of them are in no cache.
    const size = view.byteLength;
    cpu.last8 = size - 1;
    cpu.last16 = size - 2;
    cpu.last32 = size - 4;
    cpu.last64 = size - 8;
    cpu.last128 = size - 16;
  }

  /** Brings a machine's state up to date, `eip` being its next instruction, and lets go of its memory. */
  function storeMachine(state: MachineState, eip: number): void {
    for (let i = 0; i < 8; i++) state[i] = registers[i];
    if (cpu.text!.usesVectors) for (let i = 0; i < 32; i++) state[XMM + i] = vectors[i];
    state[EIP] = eip;
    state[EFLAGS] = arithmeticFlags() | (cpu.step < 0 ? Flag.DIRECTION : 0) | cpu.otherFlags;
    cpu.view = NO_MEMORY;
    cpu.bytes = NO_BYTES;
    cpu.state = undefined;
  }

  return { loadMachine, storeMachine, startVectors };
}

export const { loadMachine, storeMachine, startVectors } = createContextSwitch();
