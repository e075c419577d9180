import { z } from 'zod';

/** What a tool is: a question to the API in the words of a language model. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodRawShape;
  readonly changes: boolean;
  readonly query: string;
  /** What of the answer is told; null says that there is no such thing. */
  readonly tell: (data: unknown) => unknown;
}

const project = z.string().describe('The slug of a project, as list_projects tells it.');
const branch = z
  .string()
  .optional()
  .describe('The name of a branch; the default branch where none is named.');
const inside = (data: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, name) => (value instanceof Object ? Reflect.get(value, name) : null), data) ??
  null;

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
      asOf: z.string().optional().describe('The id of a sync: what was kept then is searched.'),
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
    description:
      'A file’s text as it is kept now, secrets masked. A branch is named by its repository’s id, as list_branches tells it.',
    input: {
      repository: z.string().describe('The id of a repository.'),
      branch: z.string().default('main').describe('The name of a branch.'),
      path: z.string().describe('The path of the file.'),
    },
    changes: false,
    query:
      'query ($repository: ID!, $branch: String!, $path: String!) { node(id: $repository) { ... on Repository { branch(name: $branch) { snapshot { commitOid file(path: $path) { path size language skipReason ignored text } } } } } }',
    tell: (data) => inside(data, 'node', 'branch', 'snapshot', 'file'),
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
    input: { repository: z.string().describe('The id of a repository.'), branch },
    changes: true,
    query:
      'mutation ($repository: ID!, $branch: String) { startSync(input: { repositoryId: $repository, branch: $branch }) { ... on StartSyncSuccess { sync { id status branch } } ... on Error { code message } } }',
    tell: (data) => inside(data, 'startSync'),
  },
];
