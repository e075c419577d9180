import { expect, test } from 'vitest';
import { diffLines } from './diff.ts';

const shape = (before: string, after: string) =>
  diffLines(before, after).map((line) => `${{ same: ' ', added: '+', removed: '-' }[line.kind]}${line.text}`);

test('equal texts have no difference', () => {
  expect(diffLines('a\nb\n', 'a\nb\n').every((line) => line.kind === 'same')).toBe(true);
});

test('an edit in the middle removes one line and adds one', () => {
  expect(shape('a\nb\nc\n', 'a\nx\nc\n')).toEqual([' a', '-b', '+x', ' c']);
});

test('the example of Myers takes five edits', () => {
  const lines = shape('a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc');
  expect(lines.filter((line) => !line.startsWith(' '))).toHaveLength(5);
});

test('both texts can be rebuilt from their difference', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  for (let round = 0; round < 300; round++) {
    const text = () => Array.from({ length: random(14) }, () => 'abcd'[random(4)] ?? '').join('\n');
    const [before, after] = [text(), text()];
    const lines = diffLines(before, after);
    const side = (without: string) => lines.filter((line) => line.kind !== without).map((line) => line.text);
    const cut = (whole: string) =>
      whole === '' ? [] : whole.split('\n').slice(0, whole.endsWith('\n') ? -1 : undefined);
    expect(side('added')).toEqual(cut(before));
    expect(side('removed')).toEqual(cut(after));
  }
});

test('line numbers count each side on its own', () => {
  expect(diffLines('a\nb', 'a\nx\nb').at(-1)).toMatchObject({ before: 2, after: 3 });
});

test('texts with nothing in common end quickly, as a replacement', () => {
  const one = Array.from({ length: 4000 }, (_, i) => `one ${i}`).join('\n');
  const two = Array.from({ length: 4000 }, (_, i) => `two ${i}`).join('\n');
  expect(diffLines(one, two)).toHaveLength(8000);
});
