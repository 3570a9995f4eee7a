import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConsoleRing } from "../../../source/kernel/devices/console.js";
import { CONSOLE_SCROLLBACK } from "../../../source/kernel/params.js";

const encode = (text: string) => new TextEncoder().encode(text);

function printed(text: string): ConsoleRing {
  const ring = new ConsoleRing();
  ring.write(encode(text));
  return ring;
}

describe("a console", () => {
  it("keeps what was printed and knows how much it was", () => {
    const ring = printed("hello, ");
    ring.write(encode("world\n"));
    expect(ring.total).toBe(13);
    expect(ring.tail(100)).toBe("hello, world\n");
    expect(Buffer.from(ring.read(7).bytes).toString()).toBe("world\n");
  });

  it("answers the same whenever it is packed", () => {
    const write = fc.record({ bytes: fc.uint8Array({ maxLength: 3_000 }), pack: fc.boolean() });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 20 }), fc.nat(70_000), (writes, position) => {
        const [packed, plain] = [new ConsoleRing(), new ConsoleRing()];
        for (const { bytes, pack } of writes) {
          packed.write(bytes);
          plain.write(bytes);
          if (pack) packed.pack();
        }
        expect(packed.total).toBe(plain.total);
        expect(packed.read(position)).toEqual(plain.read(position));
        expect(packed.read(0)).toEqual(plain.read(0));
      }),
    );
  });

  it("is empty before anything was printed", () => {
    const ring = new ConsoleRing();
    expect([ring.total, ring.tail(10), ring.read(0)]).toEqual([0, "", { position: 0, bytes: new Uint8Array(0) }]);
    ring.write(new Uint8Array(0));
    expect([ring.total, ring.tail(10), ring.read(5)]).toEqual([0, "", { position: 0, bytes: new Uint8Array(0) }]);
  });

  it("answers a copy", () => {
    const ring = printed("abc");
    ring.read(0).bytes.fill(0);
    expect(ring.tail(3)).toBe("abc");
  });

  it("holds exactly the last bytes, however they were printed", () => {
    const pieces = fc.array(fc.integer({ min: 0, max: 3 * CONSOLE_SCROLLBACK }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: -5, max: 100_000 }), (lengths, position) => {
        const ring = new ConsoleRing();
        const all: Uint8Array[] = [];
        let total = 0;
        for (const length of lengths) {
          const bytes = Uint8Array.from({ length }, (_, index) => (total + index * 7) & 0xff);
          ring.write(bytes);
          all.push(bytes);
          total += length;
        }
        const from = Math.min(Math.max(position, 0, total - CONSOLE_SCROLLBACK), total);
        const chunk = ring.read(position);
        // Before it is full-size the ring may keep less room than the scrollback, but never loses a byte.
        expect(ring.total).toBe(total);
        expect(chunk.position).toBe(from);
        expect(Buffer.compare(chunk.bytes, Buffer.concat(all).subarray(from))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("gives a reader who comes back what is new, and says when something was lost", () => {
    const ring = printed("one\n");
    const first = ring.read(0);
    ring.write(encode("two\n"));
    const next = first.position + first.bytes.length;
    expect(Buffer.from(ring.read(next).bytes).toString()).toBe("two\n");
    ring.write(new Uint8Array(CONSOLE_SCROLLBACK).fill(46));
    expect(ring.read(next).position).toBe(8);
  });

  it("cuts its tail between characters", () => {
    const ring = printed("añ€😀");
    expect([1, 2, 3, 4, 9].map((characters) => ring.tail(characters))).toEqual(["😀", "€😀", "ñ€😀", "añ€😀", "añ€😀"]);
    expect(printed(`${"x".repeat(40)}€€€`).tail(2)).toBe("€€");
  });

  it("cuts between characters where old ones were dropped", () => {
    const ring = printed("€".repeat(CONSOLE_SCROLLBACK));
    expect(ring.tail(CONSOLE_SCROLLBACK)).toBe("€".repeat(Math.floor(CONSOLE_SCROLLBACK / 3)));
  });

  it("shows bytes that are no text as replacement characters", () => {
    const ring = new ConsoleRing();
    ring.write(Uint8Array.of(0x41, 0xff, 0x42));
    expect(ring.tail(10)).toBe("A\ufffdB");
  });

  it("costs thousands of VMs little more than what they printed", () => {
    const before = process.memoryUsage();
    const rings = Array.from({ length: 10_000 }, () => printed("ten bytes\n"));
    const after = process.memoryUsage();
    const each = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / rings.length;
    expect(rings.every((ring) => ring.total === 10)).toBe(true);
    expect(each).toBeLessThan(800);
  });
});
