import { client } from '../graphql/client.ts';
import { failureOf, type Failure } from '../graphql/failure.ts';
import { SearchAcrossQuery, type FoundInProject } from './across.graphql.ts';
import { searchInTurn } from './search-in-turn.ts';

/** The hits of one project, or why it has no answer. */
export type AnswerOfProject = { readonly found: FoundInProject } | { readonly failure: Failure };

/** A search of several projects, whose answers come one after another. */
export class AcrossSearch {
  /** By the slugs of the projects. */
  answers = $state.raw<Readonly<Record<string, AnswerOfProject>>>({});
  isDone = $state(false);
  #leaving = new AbortController();

  constructor(query: string, slugs: readonly string[]) {
    void searchInTurn(slugs, (slug) => ask(slug, query), {
      onAnswer: (slug, answer) => (this.answers = { ...this.answers, [slug]: answer }),
      signal: this.#leaving.signal,
    }).then(() => (this.isDone = true));
  }

  stop(): void {
    this.#leaving.abort();
  }
}

async function ask(slug: string, query: string): Promise<AnswerOfProject> {
  const { data, error } = await client().query(SearchAcrossQuery, { slug, query }).toPromise();
  const found = data?.project?.search ?? null;
  if (found !== null) return { found };
  return { failure: error === undefined ? { code: 'EMPTY', message: '' } : failureOf(error) };
}
