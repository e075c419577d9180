import { z } from 'zod';

/** What a tool is: a question to the API in the words of a language model. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodRawShape;
  readonly changes: boolean;
  readonly query: string;
  /** Fills in what was left out and takes a question of its own to know. */
  readonly complete?: (
    given: Given,
    ask: (query: string, variables: Given) => Promise<unknown>,
  ) => Promise<Given>;
  /** What of the answer is told; null says that there is no such thing. */
  readonly tell: (data: unknown, given: Given) => unknown;
}

/** What a tool is called with. */
export type Given = Readonly<Record<string, unknown>>;

const project = z.string().describe('The slug of a project, as list_projects tells it.');
const branch = z
  .string()
  .optional()
  .describe('The name of a branch; the default branch where none is named.');
const inside = (data: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, name) => (value instanceof Object ? Reflect.get(value, name) : null), data) ??
  null;

const repository = z.string().describe('The id of a repository, as list_projects tells it.');
const path = z.string().describe('The path of the file.');
const asOf = z
  .string()
  .optional()
  .describe(
    'The id of a sync of this repository, as sync_status or file_history tells it: what was kept then.',
  );

/** One file, of a branch as it is kept now or of what a sync left. */
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

/** Every tool. Rights are those of the API: a tool asks it, and nothing else. */
export const tools: readonly Tool[] = [
  {
    name: 'list_projects',
    description: 'The projects that can be asked about, with their repositories.',
    input: {},
    changes: false,
    query:
      '{ projects(first: 50) { nodes { slug name repositories(first: 20) { nodes { id name url defaultBranch } } } } }',
    tell: (data) => inside(data, 'projects', 'nodes'),
  },
  {
    name: 'list_branches',
    description:
      'The branches of a project’s repositories, and how what is kept of each stands to its source.',
    input: { project, query: z.string().optional().describe('Only names that contain this.') },
    changes: false,
    query:
      'query ($project: String!, $query: String) { project(slug: $project) { repositories(first: 10) { nodes { id name branches(first: 50, query: $query) { totalCount nodes { name isDefault status headOid } } } } } }',
    tell: (data) => inside(data, 'project', 'repositories', 'nodes'),
  },
  {
    name: 'search_memory',
    description:
      'Finds code, documents, letters and notes by words and by meaning. Each hit has its file, its lines, its commit, and whether it is current.',
    input: {
      project,
      query: z.string().describe('Words, a name, or a question.'),
      branch,
      asOf,
      pathPrefix: z.string().optional().describe('Only files below this path.'),
      first: z.number().int().min(1).max(50).default(10).describe('How many hits.'),
    },
    changes: false,
    query:
      'query ($project: String!, $query: String!, $branch: String, $asOf: ID, $pathPrefix: String, $first: Int) { project(slug: $project) { search(query: $query, branch: $branch, asOf: $asOf, pathPrefix: $pathPrefix, first: $first) { nodes { score snippet commitOid isCurrent entry { kind title path symbol startLine endLine } } } } }',
    tell: (data) => inside(data, 'project', 'search', 'nodes'),
  },
  {
    name: 'read_file',
    description: 'A file’s text as it is kept now, or as a sync left it, secrets masked.',
    input: { repository, branch, path, asOf },
    changes: false,
    query: fileOf('path oid size language skipReason ignored text'),
    complete: completeFile,
    tell: (data, given) => {
      const snapshot = snapshotOf(data, given);
      const file = inside(snapshot, 'file');
      return file instanceof Object ? { commitOid: inside(snapshot, 'commitOid'), ...file } : null;
    },
  },
  {
    name: 'file_history',
    description:
      'The versions of a file that were kept, newest first: the sync and the commit that brought each, and the sync that replaced it. A file that is gone by now is found as of a sync that had it.',
    input: {
      repository,
      branch,
      path,
      asOf,
      first: z.number().int().min(1).max(50).default(10).describe('How many versions.'),
    },
    changes: false,
    query: fileOf(
      'versions(first: $first) { totalCount nodes { oid size mode addedBy { id commitOid commitMessage completedAt } supersededBy { id commitOid commitMessage completedAt } } }',
    ).replace('$past: Boolean!', '$past: Boolean!, $first: Int!'),
    complete: completeFile,
    tell: (data, given) => inside(snapshotOf(data, given), 'file', 'versions'),
  },
  {
    name: 'sync_status',
    description: 'The newest syncs of a project: how each stands, what it brought, and why one failed.',
    input: { project },
    changes: false,
    query:
      'query ($project: String!) { project(slug: $project) { syncs(first: 10) { nodes { id branch status phase progress commitOid completedAt failure { code message retryable } stats { filesTotal filesAdded filesModified filesRemoved } } } } }',
    tell: (data) => inside(data, 'project', 'syncs', 'nodes'),
  },
  {
    name: 'start_sync',
    description: 'Brings what is kept of a branch up to date, or gives the sync that does so already.',
    input: { repository, branch },
    changes: true,
    query:
      'mutation ($repository: ID!, $branch: String) { startSync(input: { repositoryId: $repository, branch: $branch }) { ... on StartSyncSuccess { sync { id status branch } } ... on Error { code message } } }',
    tell: (data) => inside(data, 'startSync'),
  },
];
