import { client } from './client.ts';
import type { Failure } from './failure.ts';
import { graphql } from './graphql.ts';

const Viewer = graphql(`
  query Viewer {
    viewer {
      id
    }
  }
`);

/**
 * Tells a session that has ended from a role that is too small: the server refuses both with the same code, and only
 * one of them is mended by signing in.
 */
export async function refusedToWhom(
  failure: Failure,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<Failure> {
  if (failure.code !== 'FORBIDDEN') return failure;
  const { data } = await client().query(Viewer, {}, { fetch, requestPolicy: 'network-only' }).toPromise();
  return data?.viewer === null ? { ...failure, code: 'UNAUTHENTICATED' } : failure;
}
