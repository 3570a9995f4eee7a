/** Brings the XMM registers of a function being emitted from the module's globals to its locals and back. */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op } from "../wasm/opcodes.js";
import type { Operation } from "../x86/operation.js";
import type { Block } from "./block.js";
import { effectOf, type HalfSet, highHalf, lowHalf } from "./vector-effects.js";
import type { VectorFlow } from "./vector-flow.js";
import { VectorLocals } from "./vector-locals.js";

/** Globals that hold the XMM registers outside the functions that use them. */
export interface VectorGlobals {
  /** By register number: lower halves as f64, upper as i64. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** 1 once the host has brought the machine's XMM registers to the globals. */
  readonly loaded: number;
}

export class VectorRegisters extends VectorLocals {
  readonly #f: FunctionBuilder;
  readonly #globals: VectorGlobals;
  readonly #flow: VectorFlow;
  /** Halves that may differ from the globals. */
  written: HalfSet = 0;

  constructor(f: FunctionBuilder, globals: VectorGlobals, flow: VectorFlow) {
    super(f, flow.representations);
    this.#f = f;
    this.#globals = globals;
    this.#flow = flow;
  }

  /** At the start of a block. */
  enter(key: number): void {
    this.pending.forget();
    this.written = this.#flow.writtenInto.get(key) ?? 0;
  }

  /** An operation was emitted. */
  did(operation: Operation): void {
    this.written |= effectOf(operation).writes;
  }

  /** Halves that code behind an operation of a block wants in their locals. */
  liveBehind(block: Block): HalfSet[] {
    return this.#flow.liveBehind(block);
  }

  /** Brings what may differ to the globals, on a way aside of the one that is gone on with. */
  save(): void {
    this.pending.aside(() => this.#save());
  }

  #save(): void {
    const f = this.#f;
    const { low, high } = this.#globals;
    for (let register = 0; register < 8; register++) {
      if ((this.written & lowHalf(register)) !== 0) {
        this.getDouble(register);
        f.globalSet(low[register]);
      }
      if ((this.written & highHalf(register)) !== 0) {
        this.getHigh(register);
        f.globalSet(high[register]);
      }
    }
  }

  /** Fetches halves from the globals; a register that is kept as a vector is fetched whole. */
  fetch(halves: HalfSet): void {
    const f = this.#f;
    const { low, high } = this.#globals;
    for (let register = 0; register < 8; register++) {
      const wanted = halves & (lowHalf(register) | highHalf(register));
      if (wanted === 0) continue;
      const whole = this.isVector(register);
      if (whole || (wanted & lowHalf(register)) !== 0) {
        f.globalGet(low[register]);
        if (whole) f.op(Op.f64x2_splat);
        if (whole) this.setVector(register);
        else this.setDouble(register);
      }
      if (whole || (wanted & highHalf(register)) !== 0) {
        f.globalGet(high[register]);
        this.setHigh(register);
      }
    }
  }

  /** At the region's start: leaves where the host has not brought the machine's registers yet. */
  begin(leave: () => void, key: number): void {
    const f = this.#f;
    f.globalGet(this.#globals.loaded);
    f.op(Op.i32_eqz);
    const absent = f.if();
    leave();
    f.end(absent);
    this.fetch(this.#flow.liveInto.get(key) ?? 0);
  }
}
