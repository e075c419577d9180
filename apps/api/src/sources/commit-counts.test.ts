import { SyncError, type Source } from '@project-sync/sync';
import { expect, test } from 'vitest';
import { commitCounts } from './commit-counts.ts';

const range = (head: string, repositoryId = 'r') => ({ projectId: 'p', repositoryId, known: 'a', head });

/** A source with given answers, which records how many calls were open at the same time. */
function answering(answer: (head: string) => number | null | Error) {
  const asked: string[] = [];
  let now = 0;
  const seen = { asked, most: 0, closed: 0 };
  const openSource = () =>
    Promise.resolve({
      commitsBetween: async (_known: string, head: string) => {
        asked.push(head);
        seen.most = Math.max(seen.most, (now += 1));
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        const said = answer(head);
        if (said instanceof Error) throw said;
        return said;
      },
      close: () => Promise.resolve(void (seen.closed += 1)),
    } as unknown as Source);
  return { count: commitCounts(openSource), seen };
}

test('two commits are counted once, and one repository is asked one question after the other', async () => {
  const { count, seen } = answering((head) => Number(head));
  const heads = ['1', '2', '3', '4'];
  expect(await Promise.all(heads.map((head) => count(range(head))))).toEqual([1, 2, 3, 4]);
  expect(await Promise.all(heads.map((head) => count(range(head))))).toEqual([1, 2, 3, 4]);
  expect(seen).toEqual({ asked: heads, most: 1, closed: 4 });
  await Promise.all([count(range('5', 'one')), count(range('5', 'other'))]);
  expect(seen.most).toBe(2);
});

test('an unknown count is asked for again, and a failing source does not block the questions behind it', async () => {
  const answers: (number | null | Error)[] = [null, new SyncError('SOURCE_UNAVAILABLE', 'Away.'), 7];
  const { count, seen } = answering(() => answers.shift() ?? null);
  expect(await Promise.all([count(range('1')), count(range('1')), count(range('1'))])).toEqual([
    null,
    null,
    7,
  ]);
  expect(await count(range('1'))).toBe(7);
  expect(seen.asked).toHaveLength(3);
});

test('an error that is not a failure of the source is thrown', async () => {
  const { count } = answering(() => new TypeError('A mistake.'));
  await expect(count(range('1'))).rejects.toThrow('A mistake.');
});
