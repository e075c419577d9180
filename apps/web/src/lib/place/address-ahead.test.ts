import { expect, test } from 'vitest';
import { addressAhead, pageAhead } from './address-ahead.ts';

const url = (path: string) => new URL(path, 'http://localhost');

test('a choice is made upon the page that the app is going to', () => {
  const shown = url('/p/harbour?branch=main');
  const going = url('/p/harbour/files?branch=work');
  expect(addressAhead(shown, going)).toBe(going);
  expect(addressAhead(shown, null)).toBe(shown);
});

test('a choice inside a project is no choice for another project, or for a page outside of it', () => {
  const shown = url('/p/harbour?branch=main');
  for (const elsewhere of ['/', '/account', '/p/harbours/files', '/p/other?branch=work'])
    expect(addressAhead(shown, url(elsewhere))).toBe(shown);
});

test('a filter changes the page that is seen, at the place that was chosen meanwhile', () => {
  const shown = url('/p/harbour/history?branch=main&status=FAILED');
  expect(pageAhead(shown, url('/p/harbour/history?branch=work&status=FAILED&by=U')).search).toBe(
    '?branch=work&status=FAILED&by=U',
  );
  const other = pageAhead(shown, url('/p/harbour/files?branch=work'));
  expect(other.pathname + other.search).toBe('/p/harbour/history?branch=work&status=FAILED');
  expect(pageAhead(shown, shown)).toBe(shown);
});
