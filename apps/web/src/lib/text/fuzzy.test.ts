import { expect, test } from 'vitest';
import { FuzzyFinder } from './fuzzy.ts';

const paths = [
  'src/harbour/berth.ts',
  'src/harbour/berth.test.ts',
  'docs/berths.md',
  'src/quay/BerthPlanner.svelte',
  'README.md',
];

test('a file’s own name comes before a folder of that name', () => {
  expect(new FuzzyFinder(['harbour/list.ts', 'src/harbour.ts']).find('harbour')[0]?.path).toBe(
    'src/harbour.ts',
  );
});

test('letters match in order, with others between them', () => {
  expect(new FuzzyFinder(paths).find('bplan').map((match) => match.path)).toEqual([
    'src/quay/BerthPlanner.svelte',
  ]);
  expect(new FuzzyFinder(paths).find('nalpb')).toEqual([]);
});

test('each marked position holds the letter of the query', () => {
  for (const match of new FuzzyFinder(paths).find('berth')) {
    expect(match.at.map((place) => match.path[place]?.toLowerCase()).join('')).toBe('berth');
  }
});

test('an empty query returns the paths in their order', () => {
  expect(new FuzzyFinder(paths).find('', 2).map((match) => match.path)).toEqual(paths.slice(0, 2));
});

test('a longer, a shorter and another query find the same as a new finder', () => {
  const reused = new FuzzyFinder(paths);
  for (const query of ['b', 'be', 'ber', 'be', 'bep', 'bepl', 'b', '', 'src', 'src/', 'sr', 'zz', 'md'])
    expect(reused.find(query), query).toEqual(new FuzzyFinder(paths).find(query));
});

test('each key over 100,000 paths finds a path that matches the query', () => {
  const words = ['harbour', 'berth', 'quay', 'crane', 'tide', 'pilot', 'buoy'];
  const many = Array.from(
    { length: 100_000 },
    (_, i) => `${words[i % 7]}/${words[(i >> 3) % 7]}/${words[(i >> 6) % 7]}-${i}.ts`,
  );
  const finder = new FuzzyFinder(many);
  for (const query of ['b', 'be', 'ber', 'bert', 'berth', 'berth9', 'bqc', 'hbq.ts'])
    expect(finder.find(query).length).toBeGreaterThan(0);
});
