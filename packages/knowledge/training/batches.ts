import type { EncodedPairs } from './encode-pairs.ts';
import type { Random } from './random.ts';

/** The pairs of one epoch in their order: runs of one package, so that a batch holds wrong answers that look right. */
export function orderOfEpoch(pairs: EncodedPairs, runLength: number, random: Random): Uint32Array {
  const byPackage = Map.groupBy(
    Array.from({ length: pairs.count }, (_, pair) => pair),
    (pair) => pairs.packages[pair] ?? 0,
  );
  const runs: Uint32Array[] = [];
  const rest: number[] = [];
  for (const members of byPackage.values()) {
    const order = Uint32Array.from(members);
    random.shuffle(order);
    let at = 0;
    for (; at + runLength <= order.length; at += runLength) runs.push(order.subarray(at, at + runLength));
    rest.push(...order.subarray(at));
  }
  const mixed = Uint32Array.from(rest);
  random.shuffle(mixed);
  for (let at = 0; at + runLength <= mixed.length; at += runLength)
    runs.push(mixed.subarray(at, at + runLength));
  const places = Uint32Array.from(runs, (_, run) => run);
  random.shuffle(places);
  const order = new Uint32Array(runs.length * runLength);
  places.forEach((run, place) => order.set(runs[run] ?? [], place * runLength));
  return order;
}
