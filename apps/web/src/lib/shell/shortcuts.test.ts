import { expect, test } from 'vitest';
import { placeIn, ProjectLinks } from '../place/place.ts';
import { pagesOf } from './pages.ts';
import { shortcutOf } from './shortcuts.ts';

const place = { repository: 'R', branch: 'dev', asOf: 'S' };
const links = new ProjectLinks('hono', place);
const press = (key: string, more: Partial<Parameters<typeof shortcutOf>[1]> = {}, ctrlKey = false) =>
  shortcutOf(
    { key, ctrlKey, metaKey: false, altKey: false },
    { links, afterG: false, isTyping: false, ...more },
  );
const placeOf = (address: string) => placeIn(new URL(address, 'http://localhost'));

test('the file finder and the search keep the branch and the moment', () => {
  for (const key of ['t', '/']) {
    const shortcut = press(key);
    expect(shortcut !== null && 'goto' in shortcut && placeOf(shortcut.goto)).toEqual(place);
  }
});

test('so does every page behind g, and every tab', () => {
  for (const key of ['o', 'h', 'f', 'm', 'k']) {
    const shortcut = press(key, { afterG: true });
    expect(shortcut !== null && 'goto' in shortcut && placeOf(shortcut.goto)).toEqual(place);
  }
  for (const { href } of pagesOf(links)) expect(placeOf(href)).toEqual(place);
});

test('no key but that of the palette does anything while a field is typed in', () => {
  expect(press('t', { isTyping: true })).toBeNull();
  expect(press('?', { isTyping: true })).toBeNull();
  expect(press('K', { isTyping: true }, true)).toEqual({ open: 'palette' });
});

test('outside of a project there is no file to find, and all projects are searched', () => {
  expect(press('t', { links: null })).toBeNull();
  expect(press('/', { links: null })).toEqual({ goto: '/search' });
  expect(press('?', { links: null })).toEqual({ open: 'keys' });
});
