/** What a comparison of two doubles or singles tells: an unordered one is equal, less and of even parity. */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";

export type NumberType = "double" | "single";

/** The locals that hold the numbers compared. */
export interface ComparedNumbers {
  readonly first: number;
  readonly second: number;
}

export class NumberComparison {
  readonly #f: FunctionBuilder;
  readonly #locals: { double?: ComparedNumbers; single?: ComparedNumbers } = {};

  constructor(f: FunctionBuilder) {
    this.#f = f;
  }

  /** The locals for numbers of a type, made when they are first wanted. */
  locals(type: NumberType): ComparedNumbers {
    const valueType = type === "double" ? ValueType.F64 : ValueType.F32;
    this.#locals[type] ??= { first: this.#f.local(valueType), second: this.#f.local(valueType) };
    return this.#locals[type];
  }

  /** Pushes 1 or 0 for a condition with an even number, or for its opposite. */
  pushCondition(type: NumberType, condition: number, negated: boolean): void {
    const f = this.#f;
    const { first, second } = this.locals(type);
    const opcodes = type === "double" ? DOUBLE_COMPARISONS : SINGLE_COMPARISONS;
    const compare = (opcode: number, a = first, b = second) => {
      f.localGet(a);
      f.localGet(b);
      f.op(opcode);
    };
    switch (condition) {
      case 2:
        compare(opcodes.greaterOrEqual);
        break;
      case 6:
        compare(opcodes.greater);
        break;
      case 4:
      case 14:
        compare(opcodes.less);
        compare(opcodes.greater);
        f.op(Op.i32_or);
        break;
      case 10:
        compare(opcodes.equal, first, first);
        compare(opcodes.equal, second, second);
        f.op(Op.i32_and);
        break;
      default:
        // OF and SF are 0.
        f.i32Const(1);
    }
    if (!negated) f.op(Op.i32_eqz);
  }
}

const DOUBLE_COMPARISONS = {
  equal: Op.f64_eq,
  less: Op.f64_lt,
  greater: Op.f64_gt,
  greaterOrEqual: Op.f64_ge,
} as const;

const SINGLE_COMPARISONS = {
  equal: Op.f32_eq,
  less: Op.f32_lt,
  greater: Op.f32_gt,
  greaterOrEqual: Op.f32_ge,
} as const;
