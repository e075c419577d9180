import { mkdtemp, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGitUrl, type GitUrlPolicy } from './git-url.ts';

const ssh = { identityFile: '/keys/id', knownHostsFile: '/keys/known' };
const open: GitUrlPolicy = { allowedHosts: null, localRoots: [], ssh };

describe('an address', () => {
  test.each([
    ['https://gitlab.com/group/sub/name.git', 'https://gitlab.com/group/sub/name.git', 'name'],
    [' https://GitLab.com/group/name/ ', 'https://gitlab.com/group/name', 'name'],
    ['https://codeberg.org:8443/owner/name', 'https://codeberg.org:8443/owner/name', 'name'],
    ['https://8.8.8.8/name.git', 'https://8.8.8.8/name.git', 'name'],
    ['https://[2606:4700::1111]/owner/name', 'https://[2606:4700::1111]/owner/name', 'name'],
    ['https://example.com/~owner/na%20me.git', 'https://example.com/~owner/na%20me.git', 'na me'],
    ['git@example.com:owner/name.git', 'ssh://git@example.com/owner/name.git', 'name'],
    ['ssh://git@example.com:2222/owner/name', 'ssh://git@example.com:2222/owner/name', 'name'],
  ])('is understood as it is pasted: %s', (text, url, name) => {
    expect(parseGitUrl(text, open)).toMatchObject({ kind: 'remote', url, name });
  });

  test('of a host that the operator did not name is refused if hosts are named', () => {
    const policy = { ...open, allowedHosts: ['git.example.com', 'localhost:8080'] };
    expect(parseGitUrl('https://git.example.com/a/b', policy)).toMatchObject({ host: 'git.example.com' });
    expect(parseGitUrl('http://localhost:8080/a/b', policy)).toMatchObject({ protocol: 'http' });
    for (const text of [
      'https://example.com/a/b',
      'https://evil.git.example.com/a/b',
      'http://localhost:8081/a/b',
    ]) {
      expect(() => parseGitUrl(text, policy), text).toThrow(
        expect.objectContaining({ code: 'HOST_NOT_ALLOWED' }),
      );
    }
  });

  test('by ssh is refused if no key is configured for it', () => {
    expect(() => parseGitUrl('git@example.com:a/b', { ...open, ssh: null })).toThrow(
      expect.objectContaining({ code: 'INVALID_URL' }),
    );
  });
});

describe('a folder', () => {
  let root: string;
  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'project-sync-roots-')));
    for (const name of ['allowed', 'allowed/..name', 'allowed-not', 'new\nline'])
      await mkdir(join(root, name));
    await symlink(join(root, 'allowed-not'), join(root, 'allowed', 'out'));
    await symlink(join(root, 'allowed'), join(root, 'in'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test('below a root is identified by its real path', () => {
    const policy = { ...open, localRoots: [join(root, 'allowed')] };
    for (const path of ['allowed', 'in', 'allowed/..name', 'allowed/../allowed']) {
      expect(parseGitUrl(join(root, path), policy), path).toMatchObject({ kind: 'local' });
      expect(parseGitUrl(`file://${root}/${path}`, policy), path).toMatchObject({ kind: 'local' });
    }
  });

  test.each(['allowed-not', 'allowed/out', 'allowed/../allowed-not', 'missing', ''])(
    'elsewhere is refused: %s',
    (path) => {
      const policy = { ...open, localRoots: [join(root, 'allowed'), '/no/such/root'] };
      expect(() => parseGitUrl(`${root}/${path}`, policy)).toThrow(
        expect.objectContaining({ code: 'PATH_NOT_ALLOWED' }),
      );
    },
  );
});
