import { fuzz } from '@project-sync/knowledge/testing';
import { expect, test } from 'vitest';
import { fuzzTargets } from './testing/fuzz-targets.ts';

test.each(fuzzTargets.map((target) => [target.name, target] as const))(
  'hostile bytes leave the reader of %s whole',
  async (_name, target) => {
    const { cases, findings } = await fuzz(target, { seed: 1, cases: 500 });
    expect(findings).toEqual([]);
    expect(cases).toBe(500);
  },
);
