import { graphql } from '../graphql/graphql.ts';
import { mutate, type Outcome } from '../graphql/mutate.ts';
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

/** Connects a repository; the token goes one way only. */
export const ConnectRepository = graphql(`
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

/** What a new project is made of. */
export interface NewProject {
  provider: 'GITHUB' | 'GIT';
  url: string;
  name: string;
  token?: string;
}

/** A project with its repository; one that was made before an attempt failed is used again, not made twice. */
export async function connectNew(
  wanted: NewProject,
  made: { id: string; slug: string } | null = null,
): Promise<{
  project: { id: string; slug: string } | null;
  outcome: Outcome<{ id: string; slug: string; defaultBranch: string | null }>;
}> {
  let project = made;
  if (project === null) {
    const created = await mutate(CreateProject, { input: { name: wanted.name } });
    if (!created.ok) return { project, outcome: created };
    project = { id: created.value.project.id, slug: created.value.project.slug };
  }
  const { provider, url, token } = wanted;
  const connected = await mutate(ConnectRepository, {
    input: { projectId: project.id, provider, url, token: token ?? null },
  });
  if (!connected.ok) return { project, outcome: connected };
  const { id, defaultBranch } = connected.value.repository;
  return { project, outcome: { ok: true, value: { id, slug: project.slug, defaultBranch } } };
}

/** From an address to a running sync of its default branch; what was made is used again by the next attempt. */
export async function connectAndStart(
  wanted: NewProject,
  made: { id: string; slug: string } | null,
): Promise<{ project: { id: string; slug: string } | null; outcome: Outcome<unknown> }> {
  const { project, outcome } = await connectNew(wanted, made);
  if (!outcome.ok) return { project, outcome };
  return { project, outcome: await mutate(StartSync, { input: { repositoryId: outcome.value.id } }) };
}
