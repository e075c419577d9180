import { describe, expect, test } from 'vitest';
import { patternsOf, titlesOf } from '../../testing/patterns-of.ts';
import { deadExport } from './dead-export.ts';

const user = { 'user.ts': "import { used } from './lib';\nused();\n" };
const lib = 'export function used() {}\nexport function forgotten() {}\n';

test('finds an export that nothing names, proven', async () => {
  expect(await patternsOf(deadExport, { ...user, 'lib.ts': lib })).toMatchObject([
    { title: 'Nothing uses forgotten', certainty: 'PROVEN', places: [{ path: 'lib.ts', startLine: 2 }] },
  ]);
});

test('tells an export that only its own file uses', async () => {
  const own = `${lib}export const twice = () => forgotten();\n`;
  const found = await titlesOf(deadExport, {
    'user.ts': "import { twice, used } from './lib';\nused(twice);\n",
    'lib.ts': own,
  });
  expect(found).toEqual(['forgotten is exported, and only its own file uses it']);
});

describe('says nothing of', () => {
  const silent: Record<string, Record<string, string>> = {
    'a name that another file has, wherever it leads': { 'other.ts': 'unknown.forgotten();\n' },
    'a name that a document shows': { 'README.md': 'Call `forgotten()`.\n' },
    'a name that a settings file has': { 'tool.yaml': 'run: forgotten\n' },
    'a file that is imported as a whole': { 'all.ts': "import * as lib from './lib';\nlib;\n" },
    'a file that is passed on as a whole': { 'all.ts': "export * from './lib';\n" },
    'a file that a manifest offers': { 'package.json': '{ "exports": { "./lib": "./lib.ts" } }' },
  };
  test.each(Object.entries(silent))('%s', async (_, more) => {
    expect(await titlesOf(deadExport, { ...user, 'lib.ts': lib, ...more })).toEqual([]);
  });

  test('a default export, and one under another name: others call them as they like', async () => {
    const renamed =
      'export function used() {}\nexport default function forgotten() {}\nfunction more() {}\nexport { more as much };\n';
    expect(await titlesOf(deadExport, { ...user, 'lib.ts': renamed })).toEqual([]);
  });

  test('a file that nothing imports: a tool may load it', async () => {
    expect(await titlesOf(deadExport, { 'lib.ts': lib })).toEqual([]);
  });

  test('the type of a signature that its own file uses', async () => {
    const typed = 'export interface Options { a: 1 }\nexport function used(o: Options) {}\n';
    expect(await titlesOf(deadExport, { ...user, 'lib.ts': typed })).toEqual([]);
  });
});
