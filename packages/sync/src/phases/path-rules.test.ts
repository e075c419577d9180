import { parsePath } from '../objects/git-path.ts';
import { expect, test } from 'vitest';
import { classifyInTurns } from './path-rules.ts';

const found = { language: null, dialect: 'text', ignored: null } as const;
const paths = Array.from({ length: 60 }, (_, index) => parsePath(`f${index}`));

/** Takes two milliseconds of processor time, as a path does under thousands of rules. */
function slow(): typeof found {
  const until = performance.now() + 2;
  while (performance.now() < until);
  return found;
}

test('while paths are classified others have their turn', async () => {
  let turns = 0;
  const other = setInterval(() => (turns += 1), 1);
  expect(await classifyInTurns(paths, slow, new AbortController().signal)).toHaveLength(60);
  clearInterval(other);
  expect(turns).toBeGreaterThan(5);
});

test('classifying ends with its sync', async () => {
  const ending = new AbortController();
  let done = 0;
  const classify = (): typeof found => {
    if ((done += 1) === 3) ending.abort(new Error('cancelled'));
    return slow();
  };
  await expect(classifyInTurns(paths, classify, ending.signal)).rejects.toThrow('cancelled');
  expect(done).toBeLessThan(60);
});
