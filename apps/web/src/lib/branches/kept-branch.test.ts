import { expect, test } from 'vitest';
import { DEFAULT_PLACE } from '../place/place.ts';
import { findKeptBranch, type AskKept } from './kept-branch.ts';

/** A repository with these kept branches, the most recently synced first, that answers a hundred at a time. */
function repositoryOf(names: readonly string[], defaultBranch = 'main'): { ask: AskKept; asked: unknown[] } {
  const asked: unknown[] = [];
  const ask: AskKept = (variables) => {
    asked.push(variables);
    const found = names.filter((name) => name.includes(variables.query ?? ''));
    const from = variables.after === null ? 0 : Number(variables.after);
    const repository = {
      __typename: 'Repository' as const,
      id: 'R',
      defaultBranch,
      keptBranches: {
        pageInfo: { hasNextPage: found.length > from + 100, endCursor: String(from + 100) },
        nodes: found.slice(from, from + 100).map((name) => ({
          __typename: 'Branch' as const,
          id: name,
          name,
          syncCount: 3,
          lastSync: { __typename: 'ProjectSync' as const, id: `sync of ${name}` },
        })),
      },
    };
    return Promise.resolve({
      viewer: { id: 'U' },
      project: { __typename: 'Project', id: 'P', repositories: { nodes: [repository] } },
    });
  };
  return { ask, asked };
}
const others = Array.from({ length: 250 }, (_, index) => `work-${index}`);

test('a branch is found however many others were synced after it', async () => {
  const { ask } = repositoryOf([...others, 'work']);
  expect(await findKeptBranch({ ...DEFAULT_PLACE, branch: 'work' }, ask)).toEqual({
    name: 'work',
    isDefault: false,
    syncId: 'sync of work',
    syncCount: 3,
  });
});

test('without a name it is the default branch, also behind the first hundred', async () => {
  const { ask, asked } = repositoryOf([...others, 'main']);
  expect(await findKeptBranch(DEFAULT_PLACE, ask)).toMatchObject({ name: 'main', isDefault: true });
  expect(asked).toHaveLength(2);
});

test('without a name and with nothing stored of the default branch, it is the one synced last', async () => {
  const { ask } = repositoryOf(['v10', 'v9']);
  expect(await findKeptBranch(DEFAULT_PLACE, ask)).toMatchObject({ name: 'v10', isDefault: false });
});

test('a named branch of which nothing is stored is not replaced by another', async () => {
  const { ask } = repositoryOf(['v10']);
  expect(await findKeptBranch({ ...DEFAULT_PLACE, branch: 'v1' }, ask)).toEqual({
    name: 'v1',
    isDefault: false,
    syncId: null,
    syncCount: 0,
  });
});

test('a project without repositories has no branch', async () => {
  const ask: AskKept = () =>
    Promise.resolve({
      viewer: { id: 'U' },
      project: { __typename: 'Project', id: 'P', repositories: { nodes: [] } },
    });
  expect(await findKeptBranch(DEFAULT_PLACE, ask)).toBeNull();
});

test('a repository of another project has no branch here', async () => {
  const ask: AskKept = () =>
    Promise.resolve({
      viewer: { id: 'U' },
      project: { __typename: 'Project', id: 'P' },
      node: {
        __typename: 'Repository',
        id: 'R',
        defaultBranch: 'main',
        project: { __typename: 'Project', id: 'another' },
        keptBranches: { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] },
      },
    });
  expect(await findKeptBranch({ ...DEFAULT_PLACE, repository: 'R' }, ask)).toBeNull();
});
