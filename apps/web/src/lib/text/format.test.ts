import { expect, test } from 'vitest';
import { ago, bytes, duration, grouped, percent, visible } from './format.ts';

test('a right-to-left override cannot disguise a file’s ending', () => {
  expect(visible('invoice\u202Etxt.exe')).toBe('invoice\\u202etxt.exe');
  expect(visible('new\nline\u0000')).toBe('new\\u000aline\\u0000');
  expect(visible('größe 漢字 🚢')).toBe('größe 漢字 🚢');
});

test('the counts of a sentence are grouped, and its names and versions are left alone', () => {
  expect(grouped('420 of 17068 contents')).toBe('420 of 17,068 contents');
  expect(grouped('It has 10396793 bytes.')).toBe('It has 10,396,793 bytes.');
  expect(grouped('at 36845990, v2.1234, run-2026, #1234 of 1500')).toBe(
    'at 36845990, v2.1234, run-2026, #1234 of 1,500',
  );
});

test('bytes use the largest unit that fits', () => {
  expect([0, 1023, 1536, 5 * 1024 ** 3].map(bytes)).toEqual(['0 B', '1,023 B', '1.5 KiB', '5 GiB']);
});

test('durations grow from tenths of a second to hours', () => {
  expect([0.44, 12.4, 185, 7440].map(duration)).toEqual(['0.4 s', '12 s', '3 min 5 s', '2 h 4 min']);
});

test('progress never rounds up to the whole', () => {
  expect(percent(0.999)).toBe('99%');
  expect(percent(1)).toBe('100%');
});

test('a moment ago names the largest unit that fits', () => {
  const now = Date.UTC(2026, 0, 10);
  expect(ago(new Date(now - 3 * 3_600_000).toISOString(), now)).toBe('3 hours ago');
  expect(ago(new Date(now - 86_400_000).toISOString(), now)).toBe('yesterday');
});
