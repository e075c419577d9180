import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeTree, hashObject } from '../objects/git-object.ts';
import { parsePath } from '../objects/git-path.ts';
import { Holdings } from '../github/testing/holdings.ts';
import { createRepository, RandomHistory } from '../testing/index.ts';
import { call, createGitWorld, headOf, listed, type GitWorld } from './testing/git-world.ts';

let world: GitWorld;
beforeAll(async () => {
  world = await createGitWorld();
});
afterAll(() => world.close());

describe('a Git repository as a source', () => {
  test.each([
    ['sha1', 14],
    ['sha256', 6],
  ] as const)('lists exactly what Git lists over random histories (%s)', async (format, count) => {
    for (let seed = 1; seed <= count; seed += 1) {
      const at = await createRepository({ format });
      const history = new RandomHistory(at, seed);
      const source = await world.source(at);
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

  test('says who wrote the commit at the head, what they said and when it was committed', async () => {
    const at = await world.repository();
    const source = await world.source(at);
    at.commit('main', { a: '1' }, { author: 'First Author', message: 'Count\n\nauthor Another <x>' });
    expect(await headOf(source, 'main')).toMatchObject({
      author: 'First Author',
      message: 'Count\n\nauthor Another <x>',
      committedAt: new Date(1_700_000_060_000),
    });
    at.commit('main', { a: '2' }, { author: '' });
    expect(await headOf(source, 'main')).toMatchObject({ author: null });
  });

  test('makes one request and fetches nothing if the branch has not moved', async () => {
    const at = await world.repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    const source = await world.source(at);
    await headOf(source, 'main');
    const before = source.usage().requests;
    expect(await source.head('main', commit, call)).toEqual({ kind: 'unchanged' });
    expect(source.usage().requests - before).toBe(1);
  });

  test('looks at the heads of any number of branches with one request', async () => {
    const at = await world.repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    const names = Array.from({ length: 120 }, (_, number) => `topic/${number}`);
    at.git('fetch', '--quiet', '.', ...names.map((name) => `refs/heads/main:refs/heads/${name}`));
    // A name that ends like the full name of another branch is a branch of its own.
    at.point('x/refs/heads/main', commit);
    for (const source of [await world.source(at), await world.served(at)]) {
      for (const wanted of [
        ['main', 'no such branch', 'never'],
        ['main', ...names],
      ]) {
        const before = source.usage().requests;
        const { heads } = await source.heads(wanted, new Map(), call);
        expect([...heads.keys()].toSorted()).toEqual(
          wanted.filter((name) => name === 'main' || name.startsWith('topic/')).toSorted(),
        );
        expect(new Set(heads.values())).toEqual(new Set([commit]));
        expect(source.usage().requests - before).toBe(1);
      }
      expect((await source.heads(['no such branch'], new Map(), call)).heads.size).toBe(0);
    }
  });

  test('counts the commits between two like Git, and returns null if it cannot know', async () => {
    const at = await world.repository();
    const known = at.commit('main', { 'a.txt': 'a\n' });
    const source = await world.source(at);
    let head = known;
    for (let number = 1; number <= 3; number += 1) {
      head = at.commit('main', { 'a.txt': `${number}\n` });
      expect(await source.commitsBetween(known, head, call)).toBe(number);
    }
    expect(await source.commitsBetween(head, head, call)).toBe(0);
    at.point('main', known);
    const other = at.commit('main', { 'b.txt': 'b\n' });
    expect(await source.commitsBetween(head, other, call)).toBe(1);
    expect(await source.commitsBetween('0'.repeat(39) + '1', other, call)).toBeNull();
    // A server would have to send all of its history.
    expect(await (await world.served(at)).commitsBetween(known, head, call)).toBeNull();
  });

  test('knows the sizes of contents that are here, and of no others', async () => {
    const at = await world.repository();
    at.commit('main', { 'a.txt': 'four', 'empty.txt': '', 'deep/b.txt': 'more than four' });
    const oids = ['a.txt', 'empty.txt', 'deep/b.txt'].map((path) =>
      at.git('rev-parse', `main:${path}`).toString().trim(),
    );
    const absent = '0'.repeat(39) + '1';
    for (const source of [await world.source(at), await world.served(at)]) {
      const head = await headOf(source, 'main');
      const sizes = await source.sizes(head, [...oids, absent, head.treeOid], call);
      expect([...sizes]).toEqual(oids.map((oid, index) => [oid, [4, 0, 14][index]]));
      expect((await source.sizes(head, [], call)).size).toBe(0);
    }
  });

  test('reports a missing branch as gone while the repository answers, even if no branch could have the name', async () => {
    const at = await world.repository();
    at.commit('main', { 'a.txt': 'a\n' });
    const source = await world.source(at);
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

  test('pages through branches with the default one first, and continues even if the branch of the cursor was deleted', async () => {
    const at = await world.repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    for (let index = 0; index < 30; index += 1) at.point(`feature/${String(index).padStart(2, '0')}`, commit);
    const source = await world.source(at);
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

  test('returns the default branch, and null for an empty repository', async () => {
    const at = await createRepository({ defaultBranch: 'trunk' });
    const source = await world.source(at);
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
    await at.remove();
  });

  test('reads a commit whose tree is empty', async () => {
    const at = await world.repository();
    at.commit('main', { a: 'a' });
    at.commit('main', { a: null });
    const holdings = new Holdings();
    expect(listed(holdings, await holdings.read(await world.source(at), 'main', call))).toHaveLength(0);
  });

  test('shows the modes of old writers like Git, and still verifies their trees', async () => {
    const at = await world.repository();
    at.commit('main', { a: 'a' });
    const blob = hashObject('sha1', 'blob', Buffer.from('a'));
    const file = join(world.folder, 'old-tree');
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
      listed(holdings, await holdings.read(await world.source(at), 'main', call)).equals(at.lsTree(commit)),
    ).toBe(true);
  });

  test('fails with a code on a folder that was written truncated', async () => {
    const at = await world.repository();
    at.commit('main', { a: 'a' });
    const file = join(world.folder, 'broken-tree');
    await writeFile(file, Buffer.concat([Buffer.from('100644 cut'), Buffer.from([0, 1, 2, 3])]));
    const tree = at.git('hash-object', '-w', '-t', 'tree', '--literally', file).toString().trim();
    const lines = `tree ${tree}\nauthor T <t@example.invalid> 1 +0000\ncommitter T <t@example.invalid> 1 +0000\n\nbroken\n`;
    await writeFile(file, lines);
    at.point('main', at.git('hash-object', '-w', '-t', 'commit', '--literally', file).toString().trim());
    const failure = new Holdings().read(await world.source(at), 'main', call);
    await expect(failure).rejects.toMatchObject({
      code: expect.stringMatching(/^(SOURCE_INVALID_RESPONSE|CONTENT_UNVERIFIED)$/) as string,
    });
  });

  test('yields the trees below a folder that a killed scan stored without them', async () => {
    const at = await world.repository();
    at.commit('main', { 'a/one.txt': '1', 'b/c/two.txt': '2' });
    const source = await world.source(at);
    const holdings = new Holdings();
    await holdings.read(source, 'main', call);
    const commit = at.commit('main', { 'b/c/two.txt': '3' });
    const head = await headOf(source, 'main');
    for await (const { trees } of source.trees({ head, kept: holdings.kept, base: holdings.base }, call)) {
      // Only parents were kept before the end.
      for (const tree of trees.slice(0, 1)) holdings.trees.set(tree.oid, tree.content);
      break;
    }
    for await (const { trees } of source.trees({ head, kept: holdings.kept, base: holdings.base }, call)) {
      for (const tree of trees) holdings.trees.set(tree.oid, tree.content);
    }
    expect(listed(holdings, head).equals(at.lsTree(commit))).toBe(true);
  });

  test('leaves contents over the limit out, and reports their size', async () => {
    const at = await world.repository();
    at.commit('main', { 'big.bin': 'x'.repeat(5000), 'small.txt': 'x' });
    const source = await world.source(at);
    const head = await headOf(source, 'main');
    const wanted = ['x'.repeat(5000), 'x'].map((text) => ({
      oid: hashObject('sha1', 'blob', Buffer.from(text)),
      path: parsePath('x'),
      size: null,
    }));
    const got = [];
    for await (const batch of source.blobs({ head, wanted, maxBytes: 1000, total: 2 }, call))
      got.push(...batch);
    expect(got).toEqual([
      { oid: wanted[0]?.oid, kind: 'too-large', size: 5000 },
      { oid: wanted[1]?.oid, kind: 'content', content: Buffer.from('x') },
    ]);
  });

  test('names the path of a content that its repository lacks', async () => {
    const at = await world.repository();
    at.commit('main', { a: 'a' });
    const source = await world.source(at);
    const head = await headOf(source, 'main');
    const wanted = [{ oid: 'ab'.repeat(20), path: parsePath('lost/file.txt'), size: null }];
    await expect(source.blobs({ head, wanted, maxBytes: 1000, total: 1 }, call).next()).rejects.toMatchObject(
      { code: 'OBJECT_MISSING' },
    );
  });
});

test('a cancelled call ends at once, even while it waits for the mirror', async () => {
  const at = await world.repository();
  at.commit('main', { 'a.txt': 'a\n' });
  const source = await world.source(at);
  await expect(source.head('main', null, { signal: AbortSignal.abort() })).rejects.toThrow();
  const later = new AbortController();
  const asked = source.head('main', null, { signal: later.signal });
  later.abort(new Error('Enough.'));
  await expect(asked).rejects.toThrow();
  expect((await headOf(source, 'main')).commitOid).toBe(at.head('main'));
});
