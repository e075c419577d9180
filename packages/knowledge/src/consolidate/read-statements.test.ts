import { expect, test } from 'vitest';
import { readStatements } from './read-statements.ts';

const quotes = (text: string) =>
  readStatements({ text, titles: ['Decision'], otherwise: 'decision' }).map(({ quote }) => quote);

test('a sentence over wrapped lines is one statement, in the very characters of the text', () => {
  const text = [
    'The queue is one for each tenant, since a shared one',
    '  let the largest tenant starve the others. It must never',
    'be drained by hand.',
  ].join('\n');
  const found = quotes(text);
  expect(found).toEqual([
    'The queue is one for each tenant, since a shared one\n  let the largest tenant starve the others.',
    'It must never\nbe drained by hand.',
  ]);
  for (const quote of found) expect(text).toContain(quote);
  expect(quotes(text.replaceAll('\n', '\r\n'))).toEqual(found.map((quote) => quote.replaceAll('\n', '\r\n')));
});

test('a line that Markdown breaks ends a statement, and so does an item of a list', () => {
  expect(
    quotes('Use one pool for all workers  \nKeep its size at twelve\\\nNever share it with tests'),
  ).toEqual(['Use one pool for all workers', 'Keep its size at twelve\\', 'Never share it with tests']);
  expect(quotes('- Use one pool for all\n  of the workers\n- Keep its size at twelve')).toEqual([
    'Use one pool for all\n  of the workers',
    'Keep its size at twelve',
  ]);
});

test('a label with its full stop inside of the emphasis is no statement, and no part of one', () => {
  expect(quotes('**Choice.** Rows are shared by branches\nwith a table of members.')).toEqual([
    'Rows are shared by branches\nwith a table of members.',
  ]);
  expect(quotes('**Would change it.** Thousands of branches of one repository.')).toEqual([
    'Thousands of branches of one repository.',
  ]);
  expect(quotes('**Rejected.** `@acme/errors` renames what was promised.')).toEqual([
    '`@acme/errors` renames what was promised.',
  ]);
});

test('sentences of one text have the same key however their lines are wrapped', () => {
  const keys = (text: string) =>
    readStatements({ text, titles: [], otherwise: 'decision' }).map(({ key }) => key);
  expect(keys('Each tenant has a queue\nof its own.')).toEqual(keys('Each tenant has a queue of its own.'));
});
