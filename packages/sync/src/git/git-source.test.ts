import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeTree, hashObject, type ObjectFormat } from '../git-object.ts';
import { parsePath } from '../git-path.ts';
import { Holdings } from '../github/testing/holdings.ts';
import type { Head, Source, SourceCall } from '../source.ts';
import { createRepository, listingOf, RandomHistory, type TestRepository } from '../testing/index.ts';
import { gitSource, type GitSourceOptions } from './git-source.ts';
import { packsOf } from './packs.ts';

let folder: string;
let mirrors = 0;
const repositories: TestRepository[] = [];
const call: SourceCall = { signal: new AbortController().signal };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'project-sync-mirrors-'));
});
afterAll(async () => {
  for (const repository of repositories) await repository.remove();
  await rm(folder, { recursive: true, force: true });
});

async function repository(format: ObjectFormat = 'sha1'): Promise<TestRepository> {
  const made = await createRepository({ format });
  repositories.push(made);
  return made;
}

function freshMirror(): string {
  mirrors += 1;
  return join(folder, `mirror-${mirrors}.git`);
}

function sourceOf(at: TestRepository, extra: Partial<GitSourceOptions> = {}): Promise<Source> {
  return gitSource({
    url: at.path,
    mirror: freshMirror(),
    allowedHosts: null,
    localRoots: [dirname(at.path)],
    ...extra,
  });
}

async function headOf(source: Source, branch: string): Promise<Head> {
  const answer = await source.head(branch, null, call);
  if (answer.kind !== 'head') throw new Error(`No head but ${answer.kind}`);
  return answer.head;
}

function listed(holdings: Holdings, head: Head | null): Buffer {
  if (head === null) throw new Error('Nothing was read.');
  return listingOf(holdings.trees, head.treeOid, head.format);
}

describe('a Git repository as a source', () => {
  test.each([
    ['sha1', 14],
    ['sha256', 6],
  ] as const)('lists exactly what Git lists over random histories (%s)', async (format, count) => {
    for (let seed = 1; seed <= count; seed += 1) {
      const at = await createRepository({ format });
      const history = new RandomHistory(at, seed);
      const source = await sourceOf(at);
      const holdings = new Holdings();
      for (let step = 0; step < 5; step += 1) {
        const { branch, commit, what } = history.step();
        const head = await holdings.read(source, branch, call);
        if (head === null) continue;
        expect(head.commitOid).toBe(commit);
        expect(listed(holdings, head).equals(at.lsTree(commit)), `seed ${seed}, step ${step}: ${what}`).toBe(
          true,
        );
        await source.keep(branch, head, call);
      }
      await at.remove();
    }
  });

  test('asks once and fetches nothing when the branch has not moved', async () => {
    const at = await repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    const source = await sourceOf(at);
    await headOf(source, 'main');
    const before = source.usage().requests;
    expect(await source.head('main', commit, call)).toEqual({ kind: 'unchanged' });
    expect(source.usage().requests - before).toBe(1);
  });

  test('says that a branch is gone while the repository still answers, even where no branch could have the name', async () => {
    const at = await repository();
    at.commit('main', { 'a.txt': 'a\n' });
    const source = await sourceOf(at);
    for (const name of [
      'no-such-branch',
      '',
      'main:refs/heads/other',
      '*',
      'main^{tree}',
      'a..b',
      'refs/heads/main',
    ]) {
      expect(await source.head(name, null, call), name).toEqual({ kind: 'gone' });
    }
  });

  test('pages through branches with the default one first, and goes on where the cursor itself went away', async () => {
    const at = await repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    for (let index = 0; index < 30; index += 1) at.point(`feature/${String(index).padStart(2, '0')}`, commit);
    const source = await sourceOf(at);
    const first = await source.branches({ first: 20 }, call);
    expect(first.branches[0]).toMatchObject({ name: 'main', isDefault: true });
    expect(first.totalCount).toBe(31);
    at.point(first.endCursor ?? '', null);
    const rest = await source.branches({ first: 20, after: first.endCursor ?? '' }, call);
    expect(rest.branches.map(({ name }) => name)).toEqual(
      Array.from({ length: 11 }, (_, index) => `feature/${index + 19}`),
    );
    expect(rest.endCursor).toBeNull();
    expect(
      (await source.branches({ first: 20, query: 'FEATURE/07' }, call)).branches.map(({ name }) => name),
    ).toEqual(['feature/07']);
  });

  test('knows the default branch of a repository, and that an empty one has none', async () => {
    const at = await createRepository({ defaultBranch: 'trunk' });
    repositories.push(at);
    const source = await sourceOf(at);
    expect(await source.defaultBranch(call)).toBeNull();
    expect(await source.branches({ first: 10 }, call)).toEqual({
      branches: [],
      totalCount: 0,
      endCursor: null,
    });
    expect(await source.head('trunk', null, call)).toEqual({ kind: 'gone' });
    const commit = at.commit('trunk', { a: 'a' });
    expect(await source.defaultBranch(call)).toBe('trunk');
    at.git('update-ref', '--no-deref', 'HEAD', commit);
    expect(await source.defaultBranch(call)).toBeNull();
  });

  test('reads a commit whose tree is empty', async () => {
    const at = await repository();
    at.commit('main', { a: 'a' });
    at.commit('main', { a: null });
    const holdings = new Holdings();
    expect(listed(holdings, await holdings.read(await sourceOf(at), 'main', call))).toHaveLength(0);
  });

  test('shows the modes of old writers as Git does, and still proves their trees', async () => {
    const at = await repository();
    at.commit('main', { a: 'a' });
    const blob = hashObject('sha1', 'blob', Buffer.from('a'));
    const file = join(folder, 'old-tree');
    await writeFile(
      file,
      encodeTree([
        { mode: 0o100664, name: parsePath('old'), oid: blob },
        { mode: 0o100775, name: parsePath('run'), oid: blob },
      ]),
    );
    const tree = at.git('hash-object', '-w', '-t', 'tree', '--literally', file).toString().trim();
    const commit = at
      .git('-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', 'commit-tree', '-m', 'old', tree)
      .toString()
      .trim();
    at.point('main', commit);
    const holdings = new Holdings();
    expect(
      listed(holdings, await holdings.read(await sourceOf(at), 'main', call)).equals(at.lsTree(commit)),
    ).toBe(true);
  });

  test('ends with a code on a folder that somebody wrote broken', async () => {
    const at = await repository();
    at.commit('main', { a: 'a' });
    const file = join(folder, 'broken-tree');
    await writeFile(file, Buffer.concat([Buffer.from('100644 cut'), Buffer.from([0, 1, 2, 3])]));
    const tree = at.git('hash-object', '-w', '-t', 'tree', '--literally', file).toString().trim();
    const lines = `tree ${tree}\nauthor T <t@example.invalid> 1 +0000\ncommitter T <t@example.invalid> 1 +0000\n\nbroken\n`;
    await writeFile(file, lines);
    at.point('main', at.git('hash-object', '-w', '-t', 'commit', '--literally', file).toString().trim());
    const failure = new Holdings().read(await sourceOf(at), 'main', call);
    await expect(failure).rejects.toMatchObject({
      code: expect.stringMatching(/^(SOURCE_INVALID_RESPONSE|CONTENT_UNVERIFIED)$/) as string,
    });
  });

  test('gives the trees below a folder that a killed scan kept without them', async () => {
    const at = await repository();
    at.commit('main', { 'a/one.txt': '1', 'b/c/two.txt': '2' });
    const source = await sourceOf(at);
    const holdings = new Holdings();
    await holdings.read(source, 'main', call);
    const commit = at.commit('main', { 'b/c/two.txt': '3' });
    const head = await headOf(source, 'main');
    for await (const { trees } of source.trees(head, holdings.kept, holdings.base, call)) {
      // Only parents were kept before the end.
      for (const tree of trees.slice(0, 1)) holdings.trees.set(tree.oid, tree.content);
      break;
    }
    for await (const { trees } of source.trees(head, holdings.kept, holdings.base, call)) {
      for (const tree of trees) holdings.trees.set(tree.oid, tree.content);
    }
    expect(listed(holdings, head).equals(at.lsTree(commit))).toBe(true);
  });

  test('leaves contents over the limit out, and tells their size', async () => {
    const at = await repository();
    at.commit('main', { 'big.bin': 'x'.repeat(5000), 'small.txt': 'x' });
    const source = await sourceOf(at);
    const head = await headOf(source, 'main');
    const wanted = ['x'.repeat(5000), 'x'].map((text) => ({
      oid: hashObject('sha1', 'blob', Buffer.from(text)),
      path: parsePath('x'),
      size: null,
    }));
    const got = [];
    for await (const batch of source.blobs(head, wanted, { maxBytes: 1000, total: 2 }, call))
      got.push(...batch);
    expect(got).toEqual([
      { oid: wanted[0]?.oid, kind: 'too-large', size: 5000 },
      { oid: wanted[1]?.oid, kind: 'content', content: Buffer.from('x') },
    ]);
  });

  test('names the path of a content that its repository does not have', async () => {
    const at = await repository();
    at.commit('main', { a: 'a' });
    const source = await sourceOf(at);
    const head = await headOf(source, 'main');
    const wanted = [{ oid: 'ab'.repeat(20), path: parsePath('lost/file.txt'), size: null }];
    await expect(source.blobs(head, wanted, { maxBytes: 1000, total: 1 }, call).next()).rejects.toMatchObject(
      { code: 'OBJECT_MISSING' },
    );
  });
});

describe('the mirror', () => {
  test('is built anew when it is nonsense, was deleted or is of another format', async () => {
    const at = await repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    const mirror = freshMirror();
    await mkdir(mirror);
    await writeFile(join(mirror, 'HEAD'), 'nonsense');
    const source = await sourceOf(at, { mirror });
    const head = await headOf(source, 'main');
    await rm(mirror, { recursive: true });
    const holdings = new Holdings();
    for await (const { trees } of source.trees(head, holdings.kept, null, call))
      for (const tree of trees) holdings.trees.set(tree.oid, tree.content);
    expect(listed(holdings, head).equals(at.lsTree(commit))).toBe(true);
    const other = await repository('sha256');
    other.commit('main', { b: 'b' });
    const again = new Holdings();
    const moved = await again.read(await sourceOf(other, { mirror }), 'main', call);
    expect(listed(again, moved).equals(other.lsTree('main'))).toBe(true);
  });

  test.each(['.pack', '.idx'])(
    'is built anew when a %s of it is damaged, in whatever step that shows',
    async (kind) => {
      const at = await repository();
      at.commit(
        'main',
        Object.fromEntries(
          Array.from({ length: 200 }, (_, index) => [
            `dir-${index % 7}/file-${index}`,
            `text ${index} `.repeat(20),
          ]),
        ),
      );
      const mirror = freshMirror();
      const source = await sourceOf(at, { mirror });
      const head = await headOf(source, 'main');
      for (const name of await readdir(join(mirror, 'objects', 'pack'))) {
        if (name.endsWith(kind)) {
          await rm(join(mirror, 'objects', 'pack', name));
          await writeFile(join(mirror, 'objects', 'pack', name), Buffer.alloc(3000, 7));
        }
      }
      const holdings = new Holdings();
      for await (const { trees } of source.trees(head, holdings.kept, null, call))
        for (const tree of trees) holdings.trees.set(tree.oid, tree.content);
      await holdings.read(await sourceOf(at, { mirror }), 'main', call);
      expect(listed(holdings, head).equals(at.lsTree('main'))).toBe(true);
      expect(holdings.blobs.size).toBe(200);
    },
  );

  test('gives each content once though it is damaged in the middle of reading', async () => {
    const at = await repository();
    const content = (index: number) => Buffer.alloc(300_000, `text ${index} `);
    at.commit(
      'main',
      Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`file-${index}`, content(index)])),
    );
    const mirror = freshMirror();
    const source = await sourceOf(at, { mirror });
    const head = await headOf(source, 'main');
    const wanted = Array.from({ length: 60 }, (_, index) => ({
      oid: hashObject('sha1', 'blob', content(index)),
      path: parsePath(`file-${index}`),
      size: null,
    }));
    const got: string[] = [];
    for await (const batch of source.blobs(head, wanted, { maxBytes: 1 << 20, total: 60 }, call)) {
      got.push(...batch.map(({ oid }) => oid));
      if (got.length === batch.length) await rm(mirror, { recursive: true });
    }
    expect(got.sort()).toEqual(wanted.map(({ oid }) => oid).sort());
  });

  test('puts its packs together once they are many, and stays readable', async () => {
    const at = await repository();
    const mirror = freshMirror();
    const source = await sourceOf(at, { mirror });
    const holdings = new Holdings();
    for (let index = 0; index < 45; index += 1) {
      at.commit('main', { [`file-${index}`]: `${index}` });
      const head = await holdings.read(source, 'main', call);
      if (head !== null) await source.keep('main', head, call);
    }
    expect((await packsOf(mirror)).size).toBeLessThan(20);
    const again = new Holdings();
    expect(listed(again, await again.read(source, 'main', call)).equals(at.lsTree('main'))).toBe(true);
  }, 60_000);

  test('serves several syncs at once, and takes over what a killed process left locked', async () => {
    const at = await repository();
    const branches = ['one', 'two', 'three', 'four'];
    for (const branch of branches) at.commit(branch, { [branch]: branch, shared: 'shared' });
    const mirror = freshMirror();
    const dead = spawn('true');
    const pid = dead.pid;
    await new Promise((resolve) => dead.once('close', resolve));
    await writeFile(`${mirror}.owner`, `${hostname()} ${pid} 1`);
    await headOf(await sourceOf(at, { mirror }), 'one');
    for (const lock of ['shallow.lock', 'config.lock', 'refs/project-sync/incoming/x.lock'])
      await writeFile(join(mirror, lock), '');
    const read = await Promise.all(
      branches.map(async (branch) => {
        const holdings = new Holdings();
        const source = await sourceOf(at, { mirror });
        const head = await holdings.read(source, branch, call);
        if (head !== null) await source.keep(branch, head, call);
        return listed(holdings, head).equals(at.lsTree(branch));
      }),
    );
    expect(read).toEqual(branches.map(() => true));
    expect((await readdir(folder)).filter((name) => /\.(owner|fresh|gone)/.test(name))).toEqual([]);
  });
});

describe('a folder on this machine', () => {
  async function workTree(): Promise<{ path: string; git: (...args: string[]) => Promise<void> }> {
    const path = await mkdtemp(join(folder, 'work-'));
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
        mirror: freshMirror(),
        allowedHosts: null,
        localRoots: [folder],
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
      mirror: freshMirror(),
      allowedHosts: null,
      localRoots: [folder],
    });
    await expect(source.head('main', null, call)).rejects.toMatchObject({
      code: 'OBJECT_MISSING',
      retryable: false,
    });
  });

  test('whose .git leads out of the allowed folders is refused', async () => {
    const { path } = await workTree();
    const inside = await mkdtemp(join(folder, 'inside-'));
    await writeFile(join(inside, '.git'), `gitdir: ${path}/.git\n`);
    await expect(
      gitSource({ url: inside, mirror: freshMirror(), allowedHosts: null, localRoots: [inside] }),
    ).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
  });

  test('that is no repository ends with a code', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    const source = await gitSource({
      url: empty,
      mirror: freshMirror(),
      allowedHosts: null,
      localRoots: [folder],
    });
    await expect(source.defaultBranch(call)).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
  });

  test('cannot run commands by its own configuration', async () => {
    const { path, git } = await workTree();
    const proof = join(folder, 'it-ran');
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
      await gitSource({ url: path, mirror: freshMirror(), allowedHosts: null, localRoots: [folder] }),
      'main',
      call,
    );
    expect(await readdir(folder)).not.toContain('it-ran');
  });
});

test('a cancelled question ends at once, also while it waits for the mirror', async () => {
  const at = await repository();
  at.commit('main', { 'a.txt': 'a\n' });
  const source = await sourceOf(at);
  await expect(source.head('main', null, { signal: AbortSignal.abort() })).rejects.toThrow();
  const later = new AbortController();
  const asked = source.head('main', null, { signal: later.signal });
  later.abort(new Error('Enough.'));
  await expect(asked).rejects.toThrow();
  expect((await headOf(source, 'main')).commitOid).toBe(at.head('main'));
});
