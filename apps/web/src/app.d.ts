import type { ResultOf } from '#lib/graphql/graphql.ts';
import type { FoundBranch } from '#lib/place/find-kept-branch.ts';
import type { Shell } from '#lib/shell/Shell.graphql.ts';
import type { SyncRow } from '#lib/sync/SyncRow.graphql.ts';

declare global {
  namespace App {
    interface Error {
      message: string;
      code?: string;
      traceId?: string;
      /** The project and the address that an invitation is for. */
      project?: string;
      email?: string;
    }
    interface Locals {
      theme: 'light' | 'dark' | 'auto';
      /** Cookies that the API set while a page was rendered: they belong on the page's own response. */
      apiCookies: string[];
      /** The origin that a form of this page may lead to, besides our own. */
      formsLeadTo?: string;
    }
    interface PageData {
      /** The project that the page belongs to. */
      shell?: ResultOf<typeof Shell>;
      /** The branch of the page's place, and the sync of the past that it shows. */
      kept?: FoundBranch | null;
      past?: ResultOf<typeof SyncRow> | null;
      theme?: 'light' | 'dark' | 'auto';
      operation?: { text: string; variables: Record<string, unknown> };
    }
  }
}

export {};
