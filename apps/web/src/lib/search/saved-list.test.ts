import { expect, test } from 'vitest';
import { readSaved, searchToSave, withSaved, type SavedSearch } from './saved-list.ts';

const address = new URLSearchParams(
  'q=tide&kind=CODE&tests=EXCLUDE&branch=work&as-of=S1&after=c&repository=R',
);

test('a search is saved with its words and filters, and without the place it was run at', () => {
  expect(searchToSave(address)).toBe('q=tide&kind=CODE&tests=EXCLUDE');
  expect(searchToSave(new URLSearchParams('q=+tide+&mode=HYBRID'))).toBe('q=tide');
});

test('searches are listed by name; the same name and the same search are saved once', () => {
  const two = withSaved([{ name: 'Tides', search: 'q=tide' }], { name: 'Berths', search: 'q=berth' });
  expect(two.map(({ name }) => name)).toEqual(['Berths', 'Tides']);
  expect(withSaved(two, { name: 'Tides', search: 'q=ebb' })).toEqual([
    { name: 'Berths', search: 'q=berth' },
    { name: 'Tides', search: 'q=ebb' },
  ]);
  expect(withSaved(two, { name: 'Moorings', search: 'q=berth' }).map(({ name }) => name)).toEqual([
    'Moorings',
    'Tides',
  ]);
});

test('of more searches than are kept the newest is among them', () => {
  const many = Array.from({ length: 60 }, (_, i) => ({ name: `n${i}`, search: `q=${i}` }));
  const list = many.reduce<SavedSearch[]>((all, one) => withSaved(all, one), []);
  expect(list).toHaveLength(50);
  expect(list).toContainEqual({ name: 'n59', search: 'q=59' });
});

test('what another version stored, or no list at all, is read as far as it can be', () => {
  const saved = { name: 'Tides', search: 'q=tide' };
  expect(readSaved(JSON.stringify([saved, 'tide', { name: 1, search: 'q=x' }, null]))).toEqual([saved]);
  for (const damaged of [null, '', '{', '{"name":"x"}', '7']) expect(readSaved(damaged)).toEqual([]);
});
