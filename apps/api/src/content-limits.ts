/** The largest contents that a sync stores, in bytes. Larger ones are listed alone. */
export const contentLimits = { maxTextBytes: 2 << 20, maxBinaryBytes: 1 << 19 };
