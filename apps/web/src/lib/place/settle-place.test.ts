import { expect, test } from 'vitest';
import { DEFAULT_PLACE } from './place.ts';
import { settlePlace, type AskPlace } from './settle-place.ts';

type Answer = Awaited<ReturnType<AskPlace>>;

/** A project of two repositories with these kept branches, the most recently synced first, a hundred at a time. */
function projectOf(kept: Readonly<Record<string, readonly string[]>>): { ask: AskPlace; asked: unknown[] } {
  const asked: unknown[] = [];
  const ids = Object.keys(kept);
  const pageOf = (id: string, query: string | null, after: string | null) => {
    const found = (kept[id] ?? []).filter((name) => name.includes(query ?? ''));
    const from = after === null ? 0 : Number(after);
    return {
      __typename: 'Repository' as const,
      id,
      defaultBranch: 'main',
      project: { id: 'P' },
      keptBranches: {
        pageInfo: { hasNextPage: found.length > from + 100, endCursor: String(from + 100) },
        nodes: found.slice(from, from + 100).map((name) => ({
          __typename: 'Branch' as const,
          id: name,
          name,
          syncCount: 3,
          pin: null,
          lastSync: { __typename: 'ProjectSync' as const, id: `sync of ${name}` },
        })),
      },
    };
  };
  const ask: AskPlace = (variables) => {
    asked.push(variables);
    const { repository, chosen, asOf, past, query, after } = variables;
    const foreign = { ...pageOf(repository, query, after), project: { id: 'another' } };
    const own = ids.includes(repository) ? pageOf(repository, query, after) : foreign;
    const [branch = '', of = ''] = asOf.split('@');
    const answer = {
      viewer: { id: 'U' },
      project: {
        id: 'P',
        repositories: { nodes: ids.map((id) => ({ id })) },
        ...(chosen ? {} : { first: { nodes: ids.slice(0, 1).map((id) => pageOf(id, query, after)) } }),
      },
      ...(chosen ? { chosen: own } : {}),
      ...(past && of !== ''
        ? {
            past: {
              __typename: 'ProjectSync',
              id: asOf,
              branch,
              repository: { id: of },
              snapshot: { commitOid: 'c' },
            },
          }
        : {}),
    };
    return Promise.resolve(answer as unknown as Answer);
  };
  return { ask, asked };
}
const others = Array.from({ length: 250 }, (_, index) => `work-${index}`);

test('a branch is found however many others were synced after it', async () => {
  const { ask } = projectOf({ R1: [...others, 'work'] });
  const settled = await settlePlace({ ...DEFAULT_PLACE, branch: 'work' }, ask);
  expect(settled?.branch).toEqual({
    name: 'work',
    isDefault: false,
    syncId: 'sync of work',
    syncCount: 3,
    pin: null,
  });
  expect(settled?.corrections).toEqual([]);
});

test('without a name it is the default branch, also behind the first hundred', async () => {
  const { ask, asked } = projectOf({ R1: [...others, 'main'] });
  expect((await settlePlace(DEFAULT_PLACE, ask))?.branch).toMatchObject({ name: 'main', isDefault: true });
  expect(asked).toHaveLength(2);
});

test('without a name and with nothing stored of the default branch, it is the one synced last', async () => {
  const { ask } = projectOf({ R1: ['v10', 'v9'] });
  expect((await settlePlace(DEFAULT_PLACE, ask))?.branch).toMatchObject({ name: 'v10', isDefault: false });
});

test('a named branch of which nothing is stored is not replaced by another', async () => {
  const { ask } = projectOf({ R1: ['v10'] });
  const settled = await settlePlace({ ...DEFAULT_PLACE, branch: 'v1' }, ask);
  expect(settled?.branch).toEqual({ name: 'v1', isDefault: false, syncId: null, syncCount: 0, pin: null });
  expect(settled?.place.branch).toBe('v1');
});

test('a project without repositories has no branch', async () => {
  expect((await settlePlace(DEFAULT_PLACE, projectOf({}).ask))?.branch).toBeNull();
});

test('a second repository is settled by its own branches', async () => {
  const { ask } = projectOf({ R1: ['main'], R2: ['trunk'] });
  const settled = await settlePlace({ ...DEFAULT_PLACE, repository: 'R2' }, ask);
  expect(settled?.branch?.name).toBe('trunk');
  expect(settled?.place.repository).toBe('R2');
});

test('a repository of another project is corrected to the first one, and its branch is forgotten', async () => {
  const { ask } = projectOf({ R1: ['main'] });
  const settled = await settlePlace({ repository: 'R9', branch: 'v1', asOf: null }, ask);
  expect(settled?.place).toEqual(DEFAULT_PLACE);
  expect(settled?.corrections).toEqual(['repository']);
  expect(settled?.branch?.name).toBe('main');
});

test('a moment that does not exist is corrected to the present of the same branch', async () => {
  const { ask } = projectOf({ R1: ['v10', 'main'] });
  const settled = await settlePlace({ ...DEFAULT_PLACE, branch: 'v10', asOf: 'nothing' }, ask);
  expect(settled?.place).toEqual({ ...DEFAULT_PLACE, branch: 'v10' });
  expect(settled?.corrections).toEqual(['moment']);
});

test('a moment of another branch decides the branch, and the page says so', async () => {
  const { ask } = projectOf({ R1: ['v10', 'main'], R2: ['trunk'] });
  const wrong = await settlePlace({ ...DEFAULT_PLACE, branch: 'main', asOf: 'v10@R1' }, ask);
  expect(wrong?.place).toEqual({ repository: null, branch: 'v10', asOf: 'v10@R1' });
  expect([wrong?.corrections, wrong?.branch?.name]).toEqual([['momentElsewhere'], 'v10']);
  const elsewhere = await settlePlace({ ...DEFAULT_PLACE, repository: 'R1', asOf: 'trunk@R2' }, ask);
  expect(elsewhere?.place.repository).toBe('R2');
  expect(elsewhere?.corrections).toEqual(['momentElsewhere']);
});

test('an address with nothing but a moment is completed without a word', async () => {
  const { ask } = projectOf({ R1: ['v10', 'main'], R2: ['trunk'] });
  const settled = await settlePlace({ ...DEFAULT_PLACE, asOf: 'trunk@R2' }, ask);
  expect(settled?.place).toEqual({ repository: 'R2', branch: 'trunk', asOf: 'trunk@R2' });
  expect(settled?.corrections).toEqual([]);
});
