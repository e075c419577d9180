import { expect, test } from 'vitest';
import { searchIn, toggled, writeSearch } from './search-state.ts';

const read = (query: URLSearchParams) => searchIn({ searchParams: query });

test('a search that is written to an address is read back unchanged, and the place stays', () => {
  const wanted = {
    query: 'a tide',
    mode: 'KEYWORD',
    kinds: ['CODE', 'DOC'],
    languages: ['go', 'rust'],
    tests: 'EXCLUDE',
    folder: 'src/',
  } as const;
  const written = writeSearch(new URLSearchParams('branch=v10&after=x'), {
    ...wanted,
    kinds: [...wanted.kinds],
    languages: [...wanted.languages],
  });
  expect(read(written)).toEqual({ ...wanted, after: null });
  expect(written.get('branch')).toBe('v10');
});

test('defaults are left out of the address, and unknown words are ignored', () => {
  const query = new URLSearchParams('q=a&mode=NONE&kind=CODE&kind=X&tests=ONLY');
  expect(read(query)).toMatchObject({ mode: 'HYBRID', kinds: ['CODE'], tests: 'ONLY' });
  expect(writeSearch(query, { kinds: [], tests: 'INCLUDE' }).toString()).toBe('q=a');
});

test('a filter is chosen by one click and left by the next', () => {
  expect(toggled(['go'], 'rust')).toEqual(['go', 'rust']);
  expect(toggled(['go', 'rust'], 'go')).toEqual(['rust']);
});
