import { expect, test } from 'vitest';
import { titlesOf } from '../../testing/patterns-of.ts';
import { untestedCode } from './untested.ts';

const code = (name: string) => `export function ${name}() {\n  return 1;\n}\n`;
const tested: Record<string, string> = Object.fromEntries(
  Array.from({ length: 6 }, (_, at): [string, string][] => [
    [`src/f${at}.ts`, code(`f${at}`)],
    [`src/f${at}.test.ts`, `import { f${at} } from './f${at}';\nf${at}();\n`],
  ]).flat(),
);
const untested = (folder: string) =>
  Object.fromEntries(['x', 'y', 'z'].map((name) => [`${folder}/${name}.ts`, code(name)]));

test('finds the files of a folder that no test reaches', async () => {
  expect(await titlesOf(untestedCode, { ...tested, ...untested('src/far') })).toEqual([
    'No test imports 3 files of src/far, not even through others',
  ]);
});

test('counts files that are reached through others, and programs that are started', async () => {
  const through: Record<string, string> = { ...tested, ...untested('src/far') };
  through['src/f0.ts'] =
    `${['x', 'y', 'z'].map((each) => `import './far/${each}';`).join('\n')}\n${code('f0')}`;
  expect(await titlesOf(untestedCode, through)).toEqual([]);
  expect(await titlesOf(untestedCode, { ...tested, ...untested('scripts') })).toEqual([]);
});

test('says nothing where hardly anything is tested', async () => {
  expect(await titlesOf(untestedCode, untested('src/far'))).toEqual([]);
});

test('says nothing of a program that tests in a browser open', async () => {
  const web = { ...untested('web/src'), 'web/package.json': '{ "name": "web" }' };
  expect(await titlesOf(untestedCode, { ...tested, ...web })).toHaveLength(1);
  expect(await titlesOf(untestedCode, { ...tested, ...web, 'web/e2e/a.spec.ts': 'test();\n' })).toEqual([]);
});
