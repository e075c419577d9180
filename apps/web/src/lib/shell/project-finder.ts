import type { ProjectLinks } from '../place/place.ts';
import { client } from '../graphql/client.ts';
import { graphql, type ResultOf } from '../graphql/graphql.ts';
import { texts } from '../texts.ts';
import { syncNumberIn, type PaletteEntry } from './palette-entry.ts';

const FindQuery = graphql(`
  query PaletteFind(
    $slug: String!
    $sync: ID!
    $repository: ID!
    $query: String!
    $number: Int!
    $hasNumber: Boolean!
    $hasState: Boolean!
  ) {
    project(slug: $slug) {
      id
      sync(number: $number) @include(if: $hasNumber) {
        __typename
        id
        number
        branch
        commitMessage
        repository {
          id
        }
      }
    }
    repository: node(id: $repository) {
      __typename
      id
      ... on Repository {
        keptBranches(query: $query, first: 5) {
          nodes {
            __typename
            id
            name
          }
        }
      }
    }
    state: node(id: $sync) @include(if: $hasState) {
      __typename
      id
      ... on ProjectSync {
        snapshot {
          symbols(query: $query, first: 6) {
            nodes {
              __typename
              id
              name
              qualifiedName
              kind
              startLine
              file {
                __typename
                id
                path
              }
            }
          }
          documents(first: 100) {
            nodes {
              __typename
              id
              title
              kind
              path
            }
          }
        }
      }
    }
  }
`);
type Answer = ResultOf<typeof FindQuery>;

/** The place to find things at. */
export interface FindPlace {
  links: ProjectLinks;
  repositoryId: string;
  /** The sync whose state is shown; null while nothing is synced. */
  syncId: string | null;
}

/** Finds symbols, syncs, branches and documents of a project by a text. */
export async function findInProject(
  { links, repositoryId, syncId }: FindPlace,
  query: string,
): Promise<PaletteEntry[]> {
  const number = syncNumberIn(query);
  const { data } = await client()
    .query(FindQuery, {
      slug: links.slug,
      sync: syncId ?? '',
      repository: repositoryId,
      query,
      number: number ?? 0,
      hasNumber: number !== null,
      hasState: syncId !== null,
    })
    .toPromise();
  return data === undefined
    ? []
    : [...syncsIn(data, links), ...branchesIn(data, links), ...stateIn(data, links, query)];
}

function syncsIn({ project }: Answer, links: ProjectLinks): PaletteEntry[] {
  const sync = project?.sync;
  if (sync == null) return [];
  return [
    {
      kind: 'sync',
      label: `${texts.history.number(sync.number)} ${sync.branch}`,
      detail: sync.commitMessage?.split('\n', 1)[0]?.slice(0, 80) ?? '',
      // The page of a sync corrects its place itself.
      href: links.at({ repository: null, branch: null, asOf: null }).sync(sync.number),
    },
  ];
}

function branchesIn({ repository }: Answer, links: ProjectLinks): PaletteEntry[] {
  if (repository?.__typename !== 'Repository') return [];
  return repository.keptBranches.nodes.map(({ name }) => ({
    kind: 'branch',
    label: name,
    detail: '',
    href: links.at({ branch: name, asOf: null }).overview,
  }));
}

function stateIn({ state }: Answer, links: ProjectLinks, query: string): PaletteEntry[] {
  const snapshot = state?.__typename === 'ProjectSync' ? state.snapshot : null;
  if (snapshot === null) return [];
  const symbols = snapshot.symbols.nodes.map((symbol): PaletteEntry => ({
    kind: 'symbol',
    label: symbol.qualifiedName,
    detail: symbol.file.path,
    href: links.file(symbol.file.path, { from: symbol.startLine }),
  }));
  const documents = snapshot.documents.nodes
    .filter(({ title }) => title.toLowerCase().includes(query.toLowerCase()))
    .slice(0, 5)
    .map(({ title, kind, path }): PaletteEntry => ({
      kind: 'document',
      label: title,
      detail: path ?? '',
      href: kind === 'REPOSITORY' && path !== null ? links.file(path) : links.knowledge,
    }));
  return [...symbols, ...documents];
}
