import { graphql } from '../graphql/graphql.ts';
import { mutate, type Outcome } from '../graphql/mutate.ts';

const CreateProject = graphql(`
  mutation CreateProject($input: CreateProjectInput!) {
    result: createProject(input: $input) {
      __typename
      ... on CreateProjectSuccess {
        project {
          __typename
          id
          slug
          name
        }
        repository {
          id
          defaultBranch
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

const ConnectRepository = graphql(`
  mutation ConnectRepository($input: ConnectRepositoryInput!) {
    result: connectRepository(input: $input) {
      __typename
      ... on ConnectRepositorySuccess {
        repository {
          __typename
          id
          name
          defaultBranch
          project {
            id
            slug
          }
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`);

/** A repository to connect, and the name of the project to create for it. */
export interface NewProject {
  provider: 'GITHUB' | 'GIT';
  url: string;
  name: string;
  /** Sent once, stored encrypted, and never returned. */
  token?: string;
}

interface ConnectedProject {
  id: string;
  slug: string;
}

export interface ConnectedRepository {
  id: string;
  slug: string;
  defaultBranch: string | null;
}

/**
 * Connects a repository to `existing`, or to a project that the same request creates for it: a mistyped address leaves no
 * empty project behind.
 */
export async function connectNew(
  wanted: NewProject,
  existing: ConnectedProject | null,
): Promise<Outcome<ConnectedRepository>> {
  const { name, ...source } = wanted;
  if (existing === null) return createFor(name, source);
  const connected = await mutate(ConnectRepository, { input: { projectId: existing.id, ...source } });
  if (!connected.ok) return connected;
  const { id, defaultBranch } = connected.value.repository;
  return { ok: true, value: { id, slug: existing.slug, defaultBranch } };
}

/** Creates a project for a repository, and starts a sync of its default branch: all of it or none. */
export function connectAndStart({ name, ...source }: NewProject): Promise<Outcome<ConnectedRepository>> {
  return createFor(name, { ...source, sync: {} });
}

async function createFor(
  name: string,
  repository: Omit<NewProject, 'name'> & { sync?: object },
): Promise<Outcome<ConnectedRepository>> {
  const created = await mutate(CreateProject, { input: { name, repository } });
  if (!created.ok) return created;
  const { project, repository: connected } = created.value;
  if (connected === null) return { ok: false, failure: { code: 'EMPTY', message: '' } };
  return { ok: true, value: { ...connected, slug: project.slug } };
}
