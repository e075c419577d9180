import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashObject, type ObjectFormat, type ObjectId } from '../git-object.ts';
import { parsePath } from '../git-path.ts';
import { SyncError } from '../sync-error.ts';
import type { Head, KeptTrees, Source, SourceCall, WantedBlob } from '../source.ts';
import { createRepository, listingOf, RandomHistory, type TestRepository } from '../testing/index.ts';
import { decodeTree, MODE } from '../git-object.ts';
import { gitSource } from './git-source.ts';
import type { Spawn } from './git-process.ts';

let folder: string;
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

const sourceOf = (at: TestRepository, extra: { spawn?: Spawn } = {}): Promise<Source> =>
  gitSource({ url: at.path, mirror: join(folder, `${at.path.split('-').at(-1) ?? ''}.git`), allowedHosts: null, localRoots: [dirname(at.path)], ...extra });

function keptIn(trees: ReadonlyMap<ObjectId, Uint8Array>): KeptTrees {
  return { load: (oids) => Promise.resolve(new Map(oids.flatMap((oid) => (trees.has(oid) ? [[oid, trees.get(oid) ?? new Uint8Array()] as const] : [])))) };
}

async function headOf(source: Source, branch: string, known: ObjectId | null = null): Promise<Head> {
  const answer = await source.head(branch, known, call);
  if (answer.kind !== 'head') throw new Error(`No head but ${answer.kind}`);
  return answer.head;
}

describe('a Git repository as a source', () => {
  test.each(['sha1', 'sha256'] as const)('lists exactly what Git lists over random histories (%s)', async (format) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const at = await repository(format);
      const history = new RandomHistory(at, seed);
      const source = await sourceOf(at);
      const kept = new Map<ObjectId, Uint8Array>();
      let base: Head | null = null;
      const contents = new Set<ObjectId>();
      for (let step = 0; step < 8; step += 1) {
        const { branch, commit, what } = history.step();
        const head = await headOf(source, branch);
        expect(head.commitOid).toBe(commit);
        for await (const batch of source.trees(head, keptIn(kept), base, call)) {
          for (const tree of batch.trees) kept.set(tree.oid, tree.content);
        }
        expect(listingOf(kept, head.treeOid, format).equals(at.lsTree(commit)), `seed ${seed}, step ${step}: ${what}`).toBe(true);
        const wanted = wantedOf(kept, head, contents);
        for await (const batch of source.blobs(head, wanted, { maxBytes: 1 << 20, total: wanted.length }, call)) {
          for (const blob of batch) {
            if (blob.kind !== 'content') throw new Error('too large?');
            expect(hashObject(format, 'blob', blob.content)).toBe(blob.oid);
            contents.add(blob.oid);
          }
        }
        for (const { oid } of wanted) expect(contents.has(oid)).toBe(true);
        await source.keep(branch, head, call);
        base = head;
      }
      await source.close();
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

  test('says that a branch is gone while the repository still answers', async () => {
    const at = await repository();
    at.commit('main', { 'a.txt': 'a\n' });
    expect(await (await sourceOf(at)).head('no-such-branch', null, call)).toEqual({ kind: 'gone' });
  });

  test('pages through branches with the default one first', async () => {
    const at = await repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    for (let index = 0; index < 30; index += 1) at.point(`feature/${String(index).padStart(2, '0')}`, commit);
    const source = await sourceOf(at);
    const first = await source.branches({ first: 20 }, call);
    expect(first.branches[0]).toMatchObject({ name: 'main', isDefault: true });
    expect(first.totalCount).toBe(31);
    const rest = await source.branches({ first: 20, after: first.endCursor ?? '' }, call);
    expect(rest.branches).toHaveLength(11);
    expect((await source.branches({ first: 20, query: 'FEATURE/07' }, call)).branches.map(({ name }) => name)).toEqual(['feature/07']);
  });

  test('leaves contents over the limit out, and tells their size', async () => {
    const at = await repository();
    at.commit('main', { 'big.bin': 'x'.repeat(5000), 'small.txt': 'x' });
    const source = await sourceOf(at);
    const head = await headOf(source, 'main');
    const kept = new Map<ObjectId, Uint8Array>();
    for await (const { trees } of source.trees(head, keptIn(kept), null, call)) for (const tree of trees) kept.set(tree.oid, tree.content);
    const got = [];
    for await (const batch of source.blobs(head, wantedOf(kept, head, new Set()), { maxBytes: 1000, total: 2 }, call)) got.push(...batch);
    expect(got).toContainEqual(expect.objectContaining({ kind: 'too-large', size: 5000 }));
    expect(got).toContainEqual(expect.objectContaining({ kind: 'content' }));
  });

  test('builds a mirror anew that was destroyed', async () => {
    const at = await repository();
    at.commit('main', { 'a.txt': 'a\n' });
    const mirror = join(folder, 'broken.git');
    await mkdir(mirror);
    await writeFile(join(mirror, 'HEAD'), 'nonsense');
    const source = await gitSource({ url: at.path, mirror, allowedHosts: null, localRoots: [at.path] });
    expect((await headOf(source, 'main')).commitOid).toBe(at.head('main'));
  });

  test('ends within moments when it is cancelled', async () => {
    const at = await repository();
    at.commit('main', { 'a.txt': 'a\n' });
    const source = await sourceOf(at);
    await expect(source.head('main', null, { signal: AbortSignal.abort() })).rejects.toThrow();
  });

  test('answers for a branch whose name looks like an option', async () => {
    const at = await repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    at.git('update-ref', 'refs/heads/-x', commit);
    const starts: (readonly string[])[] = [];
    const recording: Spawn = ((command: string, args: readonly string[], options: object) => {
      starts.push(args);
      return spawn(command, args, options);
    }) as Spawn;
    const source = await sourceOf(at, { spawn: recording });
    expect((await headOf(source, '-x')).commitOid).toBe(commit);
    for (const args of starts) expect(args.slice(1).some((arg) => arg === '-x')).toBe(false);
  });

  test('opens no connection to a private address', async () => {
    let connections = 0;
    const canary = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const port = (canary.address() as { port: number }).port;
    const started: unknown[] = [];
    const counting: Spawn = ((...args: unknown[]) => {
      started.push(args);
      throw new Error('A process was started.');
    }) as Spawn;
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1', 'rebind.example.com']) {
      const failure = await gitSource({
        url: `https://${host}:${port}/owner/name`, mirror: join(folder, 'never.git'), allowedHosts: null, localRoots: [], spawn: counting,
        resolve: () => Promise.resolve(['127.0.0.1']),
      }).then(() => null, (error: unknown) => error);
      expect(failure, host).toBeInstanceOf(SyncError);
    }
    expect(started).toEqual([]);
    expect(connections).toBe(0);
    await new Promise((resolve) => canary.close(resolve));
  });
});

function wantedOf(trees: ReadonlyMap<ObjectId, Uint8Array>, head: Head, held: ReadonlySet<ObjectId>): WantedBlob[] {
  const wanted = new Map<ObjectId, WantedBlob>();
  const walk = (oid: ObjectId): void => {
    for (const entry of decodeTree(head.format, trees.get(oid) ?? new Uint8Array())) {
      if (entry.mode === MODE.tree) walk(entry.oid);
      else if (entry.mode !== MODE.submodule && !held.has(entry.oid)) wanted.set(entry.oid, { oid: entry.oid, path: parsePath('x'), size: null });
    }
  };
  walk(head.treeOid);
  return [...wanted.values()];
}
