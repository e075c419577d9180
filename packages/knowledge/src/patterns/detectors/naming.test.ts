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

  test('is no convention where a tenth breaks it, or where names are few', async () => {
    const many = Array.from({ length: 5 }, (_, at) => `export function read_${at}a() {}\n`).join('');
    expect(await patternsOf(namingConvention, { 'a.ts': named(40) + many })).toEqual([]);
    expect(await patternsOf(namingConvention, { 'a.ts': `${named(9)}function read_all() {}\n` })).toEqual([]);
  });
});
