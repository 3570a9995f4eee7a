/**
 * The part of VMs' records that is numbers only, of many VMs in one buffer each: a typed array of its own would cost a VM
 * several times what is in it, and most VMs are neither running nor looked at. What most VMs never use, vector registers,
 * is kept for those alone that have some.
 */

import { INTERRUPT_COUNT } from "../abi.js";
import { type MachineState, STATE_WORDS, StateWord } from "../x86/machine.js";

/** Records in a buffer: few buffers for thousands of VMs, and little that is not used. */
const RECORDS = 128;

/** Words of a machine's state that are kept for every VM: those before the vector registers. */
const KEPT_WORDS = StateWord.XMM;

interface Block {
  readonly states: Int32Array;
  /** Interrupts posted, by vector. */
  readonly posted: Float64Array;
}

export class VmRecords {
  readonly #blocks: Block[] = [];
  /** By row, of those machines whose vector registers are not all zero. */
  readonly #vectors = new Map<number, Int32Array>();

  /** Makes the record of a row, all zero. */
  open(row: number): void {
    const { states, posted } = this.#block(row);
    const place = row % RECORDS;
    states.fill(0, place * KEPT_WORDS, (place + 1) * KEPT_WORDS);
    posted.fill(0, place * INTERRUPT_COUNT, (place + 1) * INTERRUPT_COUNT);
    this.#vectors.delete(row);
  }

  /** The machine's state as it was kept, whole and the caller's own. */
  state(row: number): MachineState {
    const state = new Int32Array(STATE_WORDS);
    const first = (row % RECORDS) * KEPT_WORDS;
    state.set(this.#block(row).states.subarray(first, first + KEPT_WORDS));
    const vectors = this.#vectors.get(row);
    if (vectors) state.set(vectors, KEPT_WORDS);
    return state;
  }

  /** Keeps a state, which is not to be changed any more. */
  keep(row: number, state: MachineState): void {
    const { states } = this.#block(row);
    const first = (row % RECORDS) * KEPT_WORDS;
    for (let word = 0; word < KEPT_WORDS; word++) states[first + word] = state[word];
    if (hasVectors(state)) this.#vectors.set(row, state.slice(KEPT_WORDS));
    else if (this.#vectors.size > 0) this.#vectors.delete(row);
  }

  /** Interrupts posted to this VM and others: this one's by vector from {@link firstPosted} on. */
  posted(row: number): Float64Array {
    return this.#block(row).posted;
  }

  firstPosted(row: number): number {
    return (row % RECORDS) * INTERRUPT_COUNT;
  }

  #block(row: number): Block {
    const index = Math.floor(row / RECORDS);
    while (this.#blocks.length <= index) {
      this.#blocks.push({
        states: new Int32Array(RECORDS * KEPT_WORDS),
        posted: new Float64Array(RECORDS * INTERRUPT_COUNT),
      });
    }
    return this.#blocks[index];
  }
}

function hasVectors(state: MachineState): boolean {
  for (let word = KEPT_WORDS; word < STATE_WORDS; word++) if (state[word] !== 0) return true;
  return false;
}
