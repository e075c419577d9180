import { expect, test } from 'vitest';
import { digestsOf } from '../testing/patterns-of.ts';
import { mentionsOf } from './mentions-of.ts';
import { nameHash, packNames, unpackNames, wordsOf } from './name-hash.ts';
import { readManifest } from './read-manifest.ts';

test('a line more in a body changes nothing of a digest', async () => {
  const text = (more: string) => `export function f() {\n  go();\n${more}}\n`;
  const [a, b] = [await digestsOf({ 'a.ts': text('') }), await digestsOf({ 'a.ts': text('  go();\n') })];
  expect(a).not.toEqual(new Map());
  expect({ ...a.get('a.ts'), lines: 0 }).toEqual({ ...b.get('a.ts'), lines: 0 });
});

test('the tests at the end of a Rust file are no code of it', async () => {
  const body = (name: string) => `fn ${name}() {\n${'    go();\n'.repeat(12)}}\n`;
  const text = `${body('run')}\n#[cfg(test)]\nmod tests {\n${body('check')}}\n`;
  const digest = (await digestsOf({ 'src/lib.rs': text })).get('src/lib.rs');
  expect([digest?.passages?.length, digest?.lines]).toEqual([1, 15]);
});

test.each([
  ['generated', 'parser.c', '\n#line 1 "parser.rl"\nint x;\n'],
  ['generated', 'Parser.java', '\n// line 1 "Parser.rl"\nclass P {}\n'],
  ['test', 'src/__testfixtures__/a.ts', 'export {};\n'],
  ['example', 'src/MapBenchmark.java', 'class MapBenchmark {}\n'],
  ['source', 'src/Benchmark.java', 'class Benchmark {}\n'],
])('%s is the role of %s', async (role, path, text) => {
  expect((await digestsOf({ [path]: text })).get(path)?.role).toBe(role);
});

test('names are packed and found again, whatever they are', () => {
  const names = ['__proto__', 'constructor', '❤️', 'ꞎ', 'a', ''];
  expect(unpackNames(packNames(names))).toEqual(
    Uint32Array.from([...new Set(names.map(nameHash))].sort((a, b) => a - b)),
  );
  expect(unpackNames('')).toEqual(new Uint32Array());
  expect(wordsOf('use left-pad, @scope/name.js and größe')).toEqual(
    new Set([
      'use',
      'left',
      'pad',
      'scope',
      'name',
      'js',
      'and',
      'größe',
      'left-pad',
      '@scope/name.js',
      'gr',
      'e',
    ]),
  );
});

test('a broken manifest, one of a megabyte and one of wrong types have no parts', () => {
  expect(readManifest('package.json', '{')).toBeUndefined();
  expect(readManifest('package.json', `{"a":"${'x'.repeat(1 << 20)}"}`)).toBeUndefined();
  expect(
    readManifest('package.json', '{"name":1,"scripts":[],"dependencies":"x","exports":null}'),
  ).toMatchObject({
    name: null,
    packages: [],
    entries: [],
  });
  expect(readManifest('src/package.ts', '{}')).toBeUndefined();
});

test('a document of one line and of many mentions is read in bounded time', () => {
  const started = performance.now();
  expect(mentionsOf('a.md', 'markdown', '`a'.repeat(500_000))).toBeInstanceOf(Array);
  expect(mentionsOf('a.md', 'markdown', '`name`\n'.repeat(100_000)).length).toBeLessThanOrEqual(1500);
  expect(performance.now() - started).toBeLessThan(5000);
});
