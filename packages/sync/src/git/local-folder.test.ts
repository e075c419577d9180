import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Holdings } from '../github/testing/holdings.ts';
import { gitSource } from './git-source.ts';
import { hashObject } from '../objects/git-object.ts';
import { parsePath } from '../objects/git-path.ts';
import type { BlobContent } from '../ports/source.ts';
import { call, createGitWorld, headOf, type GitWorld } from './testing/git-world.ts';

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

  test('that is a partial clone without contents fails with a code and the remedy', async () => {
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
    await expect(new Holdings().read(source, 'main', call)).rejects.toMatchObject({
      code: 'OBJECT_MISSING',
      retryable: false,
      message: expect.stringContaining('git fetch --refetch') as string,
    });
  });

  test('that is a partial clone lacking some contents reports each of them as missing', async () => {
    const { path, git } = await workTree();
    await writeFile(join(path, 'large.bin'), 'x'.repeat(5000));
    await git('add', '.');
    await git('commit', '-m', 'large');
    await git('config', 'uploadpack.allowFilter', 'true');
    await git('clone', '--bare', '--filter=blob:limit=1000', `file://${path}`, `${path}-no-large`);
    await rename(path, `${path}-gone`);
    const source = await gitSource({
      url: `${path}-no-large`,
      mirror: world.freshMirror(),
      allowedHosts: null,
      localRoots: [world.folder],
    });
    const head = await headOf(source, 'main');
    const wanted = ['a', 'x'.repeat(5000)].map((text) => ({
      oid: hashObject('sha1', 'blob', Buffer.from(text)),
      path: parsePath('x'),
      size: null,
    }));
    const got: BlobContent[] = [];
    for await (const batch of source.blobs({ head, wanted, maxBytes: 10_000, total: 2 }, call))
      got.push(...batch);
    expect(got.map(({ oid, kind }) => [oid, kind]).sort()).toEqual(
      [
        [wanted[0]?.oid, 'content'],
        [wanted[1]?.oid, 'missing'],
      ].sort(),
    );
  });

  test('whose folder of objects contains a link out of the allowed folders is refused', async () => {
    const { path } = await workTree();
    const inside = await mkdtemp(join(world.folder, 'inside-'));
    await cp(join(path, '.git'), join(inside, '.git'), { recursive: true });
    const open = (localRoots: string[]) =>
      gitSource({ url: inside, mirror: world.freshMirror(), allowedHosts: null, localRoots });
    const objects = join(inside, '.git', 'objects');
    await rm(join(objects, 'pack'), { recursive: true });
    await symlink(join(path, '.git', 'objects', 'pack'), join(objects, 'pack'));
    await expect(open([inside])).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
    expect(await new Holdings().read(await open([world.folder]), 'main', call)).not.toBeNull();
    await rm(join(objects, 'pack'));
    await symlink(join(path, 'nowhere'), join(objects, 'pack'));
    await expect(open([inside])).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
  });

  test('whose .git leads out of the allowed folders is refused', async () => {
    const { path } = await workTree();
    const inside = await mkdtemp(join(world.folder, 'inside-'));
    await writeFile(join(inside, '.git'), `gitdir: ${path}/.git\n`);
    await expect(
      gitSource({ url: inside, mirror: world.freshMirror(), allowedHosts: null, localRoots: [inside] }),
    ).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
  });

  test('that borrows objects is read, unless it borrows from outside the allowed folders', async () => {
    const { path, git } = await workTree();
    await git('clone', '--shared', path, `${path}-borrower`);
    await git('clone', '--shared', `${path}-borrower`, `${path}-borrower-of-borrower`);
    const url = `${path}-borrower-of-borrower`;
    const open = (localRoots: string[]) =>
      gitSource({ url, mirror: world.freshMirror(), allowedHosts: null, localRoots });
    expect(await new Holdings().read(await open([world.folder]), 'main', call)).not.toBeNull();
    for (const roots of [[url], [url, `${path}-borrower`], [url, path]])
      await expect(open(roots), roots.join()).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
    expect(
      await new Holdings().read(await open([url, `${path}-borrower`, path]), 'main', call),
    ).not.toBeNull();
  });

  test('whose commondir file leads out of the allowed folders is refused', async () => {
    const { path } = await workTree();
    const inside = await mkdtemp(join(world.folder, 'inside-'));
    await cp(join(path, '.git'), join(inside, '.git'), { recursive: true });
    await writeFile(join(inside, '.git', 'commondir'), `${path}/.git\n`);
    await expect(
      gitSource({ url: inside, mirror: world.freshMirror(), allowedHosts: null, localRoots: [inside] }),
    ).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
  });

  test('is read in place: nothing of it is copied, and repacking it between two steps does no harm', async () => {
    const { path, git } = await workTree();
    const mirror = world.freshMirror();
    const source = await gitSource({ url: path, mirror, allowedHosts: null, localRoots: [world.folder] });
    const holdings = new Holdings();
    expect(await holdings.read(source, 'main', call)).not.toBeNull();
    await writeFile(join(path, 'a.txt'), 'b');
    await git('commit', '-a', '-m', 'second');
    const answer = await source.head('main', holdings.base?.commitOid ?? null, call);
    await git('gc', '--prune=now');
    if (answer.kind !== 'head') throw new Error(answer.kind);
    const trees = [];
    for await (const batch of source.trees(
      { head: answer.head, kept: holdings.kept, base: holdings.base },
      call,
    ))
      trees.push(...batch.trees);
    expect(trees).toHaveLength(1);
    expect(await readdir(mirror)).toEqual(['view']);
    expect((await readdir(join(mirror, 'view'))).sort()).toEqual(['HEAD', 'config', 'refs']);
  });

  test('that loses a commit while it is read fails with a retryable error, and the retry succeeds', async () => {
    const { path, git } = await workTree();
    const source = await gitSource({
      url: path,
      mirror: world.freshMirror(),
      allowedHosts: null,
      localRoots: [world.folder],
    });
    await writeFile(join(path, 'a.txt'), 'lost');
    await git('commit', '-a', '-m', 'lost');
    const answer = await source.head('main', null, call);
    if (answer.kind !== 'head') throw new Error(answer.kind);
    await git('reset', '--hard', 'HEAD~1');
    await git('reflog', 'expire', '--expire=now', '--all');
    await git('gc', '--prune=now');
    const holdings = new Holdings();
    const read = async () => {
      for await (const batch of source.trees({ head: answer.head, kept: holdings.kept, base: null }, call))
        void batch;
    };
    await expect(read()).rejects.toMatchObject({ code: 'OBJECT_MISSING', retryable: true });
    expect(await holdings.read(source, 'main', call)).not.toBeNull();
  });

  test('that is not a repository fails with a code', async () => {
    const empty = await mkdtemp(join(world.folder, 'empty-'));
    const source = await gitSource({
      url: empty,
      mirror: world.freshMirror(),
      allowedHosts: null,
      localRoots: [world.folder],
    });
    await expect(source.defaultBranch(call)).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
  });

  test('cannot run commands through its own configuration', async () => {
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
