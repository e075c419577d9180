import type { ResultOf } from '#lib/graphql/graphql.ts';
import type { Shell } from '#lib/sync/fragments.ts';

declare global {
  namespace App {
    interface Error {
      message: string;
      code?: string;
      traceId?: string;
    }
    interface Locals {
      theme: 'light' | 'dark' | 'auto';
    }
    interface PageData {
      /** The project that the frame of a page is about. */
      shell?: ResultOf<typeof Shell>;
      theme?: 'light' | 'dark' | 'auto';
      operation?: { text: string; variables: Record<string, unknown> };
    }
  }
  /** Set by the server that this app runs inside: GraphQL without a trip over the network. */
  var __projectSyncGraphql: ((request: Request) => Promise<Response>) | undefined;
}

export {};
