import { expect, test } from 'vitest';
import { digestsOf } from '../testing/patterns-of.ts';
import { changedOften, coChanges, hotspots } from './change-history.ts';

const files = {
  'a.ts': 'export const a = 1;\n',
  'b.ts': 'export const b = 1;\n',
  'c.ts': 'export const c = 1;\n',
};

test('finds a file that many syncs changed, in numbers that do not change with each sync', async () => {
  const digests = await digestsOf(files);
  const often = (times: number) =>
    hotspots(
      Array.from({ length: times }, () => ['a.ts']),
      digests,
    );
  expect(often(9).map(({ title }) => title)).toEqual(['a.ts changes again and again']);
  expect(often(9)).toEqual(often(10));
  expect(often(4)).toEqual([]);
});

test('finds two files that change together without an import', async () => {
  const together = Array.from({ length: 7 }, () => ['a.ts', 'b.ts']);
  expect(coChanges(together, await digestsOf(files)).map(({ title }) => title)).toEqual([
    'a.ts and b.ts change together',
  ]);
  const linked = { ...files, 'a.ts': "import { b } from './b';\nexport const a = b;\n" };
  expect(coChanges(together, await digestsOf(linked))).toEqual([]);
  const alone = [...together, ...Array.from({ length: 7 }, () => ['a.ts'])];
  expect(coChanges(alone, await digestsOf(files))).toEqual([]);
});

test('needs the files that changed often, and no others', async () => {
  const digests = await digestsOf(files);
  const syncs = [
    ...Array.from({ length: 7 }, () => ['a.ts', 'b.ts']),
    ...Array.from({ length: 3 }, () => ['a.ts']),
    ['c.ts'],
  ];
  const often = changedOften(syncs);
  expect(often).toEqual(['a.ts', 'b.ts']);
  const needed = new Map([...digests].filter(([path]) => often.includes(path)));
  const found = (of: typeof digests) => [...hotspots(syncs, of), ...coChanges(syncs, of)];
  expect(found(needed)).toEqual(found(digests));
  expect(found(digests)).not.toEqual([]);
});

test('learns nothing from a sync of many files, nor of files that are gone', async () => {
  const many = Array.from({ length: 20 }, (_, at) => `f${at}.ts`);
  const syncs = Array.from({ length: 8 }, () => ['a.ts', 'b.ts', ...many]);
  expect(coChanges(syncs, await digestsOf(files))).toEqual([]);
  expect(
    hotspots(
      Array.from({ length: 9 }, () => ['gone.ts']),
      await digestsOf(files),
    ),
  ).toEqual([]);
});
