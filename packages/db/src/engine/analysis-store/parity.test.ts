import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncWorld } from '../../testing/index.ts';
import { analysisHistory } from '../../testing/analysis-history.ts';
import { openAnalysisWorld } from '../../testing/open-analysis-world.ts';

let world: SyncWorld;
beforeAll(async () => {
  world = await openAnalysisWorld();
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
});

test(
  'after random histories the stored links equal those of a fresh analysis',
  { timeout: 600_000 },
  async () => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const { incremental, fresh } = await analysisHistory(world, { seed, steps: 3 });
      expect([seed, incremental]).toEqual([seed, fresh]);
    }
  },
);
