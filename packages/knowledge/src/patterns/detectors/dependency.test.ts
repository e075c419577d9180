import { describe, expect, test } from 'vitest';
import { patternsOf, titlesOf } from '../../testing/patterns-of.ts';
import { duplicatedDependency, undeclaredDependency, unusedDependency } from './dependency.ts';

const manifest = (fields: object) => JSON.stringify({ name: 'own', ...fields }, null, 2);

describe('an undeclared dependency', () => {
  const code = { 'src/a.ts': "import pad from 'left-pad';\nimport fs from 'node:fs';\npad(fs);\n" };

  test('is one that no manifest around the file names', async () => {
    const found = await patternsOf(undeclaredDependency, { 'package.json': manifest({}), ...code });
    expect(found).toMatchObject([
      { title: 'left-pad is imported and not declared', places: [{ path: 'src/a.ts', startLine: 1 }] },
    ]);
  });

  test.each([
    ['declared', { 'package.json': manifest({ dependencies: { 'left-pad': '1' } }) }],
    [
      'declared above',
      {
        'src/package.json': manifest({}),
        'package.json': manifest({ devDependencies: { 'left-pad': '1' } }),
      },
    ],
    ['the package itself', { 'package.json': manifest({ name: 'left-pad' }) }],
    ['of a repository without a manifest', {}],
    ['of a broken manifest', { 'package.json': '{ "name": ' }],
  ])('is not one that is %s', async (_, more) => {
    expect(await titlesOf(undeclaredDependency, { ...code, ...more })).toEqual([]);
  });
});

describe('an unused dependency', () => {
  const declared = { 'package.json': manifest({ dependencies: { 'left-pad': '1' } }) };

  test('is one that nothing imports or names', async () => {
    const found = await patternsOf(unusedDependency, { ...declared, 'a.ts': 'export {};\n' });
    expect(found).toMatchObject([{ title: 'left-pad is declared and nothing uses it', certainty: 'LIKELY' }]);
    expect(found[0]?.places).toEqual([{ path: 'package.json', startLine: 4, endLine: 4 }]);
  });

  test.each([
    ['imported', { 'a.ts': "import 'left-pad';\n" }],
    ['named in a string', { 'a.ts': "use('left-pad/more');\n" }],
    ['named in a settings file', { 'a.ts': 'export {};\n', 'tool.yaml': 'plugins: [left-pad]\n' }],
    ['declared for others, without code beside it', {}],
  ])('is not one that is %s', async (_, more: Record<string, string>) => {
    expect(await titlesOf(unusedDependency, { ...declared, ...more })).toEqual([]);
  });
});

test('finds a package that is declared twice, and one in two major versions', async () => {
  const files = {
    'package.json': manifest({ dependencies: { a: '^1.0.0', b: '1.0.0' }, devDependencies: { a: '^1.0.0' } }),
    'sub/package.json': manifest({ dependencies: { b: '2.1.0' } }),
  };
  expect(await titlesOf(duplicatedDependency, files)).toEqual([
    'a is declared twice in package.json',
    'b is asked for in 2 major versions',
  ]);
});
