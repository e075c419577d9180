import { client } from '../graphql/client.ts';
import { failureOf, type Failure } from '../graphql/failure.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import { NotesQuery } from './Notes.graphql.ts';

type Page = NonNullable<ResultOf<typeof NotesQuery>['project']>['notes'];

/** Asks for the next page of the notes. */
export function moreNotes(slug: string): (after: string) => Promise<Page | Failure> {
  return async (after) => {
    const { data, error } = await client().query(NotesQuery, { slug, after }).toPromise();
    if (error !== undefined) return failureOf(error);
    return data?.project?.notes ?? { code: 'EMPTY', message: '' };
  };
}
