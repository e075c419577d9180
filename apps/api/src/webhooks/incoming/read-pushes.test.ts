import { describe, expect, test } from 'vitest';
import { signatureOf } from '../sign-body.ts';
import { readPushes } from './read-pushes.ts';
import { recognizeForge } from './recognize-forge.ts';

const oid = 'a'.repeat(40);
const zeros = '0'.repeat(40);
const main = [{ branch: 'main', commitOid: oid }];

describe('a push', () => {
  test('is read from the body of each forge', () => {
    const one = { ref: 'refs/heads/main', after: oid };
    expect(readPushes('github', 'push', one)).toEqual(main);
    expect(readPushes('gitlab', 'Push Hook', { ...one, object_kind: 'push' })).toEqual(main);
    expect(readPushes('gitea', 'push', one)).toEqual(main);
    const dataCenter = { changes: [{ ref: { id: one.ref }, type: 'UPDATE', toHash: oid }] };
    expect(readPushes('bitbucket', 'repo:refs_changed', dataCenter)).toEqual(main);
    expect(readPushes('generic', 'push', { branch: 'main', commit: oid })).toEqual(main);
    expect(readPushes('generic', 'push', { branch: 'a/b' })).toEqual([{ branch: 'a/b', commitOid: null }]);
  });

  test('of several branches counts each once, without tags and branches that are gone', () => {
    const branch = (name: string, type = 'branch') => ({ new: { type, name, target: { hash: oid } } });
    const changes = [branch('main'), branch('main'), branch('v1', 'tag'), { new: null }, branch('next')];
    expect(readPushes('bitbucket', 'repo:push', { push: { changes } })).toEqual([
      ...main,
      { branch: 'next', commitOid: oid },
    ]);
    const gone = { changes: [{ ref: { id: 'refs/heads/x' }, type: 'DELETE', toHash: zeros }] };
    expect(readPushes('bitbucket', 'repo:refs_changed', gone)).toEqual([]);
    expect(readPushes('github', 'push', { ref: 'refs/heads/x', deleted: true })).toEqual([]);
    expect(readPushes('gitlab', 'Push Hook', { ref: 'refs/heads/x', after: zeros })).toEqual([]);
    expect(readPushes('gitea', 'push', { ref: 'refs/tags/v1', after: oid })).toEqual([]);
    const many = Array.from({ length: 300 }, (_, index) => branch(`b${index}`));
    expect(readPushes('bitbucket', 'repo:push', { push: { changes: many } })).toHaveLength(100);
  });

  test('is distinguished from other events, and from bodies of another form', () => {
    expect(readPushes('gitlab', 'Tag Push Hook', { ref: 'refs/tags/x', after: oid })).toBeNull();
    expect(readPushes('github', 'ping', {})).toBeNull();
    for (const body of [undefined, null, [], 'text', { ref: 1 }, { ref: 'x', after: 'zz' }])
      expect(readPushes('github', 'push', body)).toBeUndefined();
    expect(readPushes('generic', 'push', { branch: '' })).toBeUndefined();
  });
});

describe('the headers of a delivery', () => {
  const body = Buffer.from('body');
  const good = signatureOf('secret', body);
  const recognized = (headers: Record<string, string>) => recognizeForge(new Headers(headers));

  test('name the forge, also where it sends those of another one', () => {
    const gitea = { 'x-gitea-event': 'push', 'x-github-event': 'push', 'x-gogs-event': 'push' };
    expect(recognized({ ...gitea, 'x-hub-signature-256': good })?.forge).toBe('gitea');
    expect(recognized({ 'x-forgejo-event': 'push', 'x-forgejo-signature': good })?.forge).toBe('gitea');
    expect(recognized({ 'x-event-key': 'repo:push', 'x-hub-signature': good })?.forge).toBe('bitbucket');
    expect(recognized({ 'x-hub-signature-256': good })).toMatchObject({ forge: 'generic', event: 'push' });
  });

  test('prove nothing without a signature, with a wrong one, or with the token of another secret', () => {
    expect(recognized({})).toBeNull();
    expect(recognized({ 'x-github-event': 'push' })).toBeNull();
    expect(recognized({ 'x-gitlab-event': 'Push Hook', 'x-hub-signature-256': good })).toBeNull();
    for (const signature of ['', 'sha256=', `sha1=${'0'.repeat(40)}`, good.slice(0, -1), good.toUpperCase()])
      expect(recognized({ 'x-hub-signature-256': signature })?.proves('secret', body)).toBe(false);
    expect(recognized({ 'x-hub-signature-256': good })?.proves('secret', body)).toBe(true);
    const gitlab = (token: string) => recognized({ 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': token });
    expect(gitlab('secret')?.proves('secret', body)).toBe(true);
    expect(gitlab('secre')?.proves('secret', body)).toBe(false);
  });
});
