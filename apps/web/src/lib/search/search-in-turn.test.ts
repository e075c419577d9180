import { expect, test } from 'vitest';
import { searchInTurn } from './search-in-turn.ts';

const slugs = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

test('every project is asked once, three at a time, in order', async () => {
  const asked: string[] = [];
  const answers: string[] = [];
  let running = 0;
  let most = 0;
  await searchInTurn(
    slugs,
    async (slug) => {
      asked.push(slug);
      most = Math.max(most, (running += 1));
      await Promise.resolve();
      running -= 1;
      return slug.toUpperCase();
    },
    { onAnswer: (slug, answer) => answers.push(slug + answer), signal: new AbortController().signal },
  );
  expect(asked).toEqual(slugs);
  expect(most).toBe(3);
  expect(answers.toSorted()).toEqual(slugs.map((slug) => slug + slug.toUpperCase()));
});

test('a search that is left asks no further project, and hands on no late answer', async () => {
  const leaving = new AbortController();
  const asked: string[] = [];
  const answers: string[] = [];
  await searchInTurn(
    slugs,
    async (slug) => {
      asked.push(slug);
      await Promise.resolve();
      return slug;
    },
    {
      onAnswer: (slug) => {
        answers.push(slug);
        if (slug === 'b') leaving.abort();
      },
      signal: leaving.signal,
    },
  );
  expect(answers).toEqual(['a', 'b']);
  expect(asked).not.toContain('e');
});
