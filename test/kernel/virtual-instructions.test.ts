/** Virtual instructions with arguments that no compiled guest gives them. */

import { describe, expect, it, vi } from "vitest";
import { AbiError, VirtualInstruction, VirtualRegister } from "../../source/kernel/abi.js";
import { boot, consoleOf, figure, runFor } from "./boot.js";
import { int, move, spin, store, tinyGuest } from "./tiny-guest.js";

const ALL_ONES = 0xffffffff;
const { IDLE, SET_TIMER, TERMINATE, CONSOLE_PUT, CONSOLE_GET, PACKET_RECEIVE, PACKET_SEND } = VirtualInstruction;
const MEMORY = 128 * 1024;

/** Runs a guest of these instructions for a tenth of a second of virtual time; answers what became of it. */
function outcome(...instructions: readonly (readonly number[])[]) {
  const kernel = boot();
  const [id] = kernel.spawn({ image: tinyGuest(...instructions), memory: MEMORY });
  runFor(kernel, 0.1);
  return { kernel, ...kernel.inspect(id) };
}

describe("IDLE", () => {
  it.each([
    ["longer than any clock counts", ALL_ONES - 1, ALL_ONES],
    ["beyond 2^53 ns", 0, 0x00400000],
    ["for ever", ALL_ONES, ALL_ONES],
  ])("waits %s for an interrupt", (_what, low, high) => {
    const { kernel, id, state } = outcome(move("eax", low), move("edx", high), int(IDLE), int(TERMINATE));
    expect(state).toBe("idle");
    kernel.type(id, Buffer.from("x"));
    runFor(kernel, 0.1);
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 1 << 1 });
  });
});

describe("SET_TIMER", () => {
  it("posts the interrupt at once when the time is past", () => {
    const pending = [0xa1, VirtualRegister.INTERRUPTS_PENDING & 0xff, VirtualRegister.INTERRUPTS_PENDING >> 8, 0, 0];
    const { status } = outcome(move("eax", 1), move("edx", 0), int(SET_TIMER), pending, int(TERMINATE));
    expect(status).toBe(1);
  });

  it.each([
    ["far in the future", ALL_ONES, ALL_ONES],
    ["to never", 0, 0],
  ])("set %s posts nothing", (_what, low, high) => {
    const { state, vectors } = outcome(
      ...[move("eax", 1_000_000), move("edx", 0), int(SET_TIMER)],
      ...[move("eax", low), move("edx", high), int(SET_TIMER)],
      ...[move("eax", ALL_ONES), move("edx", ALL_ONES), int(IDLE)],
    );
    expect(state).toBe("idle");
    expect(vectors[0].posted).toBe(0);
  });
});

describe("buffers", () => {
  it("may end at the last byte of memory, and be empty right behind it", () => {
    const { status, state } = outcome(
      ...[move("eax", MEMORY - 1), move("ecx", 1), int(CONSOLE_PUT)],
      ...[move("eax", MEMORY), move("ecx", 0), int(CONSOLE_PUT)],
      ...[move("eax", MEMORY), move("ecx", 0), int(CONSOLE_GET)],
      ...[move("eax", MEMORY), move("ecx", 0), int(PACKET_RECEIVE), int(TERMINATE)],
    );
    expect({ state, status }).toEqual({ state: "terminated", status: 0 });
  });

  it("may be all of memory", () => {
    const { kernel, id, status } = outcome(...[move("eax", 0), move("ecx", MEMORY), int(CONSOLE_PUT), int(TERMINATE)]);
    expect(status).toBe(MEMORY);
    expect(figure(kernel, id, "consoleBytes")).toBe(MEMORY);
    expect(consoleOf(kernel, id)).toHaveLength(16 * 1024);
  });
});

describe("all of memory", () => {
  it("is no frame, and is not copied to find that out", () => {
    const copied = vi.spyOn(Uint8Array.prototype, "slice");
    try {
      const { status } = outcome(...[move("eax", 0), move("ecx", MEMORY), int(PACKET_SEND), int(TERMINATE)]);
      expect(status).toBe(AbiError.TOO_BIG);
      expect(copied.mock.results.filter(({ value }) => value.length >= MEMORY)).toEqual([]);
    } finally {
      copied.mockRestore();
    }
  });

  it("is handed on piece by piece when it is printed, in order", () => {
    const pieces: Uint8Array[] = [];
    const kernel = boot({ onConsole: (_id, bytes) => pieces.push(bytes) });
    const guest = tinyGuest(store(MEMORY - 4, 0x44434241), move("eax", 0), move("ecx", MEMORY), int(CONSOLE_PUT), spin);
    kernel.spawn({ image: guest, memory: MEMORY });
    runFor(kernel, 0.1);
    const printed = Buffer.concat(pieces);
    expect(printed).toHaveLength(MEMORY);
    expect(printed.toString("latin1", MEMORY - 4)).toBe("ABCD");
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(MEMORY);
  });
});

describe("a spoilt register page", () => {
  it.each([
    ["outside text", 0x5000, 0x1000],
    ["with the stack in page 0", 0x5000, 8],
    ["with no stack", 0x1000, 4],
    ["with the stack at address 0", 0x1000, 0],
  ])("with a handler %s crashes its VM alone when an interrupt is due", (_what, handler, stack) => {
    const { kernel, id } = outcome(
      store(VirtualRegister.INTERRUPT_HANDLER, handler),
      store(VirtualRegister.INTERRUPTS_ENABLED, ALL_ONES),
      ...[move("esp", stack), spin],
    );
    const [neighbour] = kernel.spawn({ image: "ticker", arguments: ["10"] });
    kernel.type(id, Buffer.from("x"));
    runFor(kernel, 0.105);
    expect(kernel.inspect(id).state).toBe("crashed");
    expect(kernel.inspect(id).fault?.cause).toBe("memory fault");
    expect(consoleOf(kernel, neighbour)).toContain("tick 10\n");
  });
});
