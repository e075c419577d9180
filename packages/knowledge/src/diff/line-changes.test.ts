import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lineChanges } from './line-changes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'line-changes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Applies a patch with Git, which refuses one whose numbers or lines do not fit. */
function applied(before: string, patch: string): string {
  writeFileSync(join(folder, 'file'), before);
  if (patch !== '')
    execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: folder, input: patch, stdio: 'pipe' });
  return readFileSync(join(folder, 'file'), 'utf8');
}

const names = { before: 'file', after: 'file' };
const lines = (count: number, change: (line: number) => string) =>
  Array.from({ length: count }, (_, at) => `${change(at)}\n`).join('');

const pairs: Record<string, [before: string, after: string]> = {
  'a line in the middle': [lines(20, String), lines(20, (at) => (at === 9 ? 'nine' : String(at)))],
  'two places far apart': [lines(60, String), lines(60, (at) => (at % 40 === 5 ? `x${at}` : String(at)))],
  'two places that share their context': [
    lines(30, String),
    lines(30, (at) => (at === 10 || at === 15 ? `x${at}` : String(at))),
  ],
  'a line break that is missing at the end': ['a\nb\n', 'a\nb'],
  'a line break that is added at the end': ['a\nb', 'a\nb\nc\n'],
  'lines that moved': ['a\nb\nc\nd\ne\n', 'c\nd\na\nb\ne\n'],
  'blank lines': ['\n\na\n\n', '\na\n\n\n'],
  'a carriage return': ['a\r\nb\r\n', 'a\nb\r\n'],
};
test.each(Object.entries(pairs))('%s: Git applies the patch to the same text', (_name, [before, after]) => {
  const changes = lineChanges(before, after);
  for (const context of [0, 1, 3, 100])
    expect(applied(before, changes.patch(names, context)), `context ${context}`).toBe(after);
});

test('the counts are those of the shortest script', () => {
  expect(lineChanges('a\nb\nc\na\nb\nb\na\n', 'c\nb\na\nb\na\nc\n')).toMatchObject({
    additions: 2,
    deletions: 3,
  });
  expect(lineChanges('same\n', 'same\n')).toMatchObject({ additions: 0, deletions: 0 });
  expect(lineChanges('same\n', 'same\n').patch(names, 3)).toBe('');
  expect(lineChanges('', 'a\nb\n').patch({ before: null, after: 'new' }, 3)).toBe(
    '--- /dev/null\n+++ b/new\n@@ -0,0 +1,2 @@\n+a\n+b\n',
  );
});

test('random texts come out as Git applies them', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 12; round += 1) {
    const text = () => lines(random(40), () => 'abcdef'[random(6)] ?? '');
    const [before, after] = [`start\n${text()}`, `start\n${text()}`];
    expect(applied(before, lineChanges(before, after).patch(names, 3))).toBe(after);
  }
});

test('texts that share nothing are replaced whole, quickly, and the patch is cut after a hunk', () => {
  const [before, after] = [lines(20_000, (at) => `old ${at}`), lines(20_000, (at) => `new ${at}`)];
  const changes = lineChanges(before, after);
  expect(changes).toMatchObject({ additions: 20_000, deletions: 20_000 });
  const whole = changes.patch(names, 3);
  expect(whole.length).toBeLessThan(200_200);
  expect(whole).toMatch(/\n\\ the rest is left out\n$/);
  const many = lineChanges(
    lines(20_000, (at) => `line ${at} ${'x'.repeat(80)}`),
    lines(20_000, (at) => `${at % 40 === 0 ? 'other' : 'line'} ${at} ${'x'.repeat(80)}`),
  ).patch(names, 3);
  expect(many.length).toBeLessThan(200_200);
  expect(many).toMatch(/\n\\ \d+ more hunks are left out\n$/);
});
