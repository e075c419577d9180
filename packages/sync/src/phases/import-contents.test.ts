import { expect, test } from 'vitest';
import { hashObject, MODE } from '../objects/git-object.ts';
import { parsePath } from '../objects/git-path.ts';
import { importContents } from './import-contents.ts';
import { finish, headAt, memoryRun } from './testing/memory-run.ts';

test('a blob that its source lacks is left out, with a warning for each of its paths', async () => {
  const content = Buffer.from('here');
  const here = hashObject('sha1', 'blob', content);
  const away = 'f'.repeat(40);
  const world = memoryRun({
    blobs: [
      { oid: away, kind: 'missing' },
      { oid: here, kind: 'content', content },
    ],
  });
  const file = (path: string, oid: string) => ({
    path: parsePath(path),
    mode: MODE.file,
    oid,
    language: null,
    dialect: 'text',
    ignored: null,
  });
  const files = [file('a.txt', here), file('movie.bin', away), file('copy.bin', away)];
  const plan = {
    head: headAt('1'.repeat(40)),
    base: null,
    changes: [],
    present: files,
    sizes: new Map<string, number>(),
    filesTotal: 3,
  };
  await finish(importContents(world.run, plan, files));
  expect(world.blobs.map(({ oid }) => oid)).toEqual([here]);
  expect(world.analyses.map(({ oid }) => oid)).toEqual([here]);
  expect(world.run.warnings.map(({ code, path }) => [code, path])).toEqual([
    ['OBJECT_MISSING', 'movie.bin'],
    ['OBJECT_MISSING', 'copy.bin'],
  ]);
  expect(world.run.stats).toMatchObject({ filesSkipped: 2, blobsFetched: 1, blobsReused: 0 });
});
