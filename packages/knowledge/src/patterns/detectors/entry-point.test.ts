import { expect, test } from 'vitest';
import { titlesOf } from '../../testing/patterns-of.ts';
import { entryPoint } from './entry-point.ts';

test('names the sources of what a manifest offers', async () => {
  const files = {
    'package.json': JSON.stringify({ main: 'dist/index.js', bin: { tool: './dist/cli.js' } }),
    'src/index.ts': 'export const a = 1;\n',
    'src/cli.ts': 'export const b = 1;\n',
    'src/inner.ts': 'export const c = 1;\n',
  };
  expect(await titlesOf(entryPoint, files)).toEqual(['The code is entered by 2 files']);
});

test('says nothing of a manifest that is broken, or that offers nothing', async () => {
  expect(await titlesOf(entryPoint, { 'package.json': '{ "main": ', 'index.ts': 'export {};\n' })).toEqual(
    [],
  );
  expect(await titlesOf(entryPoint, { 'package.json': '{}', 'index.ts': 'export {};\n' })).toEqual([]);
});
