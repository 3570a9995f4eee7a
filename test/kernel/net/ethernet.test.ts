import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../source/kernel/errors.js";
import {
  BROADCAST,
  destinationOf,
  etherTypeOf,
  formatMac,
  isFrameLength,
  isGroupAddressed,
  macNumber,
  macOf,
  parseMac,
  sourceOf,
} from "../../../source/kernel/net/ethernet.js";

describe("addresses of VMs", () => {
  it("are locally administered unicast addresses that carry the VM's number", () => {
    expect(formatMac(macOf(1))).toBe("02:44:4e:00:00:01");
    expect(formatMac(macOf(0xabcdef))).toBe("02:44:4e:ab:cd:ef");
    // RFC 7042, section 2.1: bit 0 of the first byte says group, bit 1 locally administered.
    expect(macOf(7)[0] & 0b11).toBe(0b10);
  });

  it("do not exist for numbers beyond 24 bits", () => {
    expect(() => macOf(0x1000000)).toThrow(/24 bits/);
  });
});

describe("text form", () => {
  it("reads what it writes", () => {
    const mac = fc.uint8Array({ minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(mac, (bytes) => {
        expect(parseMac(formatMac(bytes))).toEqual(bytes);
      }),
    );
    expect(parseMac("FF:ff:Ff:00:0a:A0")).toEqual(Uint8Array.of(255, 255, 255, 0, 10, 160));
  });

  it.each(["", "02:44:4e:00:00", "02:44:4e:00:00:01:02", "02-44-4e-00-00-01", "02:44:4e:00:00:g1", "2:44:4e:0:0:1"])(
    "refuses %j with one line",
    (text) => {
      expect(() => parseMac(text)).toThrow(UserError);
      expect(() => parseMac(text)).toThrow(/six hexadecimal bytes/);
    },
  );
});

describe("number form", () => {
  it("tells any two addresses apart and is the hexadecimal text without colons", () => {
    const mac = fc.uint8Array({ minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(mac, (bytes) => {
        expect(macNumber(bytes)).toBe(Number.parseInt(formatMac(bytes).replaceAll(":", ""), 16));
      }),
    );
    expect(macNumber(new Uint8Array(6).fill(0xff))).toBe(BROADCAST);
  });
});

describe("a frame's header", () => {
  // An ARP request as tshark shows it: from 00:16:3e:11:22:33 to everybody, EtherType 0x0806.
  const frame = Uint8Array.from(Buffer.from("ffffffffffff00163e1122330806" + "0001080006040001", "hex"));

  it("has destination, source and type", () => {
    expect(destinationOf(frame)).toBe(BROADCAST);
    expect(sourceOf(frame)).toBe(0x00163e112233);
    expect(etherTypeOf(frame)).toBe(0x0806);
  });

  it("is for a group when the first bit on the wire is set", () => {
    expect(isGroupAddressed(frame)).toBe(true);
    expect(isGroupAddressed(Uint8Array.from([0x01, 0, 0x5e, 0, 0, 1]))).toBe(true);
    expect(isGroupAddressed(macOf(1))).toBe(false);
  });

  it("is sent with 14 to 1,514 bytes behind one another", () => {
    expect([13, 14, 60, 1514, 1515].map(isFrameLength)).toEqual([false, true, true, true, false]);
  });
});
