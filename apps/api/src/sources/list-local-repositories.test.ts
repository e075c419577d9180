import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listLocalRepositories } from './list-local-repositories.ts';

const root = mkdtempSync(join(tmpdir(), 'proposals-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('work trees, linked work trees and bare repositories are proposed, by name', async () => {
  for (const folder of [
    'quay/.git',
    'plain/src',
    '.hidden/.git',
    'bare.git/objects',
    'bare.git/refs',
    'linked',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'bare.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(root, 'linked', '.git'), 'gitdir: ../quay/.git/worktrees/linked\n');
  writeFileSync(join(root, 'file'), '');
  const names = ['bare.git', 'linked', 'quay'].map((name) => join(root, name));
  expect(await listLocalRepositories([root])).toEqual(names);
});

test('a folder that is a repository itself is proposed once, and one that cannot be read is left out', async () => {
  const quay = join(root, 'quay');
  expect(await listLocalRepositories([`${quay}/`, quay, join(root, 'nowhere')])).toEqual([quay]);
});
