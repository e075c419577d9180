import { graphql } from '../graphql/graphql.ts';
import { mutate, type Outcome } from '../graphql/mutate.ts';
import { RemoveProject } from '../settings/ProjectSettings.graphql.ts';
import { StartSync } from './SyncControls.graphql.ts';

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

export interface ConnectedProject {
  id: string;
  slug: string;
}

export interface ConnectedRepository {
  id: string;
  slug: string;
  defaultBranch: string | null;
}

/**
 * Connects a repository to `existing`, or to a project that is created for it. A created project whose repository could
 * not be connected is removed again: otherwise each mistyped address would leave an empty project behind. If the removal
 * fails as well, the project is returned, so that the next attempt uses it.
 */
export async function connectNew(
  wanted: NewProject,
  existing: ConnectedProject | null = null,
): Promise<{ project: ConnectedProject | null; outcome: Outcome<ConnectedRepository> }> {
  const created = existing === null ? await mutate(CreateProject, { input: { name: wanted.name } }) : null;
  if (created !== null && !created.ok) return { project: null, outcome: created };
  const project = created === null ? existing : created.value.project;
  if (project === null) return { project, outcome: { ok: false, failure: { code: 'EMPTY', message: '' } } };
  const { provider, url, token } = wanted;
  const connected = await mutate(ConnectRepository, {
    input: { projectId: project.id, provider, url, token: token ?? null },
  });
  if (connected.ok) {
    const { id, defaultBranch } = connected.value.repository;
    return { project, outcome: { ok: true, value: { id, slug: project.slug, defaultBranch } } };
  }
  if (created === null) return { project, outcome: connected };
  const removed = await mutate(RemoveProject, { input: { projectId: project.id } });
  return { project: removed.ok ? null : project, outcome: connected };
}

/** Connects a repository and starts a sync of its default branch. */
export async function connectAndStart(
  wanted: NewProject,
  existing: ConnectedProject | null,
): Promise<{ project: ConnectedProject | null; outcome: Outcome<unknown> }> {
  const { project, outcome } = await connectNew(wanted, existing);
  if (!outcome.ok) return { project, outcome };
  return { project, outcome: await mutate(StartSync, { input: { repositoryId: outcome.value.id } }) };
}
