import { expect, test } from 'vitest';
import { GlobSet } from './glob-set.ts';

const matches = (glob: string, path: string): boolean => new GlobSet([glob]).lastMatch(path) === 0;

test.each([
  ['a', ['a', 'x/a', 'a/b', 'x/a/b/c'], ['ab', 'ba', 'x/ab']],
  ['/a', ['a', 'a/b'], ['x/a', 'ab']],
  ['a/', ['a/b', 'x/a/b'], ['ab/c']],
  ['a/b', ['a/b', 'a/b/c'], ['x/a/b', 'a/bc', 'a']],
  ['*.ts', ['.ts', 'a.ts', 'x/y/a.ts', 'a.ts/b'], ['a.tsx', 'ats']],
  ['a/*', ['a/b', 'a/b/c'], ['a', 'b/a']],
  ['a/*/c', ['a/b/c', 'a/b/c/d'], ['a/c', 'a/b/b/c']],
  ['**/a', ['a', 'x/a', 'x/y/a', 'a/b'], ['xa', 'x/ya']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'x/a/b', 'ab/c']],
  ['a/**/c', ['a/c', 'a/b/c', 'a/b/b/c/d'], ['a/b', 'ac', 'a/bc']],
  ['a/**/b/**/c', ['a/b/c', 'a/x/b/y/z/c', 'a/b/b/c'], ['a/c', 'a/b/x', 'b/c']],
  ['**', ['a', 'a/b'], []],
  ['**/**/a', ['a', 'x/y/a'], ['b']],
  ['a?c', ['abc', 'x/abc'], ['ac', 'abbc', 'a/c']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
  ['[!a-c]x', ['dx', '-x'], ['ax', 'cx']],
  ['[]-]x', [']x', '-x'], ['ax']],
  ['a[', ['a['], ['a', 'ab']],
  ['\\*', ['*'], ['a']],
  ['*a*b*', ['ab', 'xaxbx', 'aab'], ['ba', 'a/b']],
  ['größe-?', ['größe-ß', 'x/größe-🙂'], ['große-a']],
])('%s matches as gitignore defines it', (glob, yes, no) => {
  expect(yes.filter((path) => !matches(glob, path))).toEqual([]);
  expect(no.filter((path) => matches(glob, path))).toEqual([]);
});

test('of several globs that match, the last one is returned', () => {
  const globs = Array.from({ length: 100 }, (_, index) => `*.e${index % 10}`);
  const set = new GlobSet(['src/**', ...globs, '/src/a.e3']);
  expect([
    set.lastMatch('x.e3'),
    set.lastMatch('src/a.e3'),
    set.lastMatch('src/b.x'),
    set.lastMatch('b.x'),
  ]).toEqual([94, 101, 0, -1]);
});

test('a set matches as each of its globs does alone', () => {
  const names = ['a', 'b', 'ab', '*', 'a*', '?', '**', '[ab]', '*b'];
  const globs = names.flatMap((x) =>
    names.flatMap((y) => [`${x}/${y}`, `/${x}`, `${x}/${y}/**`, `${y}/**/${x}`]),
  );
  const paths = ['a', 'b', 'ab'].flatMap((x) =>
    ['a', 'ba', 'ab'].flatMap((y) => [x, `${x}/${y}`, `${x}/c/${y}`, `c/${x}/${y}/a`]),
  );
  const set = new GlobSet(globs);
  const alone = globs.map((glob) => new GlobSet([glob]));
  for (const path of paths)
    expect([path, set.lastMatch(path)]).toEqual([
      path,
      alone.findLastIndex((one) => one.lastMatch(path) === 0),
    ]);
});

test('globs beyond the limit are dropped, and those before it still match', () => {
  const set = new GlobSet(Array.from({ length: 5000 }, (_, index) => `${'folder/'.repeat(10)}${index}`));
  expect(set.size).toBeGreaterThan(500);
  expect(set.size).toBeLessThan(5000);
  expect(set.lastMatch(`${'folder/'.repeat(10)}100`)).toBe(100);
});

test('a path longer than any that rules are written for matches none, at once', () => {
  const set = new GlobSet(['**/a/**']);
  expect([set.lastMatch(`${'a/'.repeat(400)}b`), set.lastMatch(`${'a/'.repeat(600)}b`)]).toEqual([0, -1]);
});
