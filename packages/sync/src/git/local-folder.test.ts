import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Holdings } from '../github/testing/holdings.ts';
import { gitSource } from './git-source.ts';
import { call, createGitWorld, type GitWorld } from './testing/git-world.ts';

let world: GitWorld;
beforeAll(async () => {
  world = await createGitWorld();
});
afterAll(() => world.close());

describe('a folder on this machine', () => {
  async function workTree(): Promise<{ path: string; git: (...args: string[]) => Promise<void> }> {
    const path = await mkdtemp(join(world.folder, 'work-'));
    const git = (...args: string[]) =>
      new Promise<void>((resolve, reject) => {
        const child = spawn('git', args, {
          cwd: path,
          stdio: 'ignore',
          env: {
            PATH: process.env['PATH'],
            HOME: path,
            GIT_AUTHOR_NAME: 'T',
            GIT_AUTHOR_EMAIL: 't@example.invalid',
            GIT_COMMITTER_NAME: 'T',
            GIT_COMMITTER_EMAIL: 't@example.invalid',
          },
        });
        child.once('close', (code) =>
          code === 0 ? resolve() : reject(new Error(`git ${args.join(' ')}: ${code}`)),
        );
      });
    await git('init', '--initial-branch=main');
    await writeFile(join(path, 'a.txt'), 'a');
    await git('add', '.');
    await git('commit', '-m', 'first');
    return { path, git };
  }

  test('may be a checkout, a second work tree of one, or a shallow clone', async () => {
    const { path, git } = await workTree();
    await git('worktree', 'add', `${path}-second`, '-b', 'second');
    await writeFile(join(path, 'b.txt'), 'b');
    await git('add', '.');
    await git('commit', '-m', 'then');
    await git('clone', '--depth=1', `file://${path}`, `${path}-shallow`);
    for (const [url, branch] of [
      [path, 'main'],
      [`${path}-second`, 'second'],
      [`${path}-shallow`, 'main'],
    ] as const) {
      const holdings = new Holdings();
      const source = await gitSource({
        url,
        mirror: world.freshMirror(),
        allowedHosts: null,
        localRoots: [world.folder],
      });
      expect(await holdings.read(source, branch, call), url).not.toBeNull();
    }
  });

  test('that is a partial clone ends with a code that names the remedy, or whole', async () => {
    const { path, git } = await workTree();
    await git('config', 'uploadpack.allowFilter', 'true');
    await git('clone', '--bare', '--filter=blob:none', `file://${path}`, `${path}-partial`);
    await rename(path, `${path}-away`);
    const source = await gitSource({
      url: `${path}-partial`,
      mirror: world.freshMirror(),
      allowedHosts: null,
      localRoots: [world.folder],
    });
    await expect(source.head('main', null, call)).rejects.toMatchObject({
      code: 'OBJECT_MISSING',
      retryable: false,
    });
  });

  test('whose .git leads out of the allowed folders is refused', async () => {
    const { path } = await workTree();
    const inside = await mkdtemp(join(world.folder, 'inside-'));
    await writeFile(join(inside, '.git'), `gitdir: ${path}/.git\n`);
    await expect(
      gitSource({ url: inside, mirror: world.freshMirror(), allowedHosts: null, localRoots: [inside] }),
    ).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
  });

  test('that is no repository ends with a code', async () => {
    const empty = await mkdtemp(join(world.folder, 'empty-'));
    const source = await gitSource({
      url: empty,
      mirror: world.freshMirror(),
      allowedHosts: null,
      localRoots: [world.folder],
    });
    await expect(source.defaultBranch(call)).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
  });

  test('cannot run commands by its own configuration', async () => {
    const { path, git } = await workTree();
    const proof = join(world.folder, 'it-ran');
    for (const key of [
      'core.fsmonitor',
      'uploadpack.packObjectsHook',
      'core.sshCommand',
      'core.pager',
      'core.gitProxy',
      'core.askPass',
      'credential.helper',
      'diff.external',
    ]) {
      await git('config', key, `touch ${proof}; false`);
    }
    await mkdir(join(path, '.git', 'hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'reference-transaction', 'pre-auto-gc', 'post-upload-pack']) {
      await writeFile(join(path, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    }
    const holdings = new Holdings();
    await holdings.read(
      await gitSource({
        url: path,
        mirror: world.freshMirror(),
        allowedHosts: null,
        localRoots: [world.folder],
      }),
      'main',
      call,
    );
    expect(await readdir(world.folder)).not.toContain('it-ran');
  });
});
