import { client } from '../graphql/client.ts';
import { failureOf, type Failure } from '../graphql/failure.ts';
import { graphql, type ResultOf } from '../graphql/graphql.ts';
import { joinBranches } from './join-branches.ts';

const FoundBranch = graphql(`
  fragment FoundBranch on Branch @_unmask {
    id
    name
    isDefault
    lastSync {
      id
      completedAt
    }
  }
`);
const Branches = graphql(
  `
    query Branches($repositoryId: ID!, $query: String) {
      node(id: $repositoryId) {
        __typename
        id
        ... on Repository {
          branches(query: $query, first: 50) {
            totalCount
            nodes {
              ...FoundBranch
            }
          }
        }
      }
    }
  `,
  [FoundBranch],
);
/** Asked apart, from the database alone: a source that does not answer hides nothing that is stored. */
const StoredBranches = graphql(
  `
    query StoredBranches($repositoryId: ID!, $query: String) {
      node(id: $repositoryId) {
        __typename
        id
        ... on Repository {
          keptBranches(query: $query, first: 50) {
            nodes {
              ...FoundBranch
            }
          }
        }
      }
    }
  `,
  [FoundBranch],
);
/** A branch to pick. `isGone` is whether it is stored here and no longer at its source. */
type Branch = ResultOf<typeof FoundBranch> & { isGone: boolean };

/** The least time between two requests, in milliseconds: each may reach a distant source. */
const SPACING = 80;

/** The result of a search: the text it answers, the first branches, and the number of all. */
export interface Found {
  query: string;
  branches: readonly Branch[];
  total: number;
}

/** The branches of a repository, searched at its source while the user types. */
export class BranchSearch {
  found = $state.raw<Found | null>(null);
  failure = $state.raw<Failure | null>(null);
  #repositoryId: string;
  #asked = -Infinity;
  #query = '';
  #stop: () => void = () => {};

  constructor(repositoryId: string) {
    this.#repositoryId = repositoryId;
  }

  /** Searches for names that contain a text. An earlier search is abandoned. */
  ask(query: string): void {
    this.#stop();
    this.failure = null;
    if (this.found !== null && isComplete(this.found) && has(query, this.found.query)) {
      const branches = this.found.branches.filter(({ name }) => has(name, query));
      this.found = { query, branches, total: branches.length };
      return;
    }
    const timer = setTimeout(() => this.#send(query), Math.max(0, this.#asked + SPACING - performance.now()));
    this.#stop = () => clearTimeout(timer);
  }

  /** Forgets the result, so that the next search asks the source. */
  close(): void {
    this.#stop();
    this.found = null;
  }

  #send(query: string): void {
    this.#asked = performance.now();
    this.#query = query;
    const variables = { repositoryId: this.#repositoryId, query: query === '' ? null : query };
    const policy = { requestPolicy: 'cache-and-network' } as const;
    const stored = client().query(StoredBranches, variables, policy).toPromise();
    const { unsubscribe } = client()
      .query(Branches, variables, policy)
      .subscribe(async ({ data, error }) => {
        const kept = (await stored).data?.node;
        const here = kept?.__typename === 'Repository' ? kept.keptBranches.nodes : [];
        if (this.#query !== query) return;
        this.failure = error === undefined ? null : failureOf(error);
        const there = data?.node?.__typename === 'Repository' ? data.node.branches : null;
        if (there === null && this.failure === null) return;
        this.found = { query, ...joinBranches(there, here) };
      });
    this.#stop = unsubscribe;
  }
}

/** Whether the result has every match: a narrower text then needs no request. */
function isComplete({ branches, total }: Found): boolean {
  return branches.length === total;
}

function has(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
