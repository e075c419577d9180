import { afterEach, expect, test, vi } from 'vitest';
import { grammarOf } from './grammar.ts';
import { highlight } from './highlight.ts';

afterEach(() => vi.restoreAllMocks());

const text = 'export function open(name: string) {\n  return false;\n}\n';
const coloursOf = async () =>
  (await highlight(text, 'src/open.ts'))?.map((line) => line.map(({ text, dark }) => [text, dark]));

test('the colours of a line do not depend on how fast the machine is', async () => {
  const fast = await coloursOf();
  let now = 0;
  // Every look at the clock finds a second gone.
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 1000));
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  expect(await coloursOf()).toEqual(fast);
  expect(new Set(fast?.[1]?.map(([, colour]) => colour)).size).toBeGreaterThan(1);
});

test('a text without a grammar, or beyond the size limit, stays uncoloured', async () => {
  expect(await highlight('x', 'notes.unknown')).toBeNull();
  expect(await highlight('x'.repeat(300_001), 'a.ts')).toBeNull();
});

test('a grammar is found by the extension, or by the whole name', () => {
  expect(['a/b.test.ts', 'Dockerfile', 'x.YML', 'LICENSE'].map(grammarOf)).toEqual([
    'typescript',
    'docker',
    'yaml',
    null,
  ]);
});
