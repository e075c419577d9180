import type { TokenPrice } from '../configuration-values.ts';
import type {
  AuditOrigin,
  Database,
  Jobs,
  NewNote,
  Sql,
  SyncHints,
  Tenant,
  TenantReads,
  WordCounts,
} from '@project-sync/db';
import type { PrismaClient } from '@project-sync/db/prisma';
import type { Source, SourceProvider, WritingLimits } from '@project-sync/sync';
import type { ApiScope } from '../auth/api-key.ts';
import type { Seal } from '../auth/token-cipher.ts';
import type { SearchMetrics } from '../telemetry/metrics/search-metrics.ts';
import type { CountCommits } from '../sources/commit-counts.ts';
import type { GitHubApps } from '../sources/github-apps.ts';
import type { MayFollow } from './subscription-access.ts';

/** The caller: a user with a session, or a program with an API key. */
export interface Viewer {
  readonly userId: string;
  readonly scopes: readonly ApiScope[];
  /** The one project a key is bound to; null for a session and for an unbound key. */
  readonly projectId: string | null;
  /** Identifies the key or session, whose streams end when it is revoked. */
  readonly credential: { readonly kind: 'key' | 'session'; readonly id: string };
}

/** The services that all requests of the process share. */
export interface ApiServices {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly hints: SyncHints;
  readonly mayFollow: MayFollow;
  readonly seal: Seal;
  readonly openSource: (repository: { projectId: string; repositoryId: string }) => Promise<Source>;
  readonly countCommits: CountCommits;
  /** Parses the address of a repository as a user typed it; throws `SyncError`. */
  readonly identify: (input: { provider: SourceProvider; url: string }) => { url: string; name: string };
  /** Opens a source that is not connected yet, to check that it answers. */
  readonly probe: (input: {
    provider: SourceProvider;
    url: string;
    token: string | null;
    /** Whether the operator's token and folders may be used. */
    operatorAccess: boolean;
  }) => Promise<Source>;
  /** Whether an address is read with what is the operator's own: a local folder, or with the operator's token. */
  readonly needsOperator: (input: {
    provider: SourceProvider;
    url: string;
    token: string | null;
  }) => 'folder' | 'token' | null;
  /** Parses the address of a webhook as a user typed it; throws `SyncError`. */
  readonly webhookAddress: (text: string) => string;
  readonly redact: (text: string) => string;
  readonly decode: (content: Uint8Array, encoding: string) => string;
  readonly searches: Pick<SearchMetrics, 'measure' | 'degraded'>;
  /** Writes to the log what a request survives. */
  readonly reportError: (fields: object, message: string) => void;
  readonly embeddingModel: string;
  /** The counts of words that searches of this process share. */
  readonly wordCounts: WordCounts;
  /** Null when that model is no longer available: search then uses words alone. */
  readonly embedQuery: (text: string, model: string, signal: AbortSignal) => Promise<Float32Array | null>;
  /** Redacts a note and makes its passage. */
  readonly readNote: (note: {
    readonly title: string;
    readonly content: string;
  }) => Pick<NewNote, 'title' | 'passage'>;
  /** The language model and the limits of its cost; null where none is configured. */
  readonly modelWriting: { readonly model: string; readonly limits: WritingLimits } | null;
  /** The prices of a million tokens; null where none is configured. */
  readonly prices: { readonly embedding: TokenPrice | null; readonly model: TokenPrice | null };
  /** Whether members can be sent mails about syncs. */
  readonly sendsMail: boolean;
  readonly exampleRepository: string | null;
  /** The Git repositories in the folders that may be connected by path. */
  readonly listLocalRepositories: () => Promise<string[]>;
  /** How often branches are looked at, in minutes; 0 for never. */
  readonly pollMinutes: number;
  /** Whether pushes are taken at `/webhooks/github`. */
  readonly takesPushes: boolean;
  /** The GitHub App of the server. */
  readonly githubApps: GitHubApps;
}

/** A printed result of a subscription; returns a promise only when the client does not keep up. */
export type Push = (text: string) => Promise<void> | undefined;

/** The caller's remaining budget, and the cost of the request itself. */
export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
  readonly costLimit: number;
  /** Set when the document has been analysed. */
  cost: number;
  /** Takes a cost from the budget. False once the caller owes a full budget. */
  readonly charge: (cost: number) => boolean;
}

/** The size of one answer, which has a limit. */
export interface AnswerMeter {
  /** Counts characters of a value; throws ANSWER_TOO_LARGE beyond the limit. */
  add(characters: number): void;
  readonly characters: number;
}

/** The context of every resolver. */
export interface ApiContext extends ApiServices {
  readonly viewer: Viewer | null;
  readonly user: { readonly id: string } | null;
  /** A client in which only the viewer's projects exist. */
  readonly prisma: PrismaClient;
  /** Reads of the database as the viewer; reads of one tick share a transaction. */
  readonly reads: TenantReads;
  /** Runs work in a transaction of the viewer, for writes. */
  sql<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  readonly tenant: Tenant;
  /** The caller as the audit log names them. */
  readonly origin: AuditOrigin;
  /** The address at which users reach this server: the start of every link. */
  readonly publicUrl: string;
  readonly rateLimit: RateLimitState;
  readonly answer: AnswerMeter;
  /** Aborts when the client is gone, and for a subscription also when its viewer loses access. */
  readonly signal: AbortSignal;
  /** Sends a subscription's printed results past the plugins that handle results one by one. */
  readonly push?: Push;
  /** The projects a subscription reports on, added by its resolver: it ends when the viewer leaves one of them. */
  readonly follows: Set<string>;
}
