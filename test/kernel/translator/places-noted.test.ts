/** What is remembered of addresses at which code was left is bounded: a guest can leave it anywhere. */

import { expect, it } from "vitest";
import { MOST_PLACES_NOTED } from "../../../source/kernel/params.js";
import { MissedCode } from "../../../source/kernel/translator/missed-code.js";
import { NO_VIRTUAL_INSTRUCTION, VirtualInstructions } from "../../../source/kernel/translator/virtual-instructions.js";
import { Program } from "../../../source/kernel/x86/program.js";

const TEXT = 0x1000;

it("remembers virtual instructions, and finds those that it forgot once more", () => {
  const bytes = new Uint8Array(2 * MOST_PLACES_NOTED).fill(0x90);
  bytes.set([0xcd, 0x80]);
  bytes.set([0xcd], bytes.length - 1);
  const known = new VirtualInstructions(new Program([{ address: TEXT, bytes }]));
  for (let round = 0; round < 2; round++) {
    expect(known.at(TEXT)).toBe(0x80);
    const found = new Set(Array.from(bytes.subarray(1), (_, index) => known.at(TEXT + 1 + index)));
    expect(found).toEqual(new Set([NO_VIRTUAL_INSTRUCTION]));
    expect(known.at(TEXT + bytes.length)).toBe(NO_VIRTUAL_INSTRUCTION);
    expect(known.size).toBeLessThanOrEqual(MOST_PLACES_NOTED);
  }
});

it("forgets what little was missed where it was missed at too many addresses, and goes on counting", () => {
  const missed = new MissedCode();
  expect(missed.note(TEXT, 150_000)).toBe(false);
  let asked = 0;
  for (let place = 1; place <= MOST_PLACES_NOTED; place++) asked += Number(missed.note(TEXT + place, 1));
  expect(asked).toBe(0);
  expect(missed.note(TEXT, 150_000)).toBe(false);
  expect(missed.note(TEXT, 150_000)).toBe(true);
  expect(missed.addresses).toEqual([TEXT]);
});
