import { describe, expect, test } from 'vitest';
import { patternsOf } from '../../testing/patterns-of.ts';
import { namingConvention, styleOf } from './naming.ts';

test.each([
  ['read-file', 'kebab-case'],
  ['read_file', 'snake_case'],
  ['readFile', 'camelCase'],
  ['ReadFile', 'PascalCase'],
  ['read', null],
  ['HTTP', null],
  ['__proto__', null],
  ['❤️', null],
])('%s is %s', (name, style) => {
  expect(styleOf(name)).toBe(style);
});

describe('a convention', () => {
  const named = (count: number) =>
    Array.from({ length: count }, (_, at) => `export function readFile${at}() {}\n`).join('');

  test('has the names that break it', async () => {
    const found = await patternsOf(namingConvention, {
      'a.ts': `${named(40)}export function read_all() {}\n`,
    });
    expect(found).toMatchObject([
      { title: 'One name breaks the camelCase of typescript functions', places: [{ startLine: 41 }] },
    ]);
  });

  test('binds neither a file that a tool names nor one beside a component of that name', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`a/read-file${at}.ts`, named(1)]),
    );
    const more = { 'a/ChangeList.graphql.ts': named(1), 'a/ChangeList.svelte': '<p>x</p>\n' };
    expect(await patternsOf(namingConvention, { ...files, ...more })).toEqual([]);
    const ruby = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`a/read_file${at}.rb`, 'def go; end\n']),
    );
    expect(await patternsOf(namingConvention, { ...ruby, Rakefile: 'def go; end\n' })).toEqual([]);
    expect(await patternsOf(namingConvention, { ...files, 'a/ChangeList.ts': named(1) })).toHaveLength(1);
  });

  test('is no convention where a tenth breaks it, or where names are few', async () => {
    const many = Array.from({ length: 5 }, (_, at) => `export function read_${at}a() {}\n`).join('');
    expect(await patternsOf(namingConvention, { 'a.ts': named(40) + many })).toEqual([]);
    expect(await patternsOf(namingConvention, { 'a.ts': `${named(9)}function read_all() {}\n` })).toEqual([]);
  });
});
