/** What a function of a module may be at most. A region beyond it is left to the interpreter, and the others are not. */

import { MOST_FUNCTION_BYTES, MOST_FUNCTION_LOCALS, MOST_TABLE_LABELS } from "../params.js";
import type { FunctionBuilder } from "../wasm/function-builder.js";

/** Whether the host takes a function as far as it is built. */
export function isTaken({ code, locals, type, longestTable }: FunctionBuilder): boolean {
  return (
    code.length <= MOST_FUNCTION_BYTES &&
    locals.length + type.parameters.length <= MOST_FUNCTION_LOCALS &&
    longestTable <= MOST_TABLE_LABELS
  );
}
