/** REP MOVS and STOS do as if element by element, whichever way they run and ranges overlap. */

import { expect, it } from "vitest";
import { Exit } from "../../../source/kernel/x86/machine.js";
import { DATA, makeGuest } from "./guest.js";

const SIZE = 0x300;
const LENGTH = 37;
const STORED = 0x1234_5678;

const CODES: readonly [string, string, string, number][] = [
  ["movsb", "a4", "f3 a4", 1],
  ["movsw", "66 a5", "66 f3 a5", 2],
  ["movsd", "a5", "f3 a5", 4],
  ["stosb", "aa", "f3 aa", 1],
  ["stosw", "66 ab", "66 f3 ab", 2],
  ["stosd", "ab", "f3 ab", 4],
];

it.each(CODES.flatMap((code) => [[...code, "90"] as const, [...code, "fd"] as const]))(
  "%s (%s), repeated (%s), elements of %i bytes, behind %s",
  (_name, once, repeated, _bytes, direction) => {
    for (let apart = -9; apart <= 9; apart++) {
      const before = {
        registers: { EAX: STORED, ECX: LENGTH, ESI: DATA + SIZE / 2, EDI: DATA + SIZE / 2 + apart },
        memory: { [DATA]: Array.from({ length: SIZE }, (_, index) => (index * 7 + 3) & 0xff) },
      };
      const whole = makeGuest(`${direction} ${repeated} 90`, before);
      // The end of the repetition is where it has come to the instruction behind it.
      for (const end = whole.state[8] + 1 + repeated.split(" ").length; whole.state[8] !== end; ) {
        expect(whole.run(1)).toBe(Exit.FUEL);
      }
      const atOnce = makeGuest(`${direction} ${repeated} cd 05`, before);
      expect(atOnce.run(1_000)).toBe(Exit.VIRTUAL_INSTRUCTION);
      const alone = makeGuest(`${direction} ${new Array<string>(LENGTH).fill(once).join(" ")} 90`, before);
      expect(alone.run(1 + LENGTH)).toBe(Exit.FUEL);
      for (const guest of [whole, atOnce]) {
        expect(guest.bytes(DATA, SIZE), `${apart} apart`).toEqual(alone.bytes(DATA, SIZE));
        for (const register of ["ESI", "EDI"] as const) expect(guest.register(register)).toBe(alone.register(register));
        expect(guest.register("ECX")).toBe(0);
      }
    }
  },
);
