/** What tells the fake the time. Tests hand in one that they move themselves. */
export interface FakeClock {
  now(): number;
}

/** The machine's own. */
export const machineClock: FakeClock = { now: () => Date.now() };
