/**
 * The part of VMs' records that is numbers only, of many VMs in one buffer each: a typed array of its own would cost a VM
 * several times what is in it, and most VMs are neither running nor looked at.
 */

import { INTERRUPT_COUNT } from "../abi.js";
import { type MachineState, STATE_WORDS } from "../x86/machine.js";

/** Records in a buffer: few buffers for thousands of VMs, and little that is not used. */
const RECORDS = 128;

/** Doubles of a record's counters: posted, delivered, pending since, each by vector. */
export const COUNTERS = 3 * INTERRUPT_COUNT;

const STATE_BYTES = STATE_WORDS * Int32Array.BYTES_PER_ELEMENT;
const COUNTER_BYTES = COUNTERS * Float64Array.BYTES_PER_ELEMENT;

/** A VM's numbers. */
export interface VmRecord {
  /** Makes a view of the machine's state. */
  readonly state: (row: number) => MachineState;
  /** Counters of this VM and others: this one's are the {@link COUNTERS} from `firstCounter` on. */
  readonly counters: Float64Array;
  readonly firstCounter: number;
}

interface Block {
  readonly states: ArrayBuffer;
  readonly counters: Float64Array;
}

export class VmRecords {
  readonly #blocks: Block[] = [];

  /** The record of a row, all zero. */
  open(row: number): VmRecord {
    const block = this.#block(row);
    const place = row % RECORDS;
    const record = { state: this.#view, counters: block.counters, firstCounter: place * COUNTERS };
    record.state(row).fill(0);
    block.counters.fill(0, record.firstCounter, record.firstCounter + COUNTERS);
    return record;
  }

  readonly #view = (row: number): MachineState =>
    new Int32Array(this.#block(row).states, (row % RECORDS) * STATE_BYTES, STATE_WORDS);

  #block(row: number): Block {
    const index = Math.floor(row / RECORDS);
    while (this.#blocks.length <= index) {
      this.#blocks.push({
        states: new ArrayBuffer(RECORDS * STATE_BYTES),
        counters: new Float64Array((RECORDS * COUNTER_BYTES) / Float64Array.BYTES_PER_ELEMENT),
      });
    }
    return this.#blocks[index];
  }
}
