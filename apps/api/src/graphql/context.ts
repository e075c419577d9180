import type { Database, Jobs, Sql, SyncHints, Tenant, TenantReads } from '@project-sync/db';
import type { PrismaClient } from '@project-sync/db/prisma';
import type { Source } from '@project-sync/sync';
import type { ApiScope } from '../auth/api-key.ts';
import type { Seal } from '../auth/token-cipher.ts';
import type { CountCommits } from '../sources/commit-counts.ts';
import type { Push } from '../http/push.ts';
import type { MayFollow } from './subscription-access.ts';
import type { RateLimitState } from '../schema/rate-limit.ts';

/** Who asks: a person by a session, or a program by a key. */
export interface Viewer {
  readonly userId: string;
  readonly scopes: readonly ApiScope[];
  /** The one project that a key is bound to. */
  readonly projectId: string | null;
  /** The key or session, to end its streams when it is revoked. */
  readonly credential: { readonly kind: 'key' | 'session'; readonly id: string };
}

/** What the whole process shares. */
export interface ApiServices {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly hints: SyncHints;
  readonly mayFollow: MayFollow;
  readonly seal: Seal;
  readonly openSource: (repository: { projectId: string; repositoryId: string }) => Promise<Source>;
  readonly countCommits: CountCommits;
  /** Checks an address as a person typed it; throws `SyncError`. */
  readonly identify: (input: { provider: 'GITHUB' | 'GIT'; url: string }) => { url: string; name: string };
  /** Opens a source that is not connected yet, to see whether it answers. */
  readonly probe: (input: {
    provider: 'GITHUB' | 'GIT';
    url: string;
    token: string | null;
  }) => Promise<Source>;
  readonly redact: (text: string) => string;
  readonly decode: (content: Uint8Array, encoding: string) => string;
  readonly embeddingModel: string;
  /** Null where that model is not at hand any more; search then goes by words. */
  readonly embedQuery: (text: string, model: string, signal: AbortSignal) => Promise<Float32Array | null>;
  readonly queryWords: (text: string) => string;
  readonly hashText: (text: string) => { hash: string; words: string; tokens: number; text: string };
  readonly exampleRepository: string | null;
}

/** What a resolver is given. */
export interface ApiContext extends ApiServices {
  readonly viewer: Viewer | null;
  readonly user: { readonly id: string } | null;
  /** In which only the viewer's projects exist. */
  readonly prisma: PrismaClient;
  /** What the same turn asks, read together; and one project by the room's own reads. */
  readonly reads: TenantReads;
  /** A transaction of the viewer's own, for the room's writes. */
  sql<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  readonly tenant: Tenant;
  /** Where people reach this server: what a link that is given to them begins with. */
  readonly publicUrl: string;
  readonly rateLimit: RateLimitState;
  /** Aborts when nobody waits for the answer any more; a subscription's also when its viewer may not see more. */
  readonly signal: AbortSignal;
  /** Takes a subscription's printed results past everything that would handle them one by one. */
  readonly push?: Push;
  /** The projects that a subscription speaks of, named by its resolver: it ends when the viewer leaves one of them. */
  readonly follows: Set<string>;
}
