/** The time as the fake sees it. Tests pass one that they move themselves. */
export interface FakeClock {
  now(): number;
}

/** The machine's clock. */
export const machineClock: FakeClock = { now: () => Date.now() };
