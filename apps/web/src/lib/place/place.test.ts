import { expect, test } from 'vitest';
import {
  correctionsIn,
  DEFAULT_PLACE,
  linesIn,
  placeIn,
  placeOfSync,
  ProjectLinks,
  samePageAt,
  writeCorrected,
  writePlace,
} from './place.ts';

const everywhere = { repository: 'R+1=', branch: 'feature/tides & more', asOf: 'S1==' };
const links = new ProjectLinks('harbour', everywhere);

test('a place that is written to an address is read back unchanged', () => {
  const url = new URL(`http://localhost/p/harbour?${writePlace(everywhere)}`);
  expect(placeIn(url)).toEqual(everywhere);
  expect(placeIn(new URL('http://localhost/p/harbour?branch='))).toEqual({
    repository: null,
    branch: null,
    asOf: null,
  });
});

test('every link of a project carries the repository, the branch and the moment', () => {
  const addresses = [
    links.overview,
    links.history,
    links.files,
    links.memory,
    links.knowledge,
    links.settings,
    links.patterns,
    links.insights,
    links.notes,
    links.map('src', 2),
    links.pattern('P/1'),
    links.document({ id: 'D/1', path: null }),
    links.document({ id: 'D/1', path: 'modules/src' }),
    links.find,
    links.file('src/a b.ts'),
    links.file('src/a b.ts', { from: 3, to: 9 }),
    links.entry('M/1'),
    links.sync(2),
    links.compare(1, 2),
  ];
  for (const address of addresses) expect(placeIn(new URL(address, 'http://localhost'))).toEqual(everywhere);
});

test('a link at the default place is short, and one to lines names them', () => {
  const plain = new ProjectLinks('harbour');
  expect(plain.files).toBe('/p/harbour/files');
  expect(plain.file('src/a#b.ts', { from: 3, to: 9 })).toBe('/p/harbour/files/src/a%23b.ts#L3-L9');
  expect(plain.file('x', { from: 3, to: 3 })).toBe('/p/harbour/files/x#L3');
  expect(plain.find).toBe('/p/harbour/files?find=1');
  expect(plain.at({ branch: 'v10' }).file('')).toBe('/p/harbour/files?branch=v10');
});

test('a document is named by its place, and a map by its folder and depth', () => {
  const plain = new ProjectLinks('harbour');
  expect(plain.document({ id: 'D', path: 'modules/a b' })).toBe('/p/harbour/knowledge?page=modules%2Fa+b');
  expect(plain.document({ id: 'D', path: null })).toBe('/p/harbour/knowledge?document=D');
  expect(plain.map()).toBe('/p/harbour/knowledge/map');
  expect(plain.map('src', 2)).toBe('/p/harbour/knowledge/map?path=src&depth=2');
});

test('leaving the past keeps the branch', () => {
  expect(links.at({ asOf: null }).file('a')).toBe(
    '/p/harbour/files/a?repository=R%2B1%3D&branch=feature%2Ftides+%26+more',
  );
});

test('a sync of the first repository needs no repository in its address', () => {
  const sync = { branch: 'v10', repository: { id: 'R1' } };
  expect(placeOfSync(sync, 'R1')).toEqual({ repository: null, branch: 'v10', asOf: null });
  expect(placeOfSync(sync, 'R2')).toEqual({ repository: 'R1', branch: 'v10', asOf: null });
});

test('lines are read in either order, and anything else is no line', () => {
  expect(linesIn('#L10-L4')).toEqual({ from: 4, to: 10 });
  expect(linesIn('#L7')).toEqual({ from: 7, to: 7 });
  expect(linesIn('#usage')).toBeNull();
});

test('another place shows the same page, without what belonged to the old place alone', () => {
  const at = (path: string) =>
    samePageAt(
      new ProjectLinks('harbour', { ...DEFAULT_PLACE, branch: 'v10' }),
      new URL(path, 'http://localhost'),
    );
  expect(at('/p/harbour/files/src/a.ts?branch=main&as-of=S&corrected=branch#L4')).toBe(
    '/p/harbour/files/src/a.ts?branch=v10',
  );
  expect(at('/p/harbour/memory?q=tide&after=x')).toBe('/p/harbour/memory?q=tide&branch=v10');
  expect(at('/p/harbour/history/S1?branch=main')).toBe('/p/harbour/history?branch=v10');
  expect(at('/p/harbour/memory/M1')).toBe('/p/harbour/memory?branch=v10');
});

test('a corrected address says what was wrong, and only known words are believed', () => {
  const query = writeCorrected(
    { ...DEFAULT_PLACE, branch: 'v10' },
    ['moment'],
    new URLSearchParams('as-of=S&q=tide'),
  );
  expect(query.toString()).toBe('q=tide&branch=v10&corrected=moment');
  expect(correctionsIn(new URL('http://localhost/?corrected=moment+nonsense'))).toEqual(['moment']);
});
