import { describe, expect, it } from "vitest";
import { boot, consoleOf, runFor } from "../kernel/boot.js";

/** Attempts by image and argument, and the fault that each must end with. */
const FAULTS: Record<string, Record<string, string>> = {
  "hostile-memory": {
    write: "memory fault",
    read: "memory fault",
    edge: "memory fault",
    top: "memory fault",
  },
  "hostile-buffer": {
    put: "memory fault",
    get: "memory fault",
    send: "memory fault",
    receive: "memory fault",
    read: "memory fault",
    write: "memory fault",
    wrap: "memory fault",
    long: "memory fault",
  },
  "hostile-illegal": {
    ud2: "illegal instruction",
    x87: "illegal instruction",
    mmx: "illegal instruction",
    segment: "illegal instruction",
    cpuid: "illegal instruction",
    bytes: "illegal instruction",
  },
  "hostile-privileged": {
    hlt: "illegal instruction",
    cli: "illegal instruction",
    in: "illegal instruction",
    out: "illegal instruction",
    cr: "illegal instruction",
    lgdt: "illegal instruction",
    wrmsr: "illegal instruction",
    int: "bad virtual instruction",
  },
  "hostile-jump": {
    data: "memory fault",
    code: "memory fault",
    stack: "memory fault",
    registers: "memory fault",
    outside: "memory fault",
  },
  "hostile-divide": { zero: "divide error", overflow: "divide error" },
  "hostile-interrupt": {
    stack: "memory fault",
    handler: "memory fault",
    text: "memory fault",
    return: "memory fault",
  },
  "hostile-control": {
    kill: "bad virtual instruction",
    list: "bad virtual instruction",
    uplink: "bad virtual instruction",
  },
  "hostile-stack": { "": "memory fault" },
};

const ATTEMPTS = Object.entries(FAULTS).flatMap(([image, attempts]) =>
  Object.entries(attempts).map(([argument, cause]) => ({ image, argument, cause })),
);

describe("hostile guests", () => {
  it.each(ATTEMPTS)("$image $argument: $cause", ({ image, argument, cause }) => {
    const kernel = boot();
    const [id] = kernel.spawn({ image, arguments: argument ? [argument] : [] });
    runFor(kernel, 1);
    const { state, fault } = kernel.inspect(id);
    expect(consoleOf(kernel, id)).toMatch(/^trying to .*\n$/);
    expect(state).toBe("crashed");
    expect(fault?.cause).toBe(cause);
    expect(fault?.detail).toMatch(/\S/);
  });

  it.each(["kill", "list", "uplink"])("hostile-control %s does nothing to a machine with a supervisor", (argument) => {
    const kernel = boot({ supervisor: true });
    const [other] = kernel.spawn({ image: "echo" });
    const [id] = kernel.spawn({ image: "hostile-control", arguments: [argument] });
    runFor(kernel, 1);
    expect(kernel.inspect(id)).toMatchObject({ state: "crashed", fault: { cause: "bad virtual instruction" } });
    expect([1, other].map((vm) => kernel.inspect(vm).state)).toEqual(["idle", "idle"]);
  });

  it.each(["hostile-registers", "hostile-selfmodify", "hostile-mac"])("%s finds that it achieved nothing", (image) => {
    const kernel = boot();
    const [id] = kernel.spawn({ image });
    runFor(kernel, 1);
    expect(consoleOf(kernel, id)).not.toMatch(/FAILED|NOT/);
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
  });

  it("says which attempts there are when it is asked for another", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "hostile-divide", arguments: ["politely"] });
    runFor(kernel, 1);
    expect(consoleOf(kernel, id)).toBe("hostile-divide: knows no attempt `politely`, only: zero overflow\n");
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 2 });
  });
});
