import { expect, test } from 'vitest';
import { openTestDatabase } from '../testing/index.ts';
import { openJobs } from './open-jobs.ts';

test('a job reaches its worker when its transaction is committed, and never when it is rolled back', async () => {
  await using opened = await openTestDatabase();
  const jobs = await openJobs(opened.database, ['greet'], (error) => {
    throw error;
  });
  const got = Promise.withResolvers<Record<string, unknown>>();
  await jobs.work('greet', 1, (data) => Promise.resolve(got.resolve(data)));
  await opened.database
    .transaction(async (sql) => {
      await jobs.send('greet', { name: 'rolled back' }, { sql });
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await opened.database.transaction((sql) => jobs.send('greet', { name: 'committed' }, { sql, key: 'k' }));
  expect(await got.promise).toEqual({ name: 'committed' });
  await jobs.stop();
});
