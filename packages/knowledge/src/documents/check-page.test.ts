import { expect, test } from 'vitest';
import { checkPage } from './check-page.ts';
import { moduleOf } from './module-facts.ts';
import { snapshot } from './testing/sample-modules.ts';

test('a page that names what is not there is found out', () => {
  const content =
    'See `gone` and [x](no/file.ts#L1), [main.ts:1](app/main.ts#L999).\n\n```\n`not checked`\n```\n';
  expect(
    checkPage({ content, citations: [{ path: 'app/main.ts', startLine: 3, endLine: 2 }] }, snapshot),
  ).toEqual([
    '`gone` is not in the snapshot',
    'no/file.ts is linked and is no path of the snapshot',
    'app/main.ts is linked at line 999, and it has 5',
    'app/main.ts:3-2 is cited, and it has 5 lines',
  ]);
});

test('a module is the folder of its files', () => {
  expect([moduleOf('a/b/c.ts'), moduleOf('c.ts')]).toEqual(['a/b', '']);
});
