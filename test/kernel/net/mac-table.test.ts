import { describe, expect, it } from "vitest";
import { MacTable } from "../../../source/kernel/net/mac-table.js";
import { MAXIMUM_LEARNED_ADDRESSES } from "../../../source/kernel/params.js";

describe("the address table", () => {
  it("finds what was bound until it is unbound", () => {
    const table = new MacTable<string>();
    table.bind(1, "a");
    expect(table.find(1)).toBe("a");
    table.unbind(1);
    expect(table.find(1)).toBeUndefined();
  });

  it("refuses to bind an address twice", () => {
    const table = new MacTable<string>();
    table.bind(1, "a");
    expect(() => table.bind(1, "b")).toThrow(/same address/);
  });

  it("never lets a learned address displace a bound one", () => {
    const table = new MacTable<string>();
    table.learn(1, "bridge");
    table.bind(1, "vm");
    table.learn(1, "bridge");
    expect(table.find(1)).toBe("vm");
    table.unbind(1);
    expect(table.find(1)).toBeUndefined();
  });

  it("follows an address that moves to another bridge, and forgets a bridge", () => {
    const table = new MacTable<string>();
    table.learn(1, "a");
    table.learn(2, "a");
    table.learn(1, "b");
    expect([table.find(1), table.find(2)]).toEqual(["b", "a"]);
    table.forget("a");
    expect([table.find(1), table.find(2)]).toEqual(["b", undefined]);
  });

  it("stays bounded when flooded with addresses, the newest being known", () => {
    const table = new MacTable<string>();
    for (let address = 0; address < 10 * MAXIMUM_LEARNED_ADDRESSES; address++) table.learn(address, "a");
    expect(table.size).toBe(MAXIMUM_LEARNED_ADDRESSES);
    expect(table.find(10 * MAXIMUM_LEARNED_ADDRESSES - 1)).toBe("a");
    expect(table.find(0)).toBeUndefined();
  });
});
