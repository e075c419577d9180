import { expect, test } from 'vitest';
import { SyncError } from '../sync-error.ts';
import { fileFailure, gitFailure, scrub } from './git-failure.ts';

test.each([
  ['fatal: write error: No space left on device\nfatal: fetch-pack: invalid index-pack output', 'STORE_FULL'],
  ['Resolving deltas:  15% (6/39)\rfatal: fetch-pack: invalid index-pack output', 'REPOSITORY_TOO_LARGE'],
  ['fatal: early EOF\nfatal: fetch-pack: invalid index-pack output', 'SOURCE_UNAVAILABLE'],
  ['error: RPC failed; curl 18\nfatal: fetch-pack: invalid index-pack output', 'SOURCE_UNAVAILABLE'],
  [
    'fatal: Out of memory, malloc failed (tried to allocate 4294967305 bytes)\nfatal: fetch-pack: invalid index-pack output',
    'REPOSITORY_TOO_LARGE',
  ],
  ['error: index-pack died of signal 24', 'REPOSITORY_TOO_LARGE'],
  ["fatal: Authentication failed for 'https://example.com/x'", 'AUTHENTICATION_FAILED'],
  [
    "fatal: could not read Username for 'https://example.com': terminal prompts disabled",
    'AUTHENTICATION_FAILED',
  ],
  [
    'git@example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    'AUTHENTICATION_FAILED',
  ],
  [
    "fatal: unable to access 'https://example.com/x': The requested URL returned error: 403",
    'PERMISSION_DENIED',
  ],
  ["fatal: repository 'https://example.com/x/' not found", 'REPOSITORY_NOT_FOUND'],
  [
    "fatal: unable to access 'https://example.com/redirect/': Could not resolve host: example.com",
    'SOURCE_UNAVAILABLE',
  ],
  [
    "fatal: unable to access 'https://example.com/corrupt/packfile': The requested URL returned error: 502",
    'SOURCE_UNAVAILABLE',
  ],
  [
    "fatal: unable to access 'https://example.com/x': SSL certificate problem: self-signed certificate",
    'SOURCE_UNAVAILABLE',
  ],
  ["fatal: couldn't find remote ref refs/heads/x", 'BRANCH_NOT_FOUND'],
  [`fatal: remote error: upload-pack: not our ref ${'a'.repeat(40)}`, 'OBJECT_MISSING'],
  ["fatal: transport 'ext' not allowed", 'INVALID_URL'],
  ['error: inflate: data stream error (incorrect header check)', 'CONTENT_UNVERIFIED'],
])('what Git says becomes a code: %s', (said, code) => {
  expect(gitFailure(said, [])).toMatchObject({ code });
});

test('neither a secret nor the credentials of an address stay in an error', () => {
  const secret = 'ghp_' + 'a'.repeat(36);
  const failure = gitFailure(`fatal: strange ${secret} at https://user:${secret}@example.com/x`, [secret]);
  expect(failure.message + String(failure.cause)).not.toContain(secret);
  expect(scrub(`see https://someone@example.com/x`, [])).toBe('see https://example.com/x');
});

test('a full or read-only disk is a failure with a code, and every other error is rethrown', () => {
  const failed = (code: string) => Object.assign(new Error(code), { code });
  expect(() => fileFailure(failed('ENOSPC'))).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
  expect(() => fileFailure(failed('EROFS'))).toThrow(expect.objectContaining({ code: 'STORE_READ_ONLY' }));
  expect(() => fileFailure(failed('ENOENT'))).not.toThrow(SyncError);
});
