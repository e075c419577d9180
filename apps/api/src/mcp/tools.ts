import { z } from 'zod';

/** A tool for language models: one query of the API, with a description of when to use it. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodRawShape;
  readonly changes: boolean;
  readonly query: string;
  /** Adds variables that the caller left out and that take a query of their own. */
  readonly complete?: (
    given: Given,
    ask: (query: string, variables: Given) => Promise<unknown>,
  ) => Promise<Given>;
  /** Selects the part of the answer to return; null means that nothing was found. */
  readonly select: (data: unknown, given: Given) => unknown;
}

/** The arguments of a call. */
export type Given = Readonly<Record<string, unknown>>;

const project = z.string().describe('The slug of a project, as list_projects returns it.');
const branch = z.string().optional().describe('The name of a branch; the default branch if left out.');
const inside = (data: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, name) => (value instanceof Object ? Reflect.get(value, name) : null), data) ??
  null;

const repository = z.string().describe('The id of a repository, as list_projects returns it.');
const path = z.string().describe('The path of the file from the root of the repository.');
const asOf = z
  .string()
  .optional()
  .describe(
    'The id of a sync, as sync_status or file_history returns it: read the state that this sync left.',
  );

/** A query for one file, of a branch's current snapshot or of the snapshot a sync left. */
const fileOf = (selection: string): string =>
  `query ($repository: ID!, $branch: String!, $path: String!, $asOf: ID!, $past: Boolean!) {
     now: node(id: $repository) @skip(if: $past) { ... on Repository { branch(name: $branch) { snapshot { ...file } } } }
     past: node(id: $asOf) @include(if: $past) { ... on ProjectSync { repository { id } snapshot { ...file } } }
   }
   fragment file on Snapshot { commitOid file(path: $path) { ${selection} } }`;
const completeFile: NonNullable<Tool['complete']> = async (given, ask) => {
  const past = given['asOf'] !== undefined;
  const known = past ? '' : given['branch'];
  const named =
    known ??
    inside(
      await ask(
        'query ($repository: ID!) { node(id: $repository) { ... on Repository { defaultBranch } } }',
        {
          repository: given['repository'],
        },
      ),
      'node',
      'defaultBranch',
    );
  return { ...given, past, asOf: given['asOf'] ?? '', branch: named ?? '' };
};
const snapshotOf = (data: unknown, given: Given): unknown =>
  inside(data, 'past') === null
    ? inside(data, 'now', 'branch', 'snapshot')
    : inside(data, 'past', 'repository', 'id') === given['repository']
      ? inside(data, 'past', 'snapshot')
      : null;

/** Every tool. A tool only sends queries to the API, so that the caller's rights are those of the API. */
export const tools: readonly Tool[] = [
  {
    name: 'list_projects',
    description: 'Lists the projects you can read, with their repositories.',
    input: {},
    changes: false,
    query:
      '{ projects(first: 50) { nodes { slug name repositories(first: 20) { nodes { id name url defaultBranch } } } } }',
    select: (data) => inside(data, 'projects', 'nodes'),
  },
  {
    name: 'list_branches',
    description:
      'Lists the branches of the repositories of a project, and whether the stored state of each is up to date.',
    input: { project, query: z.string().optional().describe('Only branches whose name contains this text.') },
    changes: false,
    query:
      'query ($project: String!, $query: String) { project(slug: $project) { repositories(first: 10) { nodes { id name branches(first: 50, query: $query) { totalCount nodes { name isDefault status headOid } } } } } }',
    select: (data) => inside(data, 'project', 'repositories', 'nodes'),
  },
  {
    name: 'search_memory',
    description:
      'Finds code, documents, letters and notes by words and by meaning. Each hit has its file, lines and commit, and says whether it is current.',
    input: {
      project,
      query: z
        .string()
        .describe(
          'A name, an error message or a question. "a phrase", /a pattern/, path:, lang:, sym: and -word narrow it.',
        ),
      branch,
      asOf,
      pathPrefix: z.string().optional().describe('Only files whose path starts with this text.'),
      first: z.number().int().min(1).max(50).default(10).describe('The number of hits, 1 to 50.'),
    },
    changes: false,
    query:
      'query ($project: String!, $query: String!, $branch: String, $asOf: ID, $pathPrefix: String, $first: Int) { project(slug: $project) { search(query: $query, branch: $branch, asOf: $asOf, pathPrefix: $pathPrefix, first: $first) { nodes { score snippet commitOid isCurrent entry { kind title path symbol startLine endLine } } } } }',
    select: (data) => inside(data, 'project', 'search', 'nodes'),
  },
  {
    name: 'read_file',
    description: 'Reads the text of a file, current or as a sync left it, with secrets masked.',
    input: { repository, branch, path, asOf },
    changes: false,
    query: fileOf('path oid size language skipReason ignored text'),
    complete: completeFile,
    select: (data, given) => {
      const snapshot = snapshotOf(data, given);
      const file = inside(snapshot, 'file');
      return file instanceof Object ? { commitOid: inside(snapshot, 'commitOid'), ...file } : null;
    },
  },
  {
    name: 'file_history',
    description:
      'Lists the stored versions of a file, newest first: the sync and commit that added each, and the sync that replaced it. For a removed file, give a sync that still had it.',
    input: {
      repository,
      branch,
      path,
      asOf,
      first: z.number().int().min(1).max(50).default(10).describe('The number of versions, 1 to 50.'),
    },
    changes: false,
    query: fileOf(
      'versions(first: $first) { totalCount nodes { oid size mode addedBy { id commitOid commitMessage completedAt } supersededBy { id commitOid commitMessage completedAt } } }',
    ).replace('$past: Boolean!', '$past: Boolean!, $first: Int!'),
    complete: completeFile,
    select: (data, given) => inside(snapshotOf(data, given), 'file', 'versions'),
  },
  {
    name: 'sync_status',
    description: 'Lists the newest syncs of a project: status, changes, and the reason a sync failed.',
    input: { project },
    changes: false,
    query:
      'query ($project: String!) { project(slug: $project) { syncs(first: 10) { nodes { id branch status phase progress commitOid completedAt failure { code message retryable } stats { filesTotal filesAdded filesModified filesRemoved } } } } }',
    select: (data) => inside(data, 'project', 'syncs', 'nodes'),
  },
  {
    name: 'start_sync',
    description: 'Starts a sync that brings a branch up to date, or returns the one that is active already.',
    input: { repository, branch },
    changes: true,
    query:
      'mutation ($repository: ID!, $branch: String) { startSync(input: { repositoryId: $repository, branch: $branch }) { ... on StartSyncSuccess { sync { id status branch } } ... on Error { code message } } }',
    select: (data) => inside(data, 'startSync'),
  },
];
