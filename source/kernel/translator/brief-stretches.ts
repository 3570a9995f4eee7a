/**
 * Foretells whether a machine will soon meet its next virtual instruction, by where it goes on: most of them wait, look, and wait
 * again. So few instructions are sooner interpreted than translated code is entered and left, above all with thousands of VMs, whose
 * instances of the module are in no cache of the host's CPU.
 *
 * Works as a CPU's branch predictor does: a small table by address, in which addresses may meet; a wrong answer costs time only.
 */

/** Instructions up to which a stretch is brief: interpreting them takes some 0.5 µs, entering a cold instance twice that. */
const BRIEF = 64;

/** Instructions after which one that was foretold to be brief is not: the rest is translated as ever. */
export const BRIEF_AT_MOST = 2 * BRIEF;

/** What an address is taken for at first, and the most that one stretch counts: some fifteen brief ones outweigh it. */
const LONG = 10_000;

/** Places of the table; a power of two: far more than the virtual instructions that a program waits at. */
const PLACES_SHIFT = 10;
const PLACES = 1 << PLACES_SHIFT;

export class BriefStretches {
  /** By place, instructions that a stretch usually has. */
  readonly #usual = new Uint16Array(PLACES).fill(LONG);

  /** Whether a machine that goes on at an address usually stops again soon. */
  expect(eip: number): boolean {
    return this.#usual[placeOf(eip)] < BRIEF;
  }

  /** Notes how many instructions a machine retired from an address on until it stopped. */
  note(eip: number, retired: number): void {
    const place = placeOf(eip);
    this.#usual[place] = (3 * this.#usual[place] + Math.min(retired, LONG)) >>> 2;
  }
}

function placeOf(eip: number): number {
  return (eip ^ (eip >>> PLACES_SHIFT)) & (PLACES - 1);
}
