import { GraphQLError } from 'graphql';
import type { Viewer } from '../graphql/context.ts';
import type { Site } from './site.ts';

/** Identifies the caller; null without valid credentials. A database that does not answer still throws. */
export async function viewerOf(
  { authenticate }: Pick<Site, 'authenticate'>,
  headers: Headers,
): Promise<Viewer | null> {
  try {
    return await authenticate(headers);
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
