import { DIMENSION } from './embedder.ts';

const BLOCK = 512;
/** Permutations and signs from fixed seeds, so that they are the same on every machine and in every version. */
const turns = [0x9e3779b9, 0x85ebca6b].map((seed) => {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
  const places = Array.from({ length: DIMENSION }, (_, place) => place);
  for (let at = places.length - 1; at > 0; at -= 1) {
    const other = next() % (at + 1);
    [places[at], places[other]] = [places[other] ?? 0, places[at] ?? 0];
  }
  return { places: Uint16Array.from(places), signs: Float32Array.from(places, () => (next() & 64 ? 1 : -1)) };
});

/**
 * Rotates a vector so that a few large numbers are spread over all of them; every angle stays the same. A search scans the
 * signs of the numbers first, and the signs of a vector that is mostly zeros carry little information.
 */
export function spread(given: Float32Array): Float32Array {
  let vector = given;
  for (const { places, signs } of turns) {
    const turned = new Float32Array(DIMENSION);
    for (let at = 0; at < DIMENSION; at += 1) turned[at] = (vector[places[at] ?? 0] ?? 0) * (signs[at] ?? 1);
    for (let from = 0; from < DIMENSION; from += BLOCK) hadamard(turned.subarray(from, from + BLOCK));
    vector = turned;
  }
  return vector;
}

/** The Walsh-Hadamard transform in place, scaled so that lengths stay the same. */
function hadamard(block: Float32Array): void {
  for (let half = 1; half < BLOCK; half *= 2) {
    for (let start = 0; start < BLOCK; start += 2 * half) {
      for (let at = start; at < start + half; at += 1) {
        const [a, b] = [block[at] ?? 0, block[at + half] ?? 0];
        block[at] = a + b;
        block[at + half] = a - b;
      }
    }
  }
  const scale = 1 / Math.sqrt(BLOCK);
  for (let at = 0; at < BLOCK; at += 1) block[at] = (block[at] ?? 0) * scale;
}
