import { expect, test } from 'vitest';
import { titlesOf } from '../../testing/patterns-of.ts';
import { giantFile, giantFunction } from './giant.ts';

const small = (at: number) =>
  Array.from({ length: 5 }, (_, each) => `export function f${at}of${each}() {\n  return 1;\n}\n`).join('');
const body = (lines: number) => Array.from({ length: lines }, (_, at) => `  step(${at});`).join('\n');
const others = Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`f${at}.ts`, small(at)]));

test('finds the file and the function that are far longer than the rest', async () => {
  const files = { ...others, 'big.ts': `export function big() {\n${body(900)}\n}\n` };
  expect(await titlesOf(giantFile, files)).toEqual(['big.ts is a giant of about 900 lines of code']);
  expect(await titlesOf(giantFunction, files)).toEqual(['big is a giant of about 900 lines of code']);
});

test('says nothing of lists of data, and nothing in a small repository', async () => {
  const data = `export const data = [\n${'  1,\n'.repeat(2000)}];\n`;
  expect(await titlesOf(giantFile, { ...others, 'data.ts': data })).toEqual([]);
  const few = { 'a.ts': small(1), 'big.ts': `export function big() {\n${body(900)}\n}\n` };
  expect([...(await titlesOf(giantFile, few)), ...(await titlesOf(giantFunction, few))]).toEqual([]);
});
