import { graphql, parse, print, type GraphQLSchema } from 'graphql';
import type { ApiContext } from '../graphql/context.ts';

/** The names and IDs that the first steps are filled with. */
export interface KnownIds {
  readonly slug: string;
  readonly projectId: string;
  readonly repositoryId: string;
  readonly syncId: string;
  /** The repository to connect: a local checkout that is known to be there, or a placeholder. */
  readonly provider: 'GITHUB' | 'GIT';
  readonly url: string;
}

/** Placeholders for a viewer who has no project yet; the answers of the tabs give what to put there. */
export const PLACEHOLDERS: KnownIds = {
  slug: 'my-project',
  projectId: 'PROJECT_ID',
  repositoryId: 'REPOSITORY_ID',
  syncId: 'SYNC_ID',
  provider: 'GITHUB',
  url: 'owner/name',
};

/** The first steps, ready to run in GraphiQL. */
export function exampleTabs(known: KnownIds = PLACEHOLDERS): { readonly query: string }[] {
  const quoted = (text: string) => JSON.stringify(text);
  const slug = quoted(known.slug);
  return [
    tab('Who am I?', 'query Viewer { viewer { id name email } }'),
    tab(
      'My projects',
      'query Projects { projects(first: 10) { totalCount nodes { id slug name viewerRole } } }',
    ),
    tab(
      'A new project',
      'mutation CreateProject { createProject(input: { name: "My project" }) { ... on CreateProjectSuccess { project { id slug } } ... on Error { code message } } }',
    ),
    tab(
      'Connect a repository',
      `mutation Connect { connectRepository(input: { projectId: ${quoted(known.projectId)}, provider: ${known.provider}, url: ${quoted(known.url)} }) { ... on ConnectRepositorySuccess { repository { id name } } ... on Error { code message } } }`,
    ),
    tab(
      'Its branches',
      `query Branches { project(slug: ${slug}) { repositories { nodes { name branches(first: 10) { nodes { name isDefault status headOid } } } } } }`,
    ),
    tab(
      'Sync it',
      `mutation Start { startSync(input: { repositoryId: ${quoted(known.repositoryId)} }) { ... on StartSyncSuccess { sync { id status } } ... on Error { code message } } }`,
    ),
    tab(
      'Watch a sync',
      `subscription Watch { syncProgress(syncId: ${quoted(known.syncId)}) { sequence status phase progress message } }`,
    ),
    tab(
      'What changed',
      `query Changes { project(slug: ${slug}) { syncs(first: 1) { nodes { status commitOid stats { filesTotal filesAdded filesModified filesRemoved } changes(first: 10) { nodes { kind path } } } } } }`,
    ),
    tab(
      'Search',
      `query Search { project(slug: ${slug}) { search(query: "where is the configuration read?") { totalCount isTotalExact nodes { reasons snippet entry { title path startLine } } } } }`,
    ),
    tab(
      'An API key: each run makes a new one, which you can revoke in the settings',
      'mutation Key { createApiKey(input: { name: "My script", scopes: [READ, SYNC] }) { ... on CreateApiKeySuccess { key apiKey { id prefix } } ... on Error { code message } } }',
    ),
  ];
}

const NEWEST = `{
  instance { exampleRepository }
  projects(first: 1) { nodes { id slug repositories(first: 1) { nodes { id } } syncs(first: 1) { nodes { id } } } }
}`;

interface Newest {
  readonly instance?: { readonly exampleRepository: string | null };
  readonly projects?: {
    readonly nodes: readonly {
      readonly id: string;
      readonly slug: string;
      readonly repositories: { readonly nodes: readonly { readonly id: string }[] };
      readonly syncs: { readonly nodes: readonly { readonly id: string }[] };
    }[];
  };
}

/** The names and IDs of the viewer's newest project, so that the tabs run as they are. */
export async function knownIds(schema: GraphQLSchema, contextValue: ApiContext): Promise<KnownIds> {
  const { data } = await graphql({ schema, source: NEWEST, contextValue });
  const { instance, projects } = (data ?? {}) as Newest;
  const example = instance?.exampleRepository ?? null;
  const project = projects?.nodes[0];
  return {
    ...PLACEHOLDERS,
    ...(example === null ? {} : { provider: 'GIT', url: example }),
    ...(project === undefined ? {} : { slug: project.slug, projectId: project.id }),
    repositoryId: project?.repositories.nodes[0]?.id ?? PLACEHOLDERS.repositoryId,
    syncId: project?.syncs.nodes[0]?.id ?? PLACEHOLDERS.syncId,
  };
}

function tab(title: string, query: string): { readonly query: string } {
  return { query: `# ${title}\n${print(parse(query))}\n` };
}
