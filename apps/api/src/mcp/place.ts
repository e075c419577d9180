import { z } from 'zod';
import type { Api } from './api.ts';
import { didYouMean } from '../did-you-mean.ts';
import { ToolRefusal } from './tool-refusal.ts';

/** The arguments by which every tool names what it reads. */
export const placeInput = {
  repository: z
    .string()
    .describe(
      'The repository as project/repository, such as shop/acme/web, as status lists it. The name alone suffices where it is unique.',
    ),
  branch: z.string().optional().describe('The name of a synced branch; the default branch if left out.'),
  as_of: z
    .string()
    .optional()
    .describe(
      'The id of a sync, as history returns it: read the state that this sync left instead of the current one.',
    ),
};

const coverage = z.object({
  filesAnalysed: z.number(),
  filesNotAnalysed: z.number(),
  languages: z.array(z.string()),
});

/** The state that an answer is about: in every answer, since an empty one means nothing without it. */
export const placeOutput = z.object({
  repository: z.string(),
  branch: z.string(),
  commit: z.string(),
  sync: z.string(),
  commits_behind: z
    .number()
    .nullable()
    .describe('Null where the source does not say, or an earlier state is read.'),
  coverage,
});

/** A snapshot that a tool reads. */
export interface Place {
  readonly snapshotId: string;
  readonly repositoryId: string;
  readonly state: z.infer<typeof placeOutput>;
}

interface Asked {
  readonly repository: string;
  readonly branch?: string | undefined;
  readonly as_of?: string | undefined;
}

const listed = z.object({
  projects: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        slug: z.string(),
        repositories: z.object({
          nodes: z.array(z.object({ id: z.string(), name: z.string() })),
        }),
      }),
    ),
  }),
});
const snapshot = z.object({ id: z.string(), commitOid: z.string(), coverage });
const kept = z.object({
  node: z.object({
    keptBranches: z.object({
      nodes: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          isDefault: z.boolean(),
          lastSync: z.object({ id: z.string(), snapshot: snapshot.nullable() }).nullable(),
        }),
      ),
    }),
  }),
});
const past = z.object({
  node: z
    .object({
      id: z.string(),
      branch: z.string(),
      repository: z.object({ id: z.string() }),
      snapshot: snapshot.nullable(),
    })
    .partial()
    .nullable(),
});

const snapshotFields = 'id commitOid coverage { filesAnalysed filesNotAnalysed languages }';
/** The queries that find a place. */
export const placeQueries = {
  repositories:
    '{ projects(first: 100) { nodes { id slug repositories(first: 50) { nodes { id name } } } } }',
  branches: `query ($id: ID!, $branch: String) { node(id: $id) { ... on Repository { keptBranches(query: $branch, first: 20) { nodes { id name isDefault lastSync { id snapshot { ${snapshotFields} } } } } } } }`,
  sync: `query ($id: ID!) { node(id: $id) { ... on ProjectSync { id branch repository { id } snapshot { ${snapshotFields} } } } }`,
};

/** A repository that the caller can read, by the name under which tools know it. */
export interface NamedRepository {
  readonly id: string;
  readonly project: string;
  readonly projectId: string;
  readonly name: string;
}

/** Every repository of the caller, named as project/repository. */
export async function repositoriesOf(api: Api): Promise<NamedRepository[]> {
  const { projects } = await api.query(listed, placeQueries.repositories);
  return projects.nodes.flatMap(({ id: projectId, slug, repositories }) =>
    repositories.nodes.map(({ id, name }) => ({ id, project: slug, projectId, name: `${slug}/${name}` })),
  );
}

/** The repository that a caller means: by its id, by project/repository, or by a name that only one has. */
export async function repositoryOf(api: Api, wanted: string): Promise<NamedRepository> {
  const all = await repositoriesOf(api);
  const exact = all.filter(({ id, name }) => id === wanted || name === wanted);
  const named = exact.length > 0 ? exact : all.filter(({ name }) => name.endsWith(`/${wanted}`));
  const found = named.length > 0 ? named : all.filter(({ project }) => project === wanted);
  const [only, other] = found;
  if (only !== undefined && other === undefined) return only;
  if (only !== undefined)
    throw new ToolRefusal(
      'REPOSITORY_AMBIGUOUS',
      `${wanted} may be ${found
        .slice(0, 5)
        .map(({ name }) => name)
        .join(' or ')}. Name one of them.`,
    );
  const names = all.map(({ name }) => name);
  const known = names.length === 0 ? ' No repository is connected yet.' : didYouMean(wanted, names);
  throw new ToolRefusal(
    'REPOSITORY_NOT_FOUND',
    `You can read no such repository.${known || ` There are ${names.slice(0, 10).join(', ')}.`}`,
  );
}

/** Finds the snapshot that a caller means, and how current it is. */
export async function placeOf(api: Api, asked: Asked): Promise<Place> {
  const repository = await repositoryOf(api, asked.repository);
  if (asked.as_of !== undefined) return pastPlace(api, repository, asked.as_of);
  const { node } = await api.query(kept, placeQueries.branches, {
    id: repository.id,
    branch: asked.branch ?? null,
  });
  const branches = node.keptBranches.nodes;
  const chosen =
    asked.branch === undefined
      ? (branches.find(({ isDefault }) => isDefault) ?? branches[0])
      : branches.find(({ name }) => name === asked.branch);
  const sync = chosen?.lastSync;
  if (chosen === undefined || sync?.snapshot == null) throw await noBranch(api, repository, asked.branch);
  const behind = await api.commitsBehind(chosen.id, sync.snapshot.commitOid);
  return {
    snapshotId: sync.snapshot.id,
    repositoryId: repository.id,
    state: {
      repository: repository.name,
      branch: chosen.name,
      commit: sync.snapshot.commitOid,
      sync: sync.id,
      commits_behind: behind,
      coverage: sync.snapshot.coverage,
    },
  };
}

async function pastPlace(api: Api, repository: NamedRepository, syncId: string): Promise<Place> {
  const { node } = await api.query(past, placeQueries.sync, { id: syncId });
  if (node?.id === undefined || node.repository?.id !== repository.id || node.snapshot == null)
    throw new ToolRefusal(
      'SYNC_NOT_FOUND',
      `${repository.name} has no such finalized sync. The tool history lists them.`,
    );
  return {
    snapshotId: node.snapshot.id,
    repositoryId: repository.id,
    state: {
      repository: repository.name,
      branch: node.branch ?? '',
      commit: node.snapshot.commitOid,
      sync: node.id,
      commits_behind: null,
      coverage: node.snapshot.coverage,
    },
  };
}

async function noBranch(api: Api, repository: NamedRepository, wanted: string | undefined): Promise<Error> {
  const { node } = await api.query(kept, placeQueries.branches, { id: repository.id, branch: null });
  const names = node.keptBranches.nodes.map(({ name }) => name);
  if (names.length === 0)
    return new ToolRefusal(
      'BRANCH_NOT_FOUND',
      `Nothing of ${repository.name} is synced yet. Start it with the tool sync.`,
    );
  const near = wanted === undefined ? '' : didYouMean(wanted, names);
  return new ToolRefusal(
    'BRANCH_NOT_FOUND',
    `Nothing is stored of the branch ${wanted ?? ''}.${near || ` Synced are ${names.slice(0, 10).join(', ')}.`} The tool sync fetches another one.`,
  );
}

/** One line that says which state an answer is about. */
export function footOf({
  repository,
  branch,
  commit,
  commits_behind: behind,
  coverage: seen,
}: Place['state']): string {
  const current =
    behind === null ? 'how current is not known' : behind === 0 ? 'current' : `${behind} commits behind`;
  return `${repository}, branch ${branch} at ${commit.slice(0, 12)} (${current}); ${seen.filesAnalysed} files analysed, ${seen.filesNotAnalysed} not.`;
}
