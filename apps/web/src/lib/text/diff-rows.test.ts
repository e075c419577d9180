import { expect, test } from 'vitest';
import { diffLines } from './diff.ts';
import { diffRows, partnersOf, splitRows } from './diff-rows.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const before = numbered(30).join('\n');
const after = numbered(30)
  .map((line) => (line === 'line 15' ? 'changed' : line))
  .join('\n');

test('unchanged lines are folded, and an opened fold shows all of its lines', () => {
  const rows = diffRows(diffLines(before, after));
  expect(rows[0]).toEqual({ folded: 11, at: 0 });
  expect(rows.filter((row) => 'folded' in row)).toHaveLength(2);
  const opened = diffRows(diffLines(before, after), new Set([0]));
  expect(opened[0]).toMatchObject({ text: 'line 1', before: 1, after: 1 });
  expect(opened).toHaveLength(rows.length + 10);
});

test('a fold of one or two lines is not worth its place', () => {
  const lines = diffLines('a\nb\nc\nd\ne\nf', 'A\nb\nc\nd\ne\nf');
  expect(diffRows(lines).some((row) => 'folded' in row)).toBe(false);
});

test('side by side, the removed lines of a change stand beside the added ones', () => {
  const rows = splitRows(diffRows(diffLines('a\nb\nc', 'a\nB\nB2\nc')));
  expect(
    rows.map((row) => ('folded' in row ? row : [row.before?.text ?? null, row.after?.text ?? null])),
  ).toEqual([
    ['a', 'a'],
    ['b', 'B'],
    [null, 'B2'],
    ['c', 'c'],
  ]);
});

test('a replaced line knows its partner, an added one has none', () => {
  const lines = diffLines('a\nb\nc', 'a\nB\nB2\nc');
  const partners = partnersOf(lines);
  const partnerOf = (text: string) =>
    lines.filter((line) => line.text === text).map((line) => partners.get(line)?.text);
  expect(partnerOf('b')).toEqual(['B']);
  expect(partnerOf('B')).toEqual(['b']);
  expect(partnerOf('B2')).toEqual([undefined]);
});
