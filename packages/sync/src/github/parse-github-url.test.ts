import { describe, expect, it } from 'vitest';
import { parseGitHubUrl } from './parse-github-url.ts';

describe('the address of a GitHub repository', () => {
  it.each([
    'acme/widget',
    ' acme/widget ',
    'https://github.com/acme/widget',
    'http://www.github.com/acme/widget/',
    'github.com/acme/widget',
    'https://github.com/acme/widget.git',
    'https://github.com/acme/widget/tree/main/src?tab=readme#L10',
    'https://github.com/acme/widget/pull/12/files',
    'git@github.com:acme/widget.git',
    'ssh://git@github.com/acme/widget.git',
  ])('is accepted in the form %s', (text) => {
    expect(parseGitHubUrl(text)).toEqual({ owner: 'acme', name: 'widget' });
  });

  it.each([
    '',
    'acme',
    'acme/..',
    'acme/.git',
    '-acme/widget',
    'acme/wid get',
    'acme/widget%2f..',
    'https://github.com/acme',
    'https://example.org/acme/widget',
    'https://github.com.example.org/acme/widget',
    'https://github.com@example.org/acme/widget',
    'https://token@github.com/acme/widget',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ext::sh -c id',
    '--upload-pack=id',
    'git@127.0.0.1:acme/widget',
    'acme/"widget',
  ])('is refused when it is %j', (text) => {
    expect(() => parseGitHubUrl(text)).toThrow(expect.objectContaining({ code: 'INVALID_URL' }));
  });

  it('belongs to the Enterprise server if one is configured', () => {
    expect(parseGitHubUrl('https://git.example.org/acme/widget/issues', 'git.example.org').name).toBe(
      'widget',
    );
    expect(() => parseGitHubUrl('https://github.com/acme/widget', 'git.example.org')).toThrow();
  });
});
