import { client } from '../graphql/client.ts';
import { failureOf, type Failure } from '../graphql/failure.ts';
import { graphql, type ResultOf } from '../graphql/graphql.ts';

const Branches = graphql(`
  query Branches($repositoryId: ID!, $query: String) {
    node(id: $repositoryId) {
      __typename
      id
      ... on Repository {
        branches(query: $query, first: 50) {
          totalCount
          nodes {
            id
            name
            isDefault
            status
            lastSync {
              id
              completedAt
            }
          }
        }
      }
    }
  }
`);
type Node = Extract<NonNullable<ResultOf<typeof Branches>['node']>, { __typename: 'Repository' }>;
type Branch = NonNullable<Node['branches']>['nodes'][number];

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
    const { unsubscribe } = client()
      .query(
        Branches,
        { repositoryId: this.#repositoryId, query: query === '' ? null : query },
        { requestPolicy: 'cache-and-network' },
      )
      .subscribe(({ data, error }) => {
        this.failure = error === undefined ? null : failureOf(error);
        if (data?.node?.__typename !== 'Repository' || data.node.branches === null) return;
        const { totalCount, nodes } = data.node.branches;
        const branches = nodes.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));
        this.found = { query, branches, total: totalCount };
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
