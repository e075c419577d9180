import { spawn } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashObject } from '../objects/git-object.ts';
import { parsePath } from '../objects/git-path.ts';
import { Holdings } from '../github/testing/holdings.ts';
import { packsOf } from './packs.ts';
import { call, createGitWorld, headOf, listed, type GitWorld } from './testing/git-world.ts';

let world: GitWorld;
beforeAll(async () => {
  world = await createGitWorld();
});
afterAll(() => world.close());

describe('the mirror', () => {
  test('is rebuilt if it is invalid, was deleted or has another format', async () => {
    const at = await world.repository();
    const commit = at.commit('main', { 'a.txt': 'a\n' });
    const mirror = world.freshMirror();
    await mkdir(mirror);
    await writeFile(join(mirror, 'HEAD'), 'nonsense');
    const source = await world.served(at, { mirror });
    const head = await headOf(source, 'main');
    await rm(mirror, { recursive: true });
    const holdings = new Holdings();
    for await (const { trees } of source.trees({ head, kept: holdings.kept, base: null }, call))
      for (const tree of trees) holdings.trees.set(tree.oid, tree.content);
    expect(listed(holdings, head).equals(at.lsTree(commit))).toBe(true);
    const other = await world.repository('sha256');
    other.commit('main', { b: 'b' });
    const again = new Holdings();
    const moved = await again.read(await world.served(other, { mirror }), 'main', call);
    expect(listed(again, moved).equals(other.lsTree('main'))).toBe(true);
  });

  test.each(['.pack', '.idx'])(
    'is rebuilt if one of its %s files is damaged, whichever step notices it',
    async (kind) => {
      const at = await world.repository();
      at.commit(
        'main',
        Object.fromEntries(
          Array.from({ length: 200 }, (_, index) => [
            `dir-${index % 7}/file-${index}`,
            `text ${index} `.repeat(20),
          ]),
        ),
      );
      const mirror = world.freshMirror();
      const source = await world.served(at, { mirror });
      const head = await headOf(source, 'main');
      for (const name of await readdir(join(mirror, 'objects', 'pack'))) {
        if (name.endsWith(kind)) {
          await rm(join(mirror, 'objects', 'pack', name));
          await writeFile(join(mirror, 'objects', 'pack', name), Buffer.alloc(3000, 7));
        }
      }
      const holdings = new Holdings();
      for await (const { trees } of source.trees({ head, kept: holdings.kept, base: null }, call))
        for (const tree of trees) holdings.trees.set(tree.oid, tree.content);
      await holdings.read(await world.served(at, { mirror }), 'main', call);
      expect(listed(holdings, head).equals(at.lsTree('main'))).toBe(true);
      expect(holdings.blobs.size).toBe(200);
    },
  );

  test('yields each content once even if it is damaged while being read', async () => {
    const at = await world.repository();
    const content = (index: number) => Buffer.alloc(300_000, `text ${index} `);
    at.commit(
      'main',
      Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`file-${index}`, content(index)])),
    );
    const mirror = world.freshMirror();
    const source = await world.served(at, { mirror });
    const head = await headOf(source, 'main');
    const wanted = Array.from({ length: 60 }, (_, index) => ({
      oid: hashObject('sha1', 'blob', content(index)),
      path: parsePath(`file-${index}`),
      size: null,
    }));
    const got: string[] = [];
    for await (const batch of source.blobs({ head, wanted, maxBytes: 1 << 20, total: 60 }, call)) {
      got.push(...batch.map(({ oid }) => oid));
      if (got.length === batch.length) await rm(mirror, { recursive: true });
    }
    expect(got.sort()).toEqual(wanted.map(({ oid }) => oid).sort());
  });

  test('merges its packs once there are many, and stays readable', async () => {
    const at = await world.repository();
    const mirror = world.freshMirror();
    const source = await world.served(at, { mirror });
    for (let index = 0; index < 45; index += 1) {
      at.commit('main', { [`file-${index}`]: `${index}` });
      // The head alone is fetched: each fetch leaves one pack, whatever is read afterwards.
      await source.keep('main', await headOf(source, 'main'), call);
    }
    expect((await packsOf(mirror)).size).toBeLessThan(20);
    const again = new Holdings();
    expect(listed(again, await again.read(source, 'main', call)).equals(at.lsTree('main'))).toBe(true);
  }, 60_000);

  test('serves several syncs at once, and removes the locks of a killed process', async () => {
    const at = await world.repository();
    const branches = ['one', 'two', 'three', 'four'];
    for (const branch of branches) at.commit(branch, { [branch]: branch, shared: 'shared' });
    const mirror = world.freshMirror();
    const dead = spawn('true');
    const pid = dead.pid;
    await new Promise((resolve) => dead.once('close', resolve));
    await writeFile(`${mirror}.owner`, `${hostname()} ${pid} 1`);
    await headOf(await world.served(at, { mirror }), 'one');
    for (const lock of ['shallow.lock', 'config.lock', 'refs/project-sync/incoming/x.lock'])
      await writeFile(join(mirror, lock), '');
    const read = await Promise.all(
      branches.map(async (branch) => {
        const holdings = new Holdings();
        const source = await world.served(at, { mirror });
        const head = await holdings.read(source, branch, call);
        if (head !== null) await source.keep(branch, head, call);
        return listed(holdings, head).equals(at.lsTree(branch));
      }),
    );
    expect(read).toEqual(branches.map(() => true));
    expect((await readdir(world.folder)).filter((name) => /\.(owner|fresh|gone)/.test(name))).toEqual([]);
  });
});
