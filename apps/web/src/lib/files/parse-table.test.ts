import { expect, test } from 'vitest';
import { parseTable } from './parse-table.ts';

test('quoted fields hold separators, line ends and quotes', () => {
  expect(parseTable('a,b\r\n"x, y","say ""hi""\nagain"\n', ',')).toEqual([
    ['a', 'b'],
    ['x, y', 'say "hi"\nagain'],
  ]);
});

test('tabs separate, empty fields stay, and empty lines are no rows', () => {
  expect(parseTable('a\t\tb\n\n1\t2\t', '\t')).toEqual([
    ['a', '', 'b'],
    ['1', '2', ''],
  ]);
});
