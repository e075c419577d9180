/** How long syncs take: half of them less than the median, and all but one in twenty less than `slow`. */
export interface Durations {
  count: number;
  median: number;
  slow: number;
}

/** Sums up the seconds of syncs; null without any. */
export function durationsOf(seconds: readonly number[]): Durations | null {
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const [median, slow] = [at(0.5), at(0.95)];
  return median === undefined || slow === undefined ? null : { count: sorted.length, median, slow };
}
