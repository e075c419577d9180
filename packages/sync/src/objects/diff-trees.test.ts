import { expect, test } from 'vitest';
import { diffTrees } from './diff-trees.ts';
import { findRenames } from './find-renames.ts';
import { encodeTree, hashObject, MODE, type ObjectId } from './git-object.ts';
import { comparePaths, parsePath, pathFromBytes, pathToBytes, showPath, type GitPath } from './git-path.ts';
import { hostileNames } from '../testing/random-history.ts';

const trees = new Map<ObjectId, Uint8Array>();
const blob = (text: string): ObjectId => hashObject('sha1', 'blob', Buffer.from(text));
function tree(entries: Record<string, string | { tree: ObjectId }>): ObjectId {
  const content = encodeTree(
    Object.entries(entries).map(([name, value]) => ({
      name: parsePath(name),
      ...(typeof value === 'string'
        ? { mode: MODE.file, oid: blob(value) }
        : { mode: MODE.tree, oid: value.tree }),
    })),
  );
  const oid = hashObject('sha1', 'tree', content);
  trees.set(oid, content);
  return oid;
}

test('opens only folders that differ, and reports a folder that became a file', async () => {
  const same = tree({ 'untouched.txt': 'u' });
  const before = tree({ same: { tree: same }, swap: { tree: tree({ 'inner.txt': 'i' }) }, 'a.txt': 'a' });
  const after = tree({ same: { tree: same }, swap: 'a file now', 'a.txt': 'b' });
  const asked: ObjectId[] = [];
  const found = [];
  const load = (oids: readonly ObjectId[]) => {
    asked.push(...oids);
    return Promise.resolve(trees);
  };
  for await (const page of diffTrees({ load, format: 'sha1', before, after })) found.push(...page);
  expect(asked).not.toContain(same);
  expect(
    found
      .map(
        ({ path, before: old, after: now }) =>
          `${path} ${old === null ? '-' : 'x'}${now === null ? '-' : 'x'}`,
      )
      .sort(),
  ).toEqual(['a.txt xx', 'swap -x', 'swap/inner.txt x-']);
});

test('a file counts as renamed if its content moved or is mostly the same', async () => {
  const text = Array.from({ length: 20 }, (_, line) => `line number ${line}`).join('\n');
  const edited = text.replace('line number 3', 'line number three');
  const contents = new Map(
    [text, edited, 'nothing alike'].map((each) => [blob(each), Buffer.from(each)] as const),
  );
  const change = (path: string, before: string | null, after: string | null) => ({
    path: parsePath(path),
    before: before === null ? null : { mode: MODE.file, oid: blob(before) },
    after: after === null ? null : { mode: MODE.file, oid: blob(after) },
  });
  const renames = await findRenames(
    [
      change('old/moved.ts', 'same', null),
      change('new/moved.ts', null, 'same'),
      change('old/edited.ts', text, null),
      change('new/edited.ts', null, edited),
      change('new/other.ts', null, 'nothing alike'),
    ],
    () => Promise.resolve(contents),
  );
  expect([...renames]).toEqual([
    ['new/moved.ts', 'old/moved.ts'],
    ['new/edited.ts', 'old/edited.ts'],
  ]);
});

test('every path is shown as text that parses back to it, and no two paths are shown alike', () => {
  const paths = [...hostileNames, pathFromBytes(Buffer.from([0xff])), pathFromBytes(Buffer.from('"\\377"'))];
  expect(new Set(paths.map(showPath)).size).toBe(new Set(paths).size);
  for (const path of paths)
    expect(pathToBytes(parsePath(showPath(path))).equals(pathToBytes(path)), showPath(path)).toBe(true);
});

test('orders paths by byte, as Git does and JavaScript does not', () => {
  const names: GitPath[] = ['\u{1F600}', '\uFF5E', 'z', 'Z', 'a.b', 'a/b', 'a-b'].map(parsePath);
  const sorted = [...names].sort(comparePaths).map(pathToBytes);
  expect(sorted).toEqual([...names.map(pathToBytes)].sort(Buffer.compare));
});

test('few folders in more places than the limit allows are counted, and no path is made for each', async () => {
  let inner = tree({ 'a.txt': 'a' });
  for (let level = 0; level < 9; level += 1)
    inner = tree(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`d${at}`, { tree: inner }])));
  let loads = 0;
  const load = () => {
    loads += 1;
    return Promise.resolve(trees);
  };
  const walk = diffTrees({ load, format: 'sha1', before: null, after: inner });
  await expect(walk.next()).rejects.toMatchObject({ code: 'REPOSITORY_TOO_LARGE' });
  // A load of the ten thousand places of the fifth level alone would be five.
  expect(loads).toBeLessThan(15);
});

test('one folder in many places within the limits is listed in each of them', async () => {
  let inner = tree({ 'a.txt': 'a' });
  for (let level = 0; level < 4; level += 1)
    inner = tree(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`d${at}`, { tree: inner }])));
  const load = () => Promise.resolve(trees);
  const paths = new Set<string>();
  for await (const page of diffTrees({ load, format: 'sha1', before: null, after: inner }))
    for (const { path } of page) paths.add(path);
  expect(paths.size).toBe(10_000);
});
