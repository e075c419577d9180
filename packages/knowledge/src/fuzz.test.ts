import { describe, expect, test } from 'vitest';
import { fuzz, fuzzTargets } from './testing/index.ts';

describe('hostile texts', () => {
  // A seed that once found something is kept here, so that it is tried for ever.
  const kept: Readonly<Record<string, readonly number[]>> = {
    redactor: [27_358_225, 265_680_530, 1_028_422_772, 42_992_029],
  };

  test.each(fuzzTargets.map((target) => [target.name, target] as const))(
    'leave the %s whole',
    async (name, target) => {
      const { cases, findings } = await fuzz(target, { seed: 1, cases: name === 'splitter' ? 60 : 250 });
      expect(findings).toEqual([]);
      expect(cases).toBeGreaterThan(50);
      for (const seed of kept[name] ?? [])
        expect(await fuzz(target, { seed, cases: 1 })).toMatchObject({ findings: [] });
    },
    60_000,
  );
});
