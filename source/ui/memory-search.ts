/** Going to an address of a VM's memory, and finding bytes in it: what is typed after `/` on the memory page. */

import { UserError } from "../kernel/index.js";
import type { Controller } from "./controller.js";
import { BYTES_A_LINE } from "./params.js";
import { bytes } from "./presentation/units.js";
import type { MemoryView } from "./state.js";

/** What was typed: a place to go to, or bytes to look for. */
export type MemoryRequest = { readonly address: number } | { readonly pattern: Uint8Array };

/**
 * Reads `0x2345` (go there), `hex 8b 44 24` or `8b 44 24` (find these bytes), anything else (find this text).
 * @throws UserError for an address that is none
 */
export function parseMemoryRequest(text: string): MemoryRequest {
  const trimmed = text.trim();
  if (trimmed === "") throw new UserError("give an address (0x1000), bytes (8b 44 24) or a text to find");
  const address = /^0x([0-9a-f]+)$/i.exec(trimmed)?.[1];
  if (address !== undefined) {
    const value = Number.parseInt(address, 16);
    if (value > 0xffffffff) throw new UserError(`${trimmed} is beyond any VM's memory`);
    return { address: value };
  }
  const bytes = /^(?:hex\s+)?((?:[0-9a-f]{2}\s+)+[0-9a-f]{2}|hex\s+[0-9a-f]{2})$/i.exec(trimmed)?.[1];
  if (bytes !== undefined) {
    const words = bytes.replace(/^hex\s+/i, "").split(/\s+/);
    return { pattern: Uint8Array.from(words, (word) => Number.parseInt(word, 16)) };
  }
  return { pattern: new TextEncoder().encode(trimmed) };
}

/** Carries out what was typed; the same once more finds the next place. */
export function searchMemory(monitor: Controller): void {
  const { store, state, client, operator, dashboard } = monitor;
  const { cursor, memory } = state;
  if (cursor === undefined) return;
  operator.ask(async () => {
    const request = parseMemoryRequest(memory.field.text);
    if ("address" in request) {
      const size = dashboard.vm(cursor)?.memorySize ?? 0;
      if (request.address >= size) throw new UserError(`${memory.field.text.trim()} is beyond its ${bytes(size)}`);
      show(monitor, request.address, undefined);
      return undefined;
    }
    const from = memory.found?.vm === cursor ? memory.found.address + 1 : memory.address;
    const address = await client.searchMemory(cursor, request.pattern, from);
    if (address === undefined) throw new UserError(`"${memory.field.text.trim()}" is nowhere in its memory`);
    show(monitor, address, { vm: cursor, address, length: request.pattern.length });
    return `found at 0x${address.toString(16)}; / and ⏎ find the next`;
  });
  store.dispatch({ type: "mode", mode: "table" });
}

function show(monitor: Controller, address: number, found: MemoryView["found"]): void {
  const { store, state } = monitor;
  const line = Math.floor(address / BYTES_A_LINE) * BYTES_A_LINE;
  // A little before it, so that what it stands in is seen.
  const top = found === undefined ? line : Math.max(0, line - 2 * BYTES_A_LINE);
  store.dispatch({ type: "set", change: { memory: { field: state.memory.field, address: top, found } } });
  monitor.inspect();
}

/** Lines that the dump has, below its heading. */
export function dumpLines({ viewSize }: Controller): number {
  return viewSize.rows - 1;
}

/** Scrolls the dump by lines. */
export function scrollMemory(monitor: Controller, lines: number): void {
  const { store, state, dashboard } = monitor;
  const size = dashboard.vm(state.cursor)?.memorySize ?? 0;
  const last = Math.max(0, size - dumpLines(monitor) * BYTES_A_LINE);
  const address = Math.max(0, Math.min(last, state.memory.address + lines * BYTES_A_LINE));
  store.dispatch({ type: "set", change: { memory: { ...state.memory, address } } });
  monitor.inspect();
}
