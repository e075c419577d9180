import { expect, test } from 'vitest';
import { languageName, languageShares } from './language-shares.ts';

const of = (language: string, bytes: number) => ({ language, bytes, files: 1, lines: 0 });

test('the shares of the bar add up to one, and many small languages share its last part', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name, index) => of(name, 100 - index));
  const { rows, bar } = languageShares(many);
  expect(rows.map(({ language }) => language)).toEqual('abcdefghij'.split(''));
  expect(bar.map(({ language }) => language)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', null]);
  expect(bar.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test('files without a byte have no share, and the largest language comes first', () => {
  expect(languageShares([of('css', 0)]).rows[0]?.share).toBe(0);
  expect(languageShares([of('css', 1), of('html', 3)]).bar).toEqual([
    { language: 'html', share: 0.75 },
    { language: 'css', share: 0.25 },
  ]);
  expect(languageShares([])).toEqual({ rows: [], bar: [] });
});

test('a language is written as its users write it', () => {
  expect(['typescript', 'sql', 'python', 'csharp'].map(languageName)).toEqual([
    'TypeScript',
    'SQL',
    'Python',
    'C#',
  ]);
});
