import { expect, test } from 'vitest';
import { resolvePath } from './resolve-path.ts';

test('an address is seen from the folder of its file, or from the root', () => {
  expect(resolvePath('docs/a.md', 'img/x.png')).toBe('docs/img/x.png');
  expect(resolvePath('docs/a.md', '../src/./y.ts')).toBe('src/y.ts');
  expect(resolvePath('docs/a.md', '/README.md')).toBe('README.md');
  expect(resolvePath('README.md', 'docs/')).toBe('docs');
});

test('an address out of the repository is none', () => {
  for (const address of [
    '../../etc/passwd',
    'https://example.org/x',
    '//example.org',
    'mailto:a@example.org',
    '',
  ])
    expect(resolvePath('docs/a.md', address)).toBeNull();
});
