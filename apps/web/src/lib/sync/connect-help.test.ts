import { expect, test } from 'vitest';
import { connectHelp } from './connect-help.ts';

test('a private or missing repository gets advice about a token', () => {
  expect(connectHelp('github', 'REPOSITORY_NOT_FOUND')).toContain('token');
  expect(connectHelp('git', 'AUTHENTICATION_FAILED')).toContain('token');
});

test('a missing folder gets advice about its path, not about a token', () => {
  expect(connectHelp('folder', 'REPOSITORY_NOT_FOUND')).not.toContain('token');
  expect(connectHelp('folder', 'PATH_NOT_ALLOWED')).toContain('LOCAL_REPOSITORIES');
});

test('a code without advice gets none', () => {
  expect(connectHelp('git', 'toString')).toBeUndefined();
  expect(connectHelp('git', 'ROLE_TOO_LOW')).toBeUndefined();
});
