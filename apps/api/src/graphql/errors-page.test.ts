import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from './error-code.ts';
import { errorsPage } from './errors-page.ts';

test('the page names every code once, each with its meaning and its remedy', () => {
  const rows = errorsPage()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | '));
  expect(rows).toHaveLength(Object.keys(errorCodes).length);
  for (const [code = '', meaning = '', remedy = ''] of rows)
    expect(meaning.length > 15 && remedy.length > 5, code).toBe(true);
});

test('the committed page is the one that the code makes', () => {
  const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
  expect(page).toBe(errorsPage());
});
