import { isInterfaceType } from 'graphql';
import { schema } from '../schema/schema.ts';
import { tools } from '../mcp/tools.ts';
import { everythingOf } from './everything-of.ts';
import type { TenantIds } from './tenant-ids.ts';

/** A read of a project, by the IDs it is asked with. */
export interface Question {
  readonly text: string;
  readonly variables: (ids: TenantIds) => Record<string, unknown>;
}

const node = schema.getType('Node');

/** The types that `node` can return. */
export const nodeTypes = isInterfaceType(node) ? schema.getPossibleTypes(node) : [];

const idOf = (type: string, ids: TenantIds): string => {
  const found: unknown = Reflect.get(ids, type);
  if (typeof found !== 'string') throw new Error(`The watched project has no ${type}: put one into it.`);
  return found;
};

/** The fields of Query that take an ID or a name, and `node` for each of its types. */
export const questions = asked(false);

/** The same without the fields that need a scope of their own, and less deep: real answers cost more. */
export const openQuestions = asked(true);

function asked(open: boolean): Readonly<Record<string, Question>> {
  const everything = (type: string, depth = 2) => everythingOf(schema, schema.getType(type), { depth, open });
  const nodes = nodeTypes.map(({ name }): [string, Question] => [
    `node ${name}`,
    {
      text: withSync('$id: ID!', `node(id: $id) { ... on ${name} ${everything(name, open ? 1 : 2)} }`),
      variables: (ids) => ({ id: idOf(name, ids), sync: ids.ProjectSync }),
    },
  ]);
  return {
    ...Object.fromEntries(nodes),
    nodes: {
      text: 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      variables: (ids) => ({ ids: nodeTypes.map(({ name }) => idOf(name, ids)) }),
    },
    project: {
      text: withSync('$slug: String!', `project(slug: $slug) ${everything('Project')}`),
      variables: ({ slug, ProjectSync }) => ({ slug, sync: ProjectSync }),
    },
  };
}

/** A query that also declares `$sync` if it uses it: an unused variable is an error. */
function withSync(variables: string, selection: string): string {
  return `query (${variables}${selection.includes('$sync') ? ', $sync: ID!' : ''}) { ${selection} }`;
}

/** The fields of Query without an argument that names a project: they return what is the caller's own, or public. */
export const ownQuestions: Readonly<Record<string, string>> = {
  viewer: `{ viewer ${everythingOf(schema, schema.getType('User'), { depth: 2, open: true })} }`,
  projects: `{ projects(first: 5) { totalCount nodes ${everythingOf(schema, schema.getType('Project'), { depth: 1, open: true })} } }`,
  apiKeys: `{ apiKeys ${everythingOf(schema, schema.getType('ApiKey'), { depth: 2, open: true })} }`,
  sessions: '{ sessions { id isCurrent } }',
  instance:
    '{ instance { viewerIsOperator viewerMayCreateProjects embeddingModel exampleRepository localRepositories } }',
  rateLimit: '{ rateLimit { limit remaining cost costLimit resetAt } }',
};

/** Fields of a project that take IDs, asked of the caller's own project with IDs of another one. */
export const askedInside: Readonly<
  Record<string, { readonly places: readonly string[]; readonly text: string }>
> = {
  'search of a repository': {
    places: ['Project.search(repositoryId)'],
    text: 'query ($slug: String!, $Repository: ID!) { project(slug: $slug) { search(query: "berth", repositoryId: $Repository) { totalCount nodes { snippet } } } }',
  },
  'search of several repositories': {
    places: ['Project.search(repositoryIds)'],
    text: 'query ($slug: String!, $Repository: ID!) { project(slug: $slug) { search(query: "berth", repositoryIds: [$Repository]) { totalCount nodes { snippet } } } }',
  },
  'search as of a sync': {
    places: ['Project.search(asOf)'],
    text: 'query ($slug: String!, $ProjectSync: ID!) { project(slug: $slug) { search(query: "berth", asOf: $ProjectSync) { totalCount nodes { snippet } } } }',
  },
  'search of a repository’s branch': {
    places: [],
    text: 'query ($slug: String!, $Repository: ID!, $branchName: String!) { project(slug: $slug) { search(query: "berth", repositoryId: $Repository, branch: $branchName) { totalCount nodes { snippet } } } }',
  },
  'deliveries of a webhook': {
    places: ['Project.webhookDeliveries(webhookId)'],
    text: 'query ($slug: String!, $Webhook: ID!) { project(slug: $slug) { webhookDeliveries(webhookId: $Webhook) { totalCount nodes { body } } } }',
  },
  'actions of a user': {
    places: ['Project.auditLog(actor)'],
    text: 'query ($slug: String!, $member: ID!) { project(slug: $slug) { auditLog(actor: $member) { totalCount nodes { action subject } } } }',
  },
  'actions of a user on the instance': {
    places: ['Instance.auditLog(actor)'],
    text: 'query ($member: ID!) { instance { auditLog(actor: $member) { totalCount nodes { action subject } } } }',
  },
  'a changelog since a sync': {
    places: ['Snapshot.changelog(since)'],
    text: 'query ($slug: String!, $ProjectSync: ID!) { project(slug: $slug) { syncs(first: 1, status: [COMPLETED]) { nodes { snapshot { changelog(since: $ProjectSync) { content } } } } } }',
  },
  'a comparison with a sync': {
    places: ['Snapshot.changesSince(syncId)'],
    text: 'query ($slug: String!, $ProjectSync: ID!) { project(slug: $slug) { syncs(first: 1, status: [COMPLETED]) { nodes { snapshot { changesSince(syncId: $ProjectSync) { totalCount nodes { kind path oid previousOid } } } } } } }',
  },
  'syncs of a repository': {
    places: ['Project.syncs(repositoryId)'],
    text: 'query ($slug: String!, $Repository: ID!) { project(slug: $slug) { syncs(first: 3, repositoryId: $Repository) { totalCount nodes { number branch } } } }',
  },
  'syncs that a user asked for': {
    places: ['Project.syncs(requestedBy)', 'Repository.syncs(requestedBy)'],
    text: 'query ($slug: String!, $member: ID!) { project(slug: $slug) { syncs(first: 3, requestedBy: $member) { totalCount nodes { number } } repositories(first: 1) { nodes { syncs(first: 3, requestedBy: $member) { totalCount nodes { number } } } } } }',
  },
  'the figures of the syncs of a repository': {
    places: ['Project.syncFigures(repositoryId)'],
    text: 'query ($slug: String!, $Repository: ID!) { project(slug: $slug) { syncFigures(newest: 3, repositoryId: $Repository) { syncId number branch } } }',
  },
  'the figures of the syncs that a user asked for': {
    places: ['Project.syncFigures(requestedBy)'],
    text: 'query ($slug: String!, $member: ID!) { project(slug: $slug) { syncFigures(newest: 3, requestedBy: $member) { syncId number } } }',
  },
  'a comparison with a snapshot': {
    places: ['Snapshot.compare(to)'],
    text: 'query ($slug: String!, $Snapshot: ID!) { project(slug: $slug) { syncs(first: 1, status: [COMPLETED]) { nodes { snapshot { compare(to: $Snapshot) { totalCount nodes { kind path patch } } } } } } }',
  },
};

/** The subscriptions, each with what it follows. */
export const subscriptions: Readonly<Record<string, Question>> = {
  syncProgress: {
    text: 'subscription ($id: ID!) { syncProgress(syncId: $id) { sequence message sync { id branch } } }',
    variables: ({ ProjectSync }) => ({ id: ProjectSync }),
  },
  projectActivity: {
    text: 'subscription ($id: ID!) { projectActivity(projectId: $id) { id branch status } }',
    variables: ({ Project }) => ({ id: Project }),
  },
};

/** The calls of each tool of `/mcp`, with each of its inputs at least once. */
export const toolCalls: Readonly<Record<string, (ids: TenantIds) => Record<string, unknown>[]>> = {
  search: ({ slug, Repository, ProjectSync, branchName }) => [
    { queries: ['berth', 'harbour'], project: slug, limit: 3, cursor: '0', kinds: ['CODE'] },
    { queries: ['berth'], project: slug, branch: branchName, path: 'src/', languages: ['typescript'] },
    { queries: ['berth'], repository: Repository, as_of: ProjectSync },
  ],
  context: ({ Repository, ProjectSync, branchName }) => [
    { repository: Repository, task: 'move the berth', paths: ['walled.ts'], max_tokens: 4000 },
    { repository: Repository, task: 'move the berth', branch: branchName },
    { repository: Repository, task: 'move the berth', as_of: ProjectSync },
  ],
  read: ({ Repository, ProjectSync, branchName }) => [
    { repository: Repository, path: 'walled.ts', start_line: 1, end_line: 2, max_tokens: 600 },
    { repository: Repository, path: 'walled.ts', branch: branchName },
    { repository: Repository, path: 'walled.ts', as_of: ProjectSync },
  ],
  symbols: ({ Repository, ProjectSync, branchName }) => [
    { repository: Repository, name: 'walledBerth', references: true, limit: 3, path: 'walled' },
    { repository: Repository, name: 'berth', branch: branchName, cursor: 'none' },
    { repository: Repository, name: 'berth', as_of: ProjectSync },
  ],
  tree: ({ Repository, ProjectSync, branchName }) => [
    { repository: Repository, path: '', depth: 1, glob: '**/*.ts', cursor: '0' },
    { repository: Repository, branch: branchName },
    { repository: Repository, as_of: ProjectSync },
  ],
  history: ({ Repository, ProjectSync, branchName }) => [
    { repository: Repository, path: 'walled.ts', limit: 3 },
    { repository: Repository, branch: branchName, cursor: 'none' },
    { repository: Repository, as_of: ProjectSync, from: ProjectSync, patches: true },
  ],
  knowledge: ({ Repository, ProjectSync, branchName }) => [
    { repository: Repository, authority: ['MANDATORY'], limit: 3 },
    { repository: Repository, branch: branchName, path: 'src', cursor: 'none' },
    { repository: Repository, as_of: ProjectSync },
  ],
  status: ({ slug }) => [{ project: slug }],
  sync: ({ Repository }) => [{ repository: Repository }, { repository: Repository, branch: 'main' }],
  note: ({ slug }) => [{ project: slug, title: 'Seen', content: 'A note.' }],
};

/** The tools that change something, which not every member may. */
export const changingTools: readonly string[] = tools
  .filter(({ changes }) => changes)
  .map(({ name }) => name);

/** The declared inputs of each tool. */
export const toolInputs = new Map(tools.map(({ name, input }) => [name, Object.keys(input.shape)]));
