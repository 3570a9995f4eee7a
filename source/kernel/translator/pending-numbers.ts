/**
 * Results of floating-point arithmetic that have not been looked at for NaNs yet. A NaN is passed on by what is computed
 * from it, so one look at the last result of a chain tells of all; only where it is one is the chain computed again, NaN by
 * NaN as the CPU would. Until a result is seen otherwise (stored, compared as bits, left in a register at a block's end),
 * which NaN it is does not matter.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";

export interface PendingNumber {
  /** Local that holds it. */
  readonly result: number;
  readonly single: boolean;
  /** Pending operands. */
  readonly from: readonly PendingNumber[];
  /** Pushes whether it is a NaN. */
  readonly pushIsNaN: () => void;
  /** Computes it again, exactly. */
  readonly replay: () => void;
  /** Sets a register to it. */
  readonly put: (register: number) => void;
}

export class PendingNumbers {
  readonly #f: FunctionBuilder;
  /** What each register's lowest number is, where that is pending. */
  #held: (PendingNumber | undefined)[] = [];
  /** In the order they were made. */
  #pending: PendingNumber[] = [];

  constructor(f: FunctionBuilder) {
    this.#f = f;
  }

  held(register: number): PendingNumber | undefined {
    return this.#held[register];
  }

  /** A register holds a result now, a copy of another register's, or (undefined) something else. */
  hold(register: number, number: PendingNumber | undefined): void {
    this.#held[register] = number;
    if (number && !this.#pending.includes(number)) this.#pending.push(number);
  }

  /** Looks at what a register holds: from here on it is as on the CPU, and so is what it was computed from. */
  settle(register: number): void {
    const number = this.#held[register];
    if (!number) return;
    const f = this.#f;
    const chain = new Set<PendingNumber>();
    const collect = (each: PendingNumber): void => {
      if (chain.has(each) || !this.#pending.includes(each)) return;
      chain.add(each);
      each.from.forEach(collect);
    };
    collect(number);
    number.pushIsNaN();
    const unusual = f.if();
    for (const each of this.#pending) if (chain.has(each)) each.replay();
    const { held, pending } = this.#take();
    held.forEach((each, at) => {
      if (each && chain.has(each)) each.put(at);
    });
    f.end(unusual);
    this.#pending = pending.filter((each) => !chain.has(each));
    this.#held = held.map((each) => (each && chain.has(each) ? undefined : each));
  }

  /** Looks at all that registers hold, the last computed first: it mostly tells of the others. */
  settleAll(): void {
    for (const number of this.#pending.toReversed()) {
      const register = this.#held.indexOf(number);
      if (register >= 0) this.settle(register);
    }
    this.forget();
  }

  forget(): void {
    this.#held = [];
    this.#pending = [];
  }

  /** Emits something aside of the way that is gone on with. */
  aside(emit: () => void): void {
    const held = [...this.#held];
    const pending = [...this.#pending];
    emit();
    this.#held = held;
    this.#pending = pending;
  }

  /** Empties this while registers are set. */
  #take(): { held: (PendingNumber | undefined)[]; pending: PendingNumber[] } {
    const taken = { held: this.#held, pending: this.#pending };
    this.forget();
    return taken;
  }
}
