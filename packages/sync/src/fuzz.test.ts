import { fuzz } from '@project-sync/knowledge/testing';
import { expect, test } from 'vitest';
import { fuzzTargets } from './testing/fuzz-targets.ts';

// A seed that once found something is kept here, so that it is tried for ever.
const kept: Readonly<Record<string, readonly number[]>> = { addresses: [882_774_470] };

test.each(fuzzTargets.map((target) => [target.name, target] as const))(
  'hostile bytes leave the reader of %s whole',
  async (name, target) => {
    const { cases, findings } = await fuzz(target, { seed: 1, cases: 500 });
    expect(findings).toEqual([]);
    expect(cases).toBe(500);
    for (const seed of kept[name] ?? [])
      expect(await fuzz(target, { seed, cases: 1 })).toMatchObject({ findings: [] });
  },
);
