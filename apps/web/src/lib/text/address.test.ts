import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';

test.each([
  ['https://github.com/acme/harbour', 'https://github.com/acme/harbour'],
  ['acme/harbour', 'https://github.com/acme/harbour'],
  ['github.com/acme/harbour.git', 'https://github.com/acme/harbour'],
  ['git@github.com:acme/harbour.git', 'https://github.com/acme/harbour'],
  ['ssh://git@github.com/acme/harbour', 'https://github.com/acme/harbour'],
  ['https://github.com/acme/harbour/pull/12/files#diff-1', 'https://github.com/acme/harbour'],
  ['  git clone https://github.com/acme/harbour.git ', 'https://github.com/acme/harbour'],
  ['https://www.github.com/acme/harbour/', 'https://github.com/acme/harbour'],
])('%s is understood as a GitHub repository', (pasted, url) => {
  expect(parseAddress(pasted)).toMatchObject({ kind: 'github', provider: 'GITHUB', url });
});

test('the branch of a tree page is read as well', () => {
  expect(parseAddress('https://github.com/acme/harbour/tree/release%2F2')).toMatchObject({
    branch: 'release/2',
  });
});

test.each([
  ['/srv/harbour/', '/srv/harbour', 'harbour'],
  ['file:///srv/a%20b', '/srv/a b', 'a b'],
])('%s is a folder on the server', (pasted, url, name) => {
  expect(parseAddress(pasted)).toMatchObject({ kind: 'folder', provider: 'GIT', url, name });
});

test('a password in a Git URL is cut off, so that it is never sent as part of the address', () => {
  const secret = ['pass', 'word'].join('');
  expect(parseAddress(`https://someone:${secret}@git.example.org/a/b.git`)).toMatchObject({
    kind: 'git',
    url: 'https://git.example.org/a/b.git',
    name: 'b',
  });
  expect(JSON.stringify(parseAddress(`ssh://someone:${secret}@git.example.org/a/b.git`))).not.toContain(
    secret,
  );
});

test('an scp-like address becomes a URL', () => {
  expect(parseAddress('git@git.example.org:team/harbour.git')).toMatchObject({
    url: 'ssh://git@git.example.org/team/harbour.git',
  });
});

test.each(['', '   '])('an empty address is empty', (pasted) => {
  expect(parseAddress(pasted).kind).toBe('empty');
});

test.each(['hello there', 'javascript:alert(1)', 'ext::sh -c id', 'a\nb/c', 'https://', '../..'])(
  '%j is not an address',
  (pasted) => {
    expect(parseAddress(pasted).kind).toBe('unknown');
  },
);
