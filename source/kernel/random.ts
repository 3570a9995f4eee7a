/**
 * A seeded generator of pseudo-random numbers: xoshiro128** (Blackman & Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", ACM TOMS 2021). Equal seeds give equal sequences on every host, which `Math.random` does not offer; it is
 * not for secrets.
 */

/** Answers numbers in [0, 1), each a multiple of 2^-53. */
export type Random = () => number;

/** Outputs left out at the start. */
const WARM_UP = 16;

/** Makes a generator. @param seed any whole number that a double holds exactly */
export function createRandom(seed: number): Random {
  const next = xoshiro128StarStar(expandSeed(seed));
  // Seeds that differ in one half give states that do: let the generator mix them.
  for (let count = 0; count < WARM_UP; count++) next();
  return () => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  };
}

/** The bare generator: answers unsigned 32-bit words. @param state four words, not all of them 0 */
export function xoshiro128StarStar(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

/** Spreads the 64 bits of a seed over four words. */
function expandSeed(seed: number): [number, number, number, number] {
  const low = seed | 0;
  const high = Math.floor(seed / 0x100000000) | 0;
  // `scatter` maps one word alone to 0, so the first two are never both 0.
  return [
    scatter(low),
    scatter(low + GOLDEN_RATIO),
    scatter(high + 2 * GOLDEN_RATIO),
    scatter(high + 3 * GOLDEN_RATIO),
  ];
}

/** 2^32 divided by the golden ratio: multiples of it are spread evenly. */
const GOLDEN_RATIO = 0x9e3779b9;

/** A permutation of the 32-bit words in which every input bit changes half of the output bits (Murmur3's finaliser). */
function scatter(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function rotateLeft(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}
