import { expect, test } from 'vitest';
import { addressNote } from './address-note.ts';

const found = { defaultBranch: 'main', isConnected: false, failure: null };
const missing = { code: 'REPOSITORY_NOT_FOUND', message: 'There is no such repository.' };
const refused = { ...found, defaultBranch: null, failure: missing };
const asGitHub = { kind: 'github', hasToken: false };

test('a repository that answers is shown with its default branch', () => {
  expect(addressNote(found, asGitHub)).toMatchObject({
    tone: 'good',
    text: expect.stringContaining('main') as string,
  });
});

test('a repository without a branch, and one that the project has, can still be connected', () => {
  expect(addressNote({ ...found, defaultBranch: null }, asGitHub).tone).toBe('warn');
  expect(addressNote({ ...found, isConnected: true }, asGitHub).text).toContain('already');
});

test('a refusal is named with its advice, and one that a token may lift waits for the token', () => {
  expect(addressNote(refused, asGitHub)).toEqual({
    tone: 'bad',
    text: missing.message,
    help: expect.stringContaining('token') as string,
  });
  expect(addressNote(refused, { ...asGitHub, hasToken: true }).tone).toBe('warn');
  const away = { ...refused, failure: { code: 'SOURCE_UNAVAILABLE', message: 'It does not answer.' } };
  expect(addressNote(away, { ...asGitHub, hasToken: true }).tone).toBe('bad');
  expect(addressNote(refused, { kind: 'folder', hasToken: true })).toMatchObject({
    tone: 'bad',
    help: expect.not.stringContaining('token') as string,
  });
});
