import { expect, test } from 'vitest';
import { contentsTree, type ContentsEntry, type ModuleBranch } from './contents-tree.ts';

const page = (path: string): ContentsEntry => ({
  documentId: path,
  path,
  title: path,
  kind: 'GENERATED',
  authority: 'INFORMATIONAL',
});

/** The lines of a tree, indented by their depth. */
const drawn = (branches: readonly ModuleBranch[], depth = 0): string[] =>
  branches.flatMap(({ name, module, reference, children }) => [
    `${'  '.repeat(depth)}${name}${module === null ? '' : ' m'}${reference === null ? '' : ' r'}`,
    ...drawn(children, depth + 1),
  ]);

test('modules are a tree of folders, with the reference of a folder beside its description', () => {
  const { modules } = contentsTree(
    [
      'api/packages/db/src',
      'modules/packages/db/src',
      'modules/packages/db/src/reads',
      'modules/apps/web/src/lib',
      'api/packages/sync',
    ].map(page),
  );
  expect(drawn(modules)).toEqual([
    'apps/web/src/lib m',
    'packages',
    '  db/src m r',
    '    reads m',
    '  sync r',
  ]);
});

test('the pages about all of the code come in the order in which they are read', () => {
  const { general } = contentsTree(['conventions', 'more', 'architecture', 'overview'].map(page));
  expect(general.map(({ path }) => path)).toEqual(['overview', 'architecture', 'conventions', 'more']);
});

test('files and texts of people come by how binding they are, and then by title', () => {
  const of = (title: string, authority: ContentsEntry['authority'], kind: ContentsEntry['kind']) => ({
    ...page(title),
    title,
    authority,
    kind,
  });
  const { repository, written } = contentsTree([
    of('b', 'INFORMATIONAL', 'REPOSITORY'),
    of('z', 'MANDATORY', 'REPOSITORY'),
    of('a', 'GUIDELINE', 'REPOSITORY'),
    of('note', 'INFORMATIONAL', 'WRITTEN'),
  ]);
  expect(repository.map(({ title }) => title)).toEqual(['z', 'a', 'b']);
  expect(written.map(({ title }) => title)).toEqual(['note']);
  expect(contentsTree([])).toEqual({ general: [], modules: [], repository: [], written: [] });
});
