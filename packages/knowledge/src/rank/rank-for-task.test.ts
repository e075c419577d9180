import { expect, test } from 'vitest';
import { rankForTask } from './rank-for-task.ts';
import type { Candidate } from './rank-candidates.ts';
import { readTask } from './read-question.ts';

let made = 0;
const candidate = (path: string, mentions: readonly number[]): Candidate => ({
  kind: path.endsWith('.md') ? 'DOC' : 'CODE',
  hash: `hash ${String((made += 1)).padStart(5, '0')}`,
  path,
  file: path,
  symbol: null,
  title: '',
  parents: [],
  names: [],
  generated: false,
  tokens: 200,
  lines: 20,
  mentions,
  likeness: null,
});
const order = (task: string, candidates: readonly Candidate[]): (string | null)[] => {
  const question = readTask(task);
  if ('code' in question) throw new Error(question.message);
  const collection = { passages: 1000, held: question.words.map(() => 20), model: null };
  return rankForTask(question, candidates, { collection, mode: 'KEYWORD' }).map((hit) => hit.candidate.path);
};

test('each file gives its best passage before any gives a second, so one file does not crowd the list', () => {
  const large = Array.from({ length: 12 }, () => candidate('src/large.ts', [3, 3]));
  const others = Array.from({ length: 6 }, (_, index) => candidate(`src/other${index}.ts`, [2, 2]));
  const paths = order('close connection', [...large, ...others]);
  expect(new Set(paths.slice(0, 7)).size).toBe(7);
  expect(paths.filter((path) => path === 'src/large.ts')).toHaveLength(3);
});

test('a file whose passages together say most comes before one with a single passage as good', () => {
  const scattered = [
    candidate('src/b.ts', [2, 0]),
    candidate('src/b.ts', [0, 2]),
    candidate('src/b.ts', [2, 1]),
  ];
  expect(order('close connection', [candidate('src/a.ts', [2, 1]), ...scattered])[0]).toBe('src/b.ts');
});

test('code comes before tests and documents that say the same', () => {
  const same = ['docs/guide.md', 'src/a.test.ts', 'src/a.ts'].map((path) => candidate(path, [2, 2]));
  expect(order('close connection', same)[0]).toBe('src/a.ts');
});

test('the order does not depend on that of the candidates', () => {
  const some = Array.from({ length: 30 }, (_, index) =>
    candidate(`src/${index % 9}.ts`, [index % 4, index % 3]),
  );
  expect(order('close connection', some.toReversed())).toEqual(order('close connection', some));
});
