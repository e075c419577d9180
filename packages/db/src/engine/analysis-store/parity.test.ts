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
  'in and after random histories the stored links and patterns equal those of a fresh analysis',
  { timeout: 600_000 },
  async () => {
    for (let seed = 1; seed <= 4; seed += 1) {
      for (const { step, incremental, fresh } of await analysisHistory(world, { seed, length: 4 }))
        expect([seed, step, incremental]).toEqual([seed, step, fresh]);
    }
  },
);
