import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PathChange } from './diff-trees.ts';
import { findRenames } from './find-renames.ts';
import { hashObject } from './git-object.ts';
import { parsePath, type GitPath } from './git-path.ts';
import { createRepository, randomFrom, type TestRepository } from '../testing/index.ts';

let at: TestRepository;
beforeAll(async () => {
  at = await createRepository();
});
afterAll(() => at.remove());

/** Git's own renames between two commits, and all differences. */
function asGitSees(from: string, to: string): { renames: Map<string, string>; changes: PathChange[] } {
  const raw = (...flags: string[]) =>
    at
      .git('diff-tree', '-r', '-z', '--raw', '--no-abbrev', ...flags, from, to)
      .toString('latin1')
      .split('\0');
  return { renames: renamesIn(raw('-M')), changes: changesIn(raw('--no-renames')) };
}

function renamesIn(reported: readonly string[]): Map<string, string> {
  const renames = new Map<string, string>();
  for (let index = 0; index + 1 < reported.length;) {
    const renamed = reported[index]?.split(' ')[4]?.startsWith('R') ?? false;
    if (renamed) renames.set(reported[index + 2] ?? '', reported[index + 1] ?? '');
    index += renamed ? 3 : 2;
  }
  return renames;
}

function changesIn(plain: readonly string[]): PathChange[] {
  const changes: PathChange[] = [];
  for (let index = 0; index + 1 < plain.length; index += 2) {
    const [before = '', after = '', oldOid = '', newOid = ''] = plain[index]?.split(' ') ?? [];
    const side = (mode: string, oid: string) =>
      Number.parseInt(mode, 8) === 0 ? null : { mode: Number.parseInt(mode, 8), oid };
    changes.push({
      path: plain[index + 1] as GitPath,
      before: side(before.slice(1), oldOid),
      after: side(after, newOid),
    });
  }
  return changes;
}

/** The committed contents by the IDs that Git gives them: reading them back would cost a process for each file. */
const committed = new Map<string, Uint8Array>();

/** Commits files and remembers their contents. */
function commit(texts: Record<string, string | null>, from?: null): string {
  for (const text of Object.values(texts)) {
    if (text === null) continue;
    const content = Buffer.from(text);
    committed.set(hashObject('sha1', 'blob', content), content);
  }
  return at.commit('main', texts, from === null ? { from } : {});
}

function contents(oids: readonly string[]): Promise<Map<string, Uint8Array>> {
  const found = oids.flatMap((oid): [string, Uint8Array][] => {
    const content = committed.get(oid);
    return content === undefined ? [] : [[oid, content]];
  });
  expect(found).toHaveLength(oids.length);
  return Promise.resolve(new Map(found));
}

test('finds the same renames with edits as Git', async () => {
  const random = randomFrom(11);
  const line = () => `${random(1e9).toString(36)} ${random(1e9).toString(36)}${'-'.repeat(random(90))}\n`;
  for (let round = 0; round < 12; round += 1) {
    const texts = new Map<string, string[]>();
    for (let index = 0; index < 30; index += 1)
      texts.set(`d${random(4)}/f${round}-${index}.ts`, Array.from({ length: 5 + random(60) }, line));
    const first = commit(Object.fromEntries([...texts].map(([path, lines]) => [path, lines.join('')])), null);
    const changed: Record<string, string | null> = {};
    for (const [path, lines] of texts) {
      const what = random(4);
      if (what === 0) continue;
      changed[path] = null;
      if (what === 1) continue;
      const edits = Math.floor((lines.length * random(40)) / 100);
      const edited = [...lines];
      for (let edit = 0; edit < edits; edit += 1) edited[random(edited.length)] = line();
      changed[what === 2 ? path.replace(/^d\d/, 'moved') : `new/${random(1e6)}.ts`] = edited.join('');
    }
    const second = commit(changed);
    const { renames, changes } = asGitSees(first, second);
    expect(new Map(await findRenames(changes, contents))).toEqual(renames);
    expect(renames.size).toBeGreaterThan(0);
  }
});

test('comparing 400 added with 400 removed files lets other work run in between', async () => {
  const body = (seed: number) =>
    Array.from({ length: 3000 }, (_, index) => `line ${(index * 7919 + (seed % 3)) % 4001}\n`).join('');
  const loaded = new Map<string, Uint8Array>();
  const changes: PathChange[] = [];
  for (let index = 0; index < 400; index += 1) {
    const side = (name: string, seed: number) => {
      loaded.set(name, Buffer.from(`${name}\n${body(seed)}`));
      return { mode: 0o100644, oid: name };
    };
    changes.push({ path: parsePath(`old/${index}`), before: side(`a${index}`, index), after: null });
    changes.push({ path: parsePath(`new/${index}`), before: null, after: side(`b${index}`, index + 1) });
  }
  let turns = 0;
  let done = false;
  const others = (async () => {
    for (; !done; turns += 1) await setImmediate();
  })();
  await findRenames(changes, () => Promise.resolve(loaded));
  done = true;
  await others;
  // At least one turn per file, so other work never waits longer than one file takes.
  expect(turns).toBeGreaterThan(400);
});
