import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from './configuration.ts';

const read = (path: string): string => readFileSync(join(checkout, path), 'utf8');
const files = globSync('{apps,packages,scripts}/**/*.{test,spec}.ts', {
  cwd: checkout,
  exclude: (path) => path === 'node_modules' || path === 'build',
});
/** Files named by their whole path or, where one alone has it, by their name. */
const found = (named: string): string[] =>
  files.filter((path) => (named.includes('/') ? path === named : basename(path) === named));
const namedIn = (text: string): string[] =>
  [...text.matchAll(/`([\w./-]+\.(?:test|spec)\.ts)`/g)].map(([, name = '']) => name);
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => /^\| (?!---)/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));

test.each(['docs/asvs.md', 'docs/attacks.md', 'docs/doors.md', 'docs/threat-model.md'])(
  'every test, benchmark and page that %s names is there',
  (paper) => {
    const text = read(paper);
    const missing = namedIn(text).filter((name) => found(name).length === 0);
    expect(missing).toEqual([]);
    for (const [, path = ''] of text.matchAll(/`((?:docs|apps|packages)\/[\w./-]+)`/g))
      expect([path, existsSync(join(checkout, path))]).toEqual([path, true]);
  },
);

test('every weakness that was found has a test, whose name stands in its file', () => {
  const rows = rowsOf(read('docs/attacks.md'));
  const numbered = rows.map(([first = '']) => first).filter((first) => /^D?\d+$/.test(first));
  expect(numbered).toEqual([
    ...Array.from({ length: 16 }, (_, index) => `D${index + 1}`),
    ...Array.from({ length: 25 }, (_, index) => String(index + 1)),
  ]);
  const texts = new Map<string, string>();
  for (const row of rows) {
    const tests = row.at(-1) ?? '';
    if (tests === 'test') continue;
    const pairs = [...tests.matchAll(/`([\w.-]+)`: ([^<]+)/g)];
    expect(pairs.length, row[0]).toBeGreaterThan(0);
    for (const [, name = '', title = ''] of pairs) {
      const text = texts.get(name) ?? found(name).map(read).join('\n');
      texts.set(name, text);
      expect([name, title, text.includes(title.trim())]).toEqual([name, title, true]);
    }
  }
});

test('every section of the standard has evidence or a reason, and every test of a door is evidence', () => {
  const asvs = read('docs/asvs.md');
  const rows = rowsOf(asvs).filter(([first = '']) => /^V\d/.test(first));
  const chapters = [...new Set(rows.map(([first = '']) => Number(/^V(\d+)/.exec(first)?.[1])))];
  expect(chapters).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
  for (const [section, state, reason, evidence = ''] of rows) {
    expect([section, reason === '']).toEqual([section, false]);
    if (state !== 'does not apply') expect([section, namedIn(evidence).length > 0]).toEqual([section, true]);
  }
  const evidence = new Set(namedIn(asvs).map((name) => basename(name)));
  const doors = [...namedIn(read('docs/doors.md')), ...namedIn(read('docs/threat-model.md'))];
  const without = [...new Set(doors.map((name) => basename(name)))].filter((name) => !evidence.has(name));
  expect(without).toEqual([]);
});
