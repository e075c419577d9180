import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  closeToOthers,
  embeddingStore,
  endLeases,
  mailOutbox,
  openDatabase,
  openJobs,
  openSyncHints,
  purgeInBackground,
  REMOVE_QUEUE,
  syncClaims,
  webhookOutbox,
  WordCounts,
  WORKER_NAME,
  type Database,
  type Jobs,
  type SyncHints,
} from '@project-sync/db';
import type { StartedEmbedded } from '@project-sync/db/start';
import {
  createDrawer,
  createSplitter,
  decodeAs,
  hasFacts,
  noteOf,
  redact,
  type Drawer,
} from '@project-sync/knowledge';
import {
  analyzePhase,
  consolidatePhase,
  axiomPhase,
  createSyncWorker,
  documentPhase,
  EMBED_QUEUE,
  embedInBackground,
  embedPhase,
  Launcher,
  SYNC_QUEUE,
  systemResolve,
  type SyncWorker,
} from '@project-sync/sync';
import type { Logger } from 'pino';
import { checkAppSecrets, readAppSecrets } from './auth/app-secret.ts';
import { githubOf, openidOf } from './auth/configured-providers.ts';
import { openPeople, type People } from './auth/people.ts';
import { resealTokens } from './auth/reseal-tokens.ts';
import { sealWith, type Seal } from './auth/token-cipher.ts';
import { checkout, type Configuration } from './configuration.ts';
import { contentLimits } from './content-limits.ts';
import { ensureSchema } from './ensure-schema.ts';
import type { ApiServices } from './graphql/context.ts';
import { mayFollow } from './graphql/subscription-access.ts';
import { publicUrlOf } from './http/public-url.ts';
import { commitCounts } from './sources/commit-counts.ts';
import { apiUrlOf, openGitHubApps, type GitHubApps } from './sources/github-apps.ts';
import { listLocalRepositories } from './sources/list-local-repositories.ts';
import { openSources } from './sources/open-sources.ts';
import { sendMails } from './mail/send-mails.ts';
import { openMetrics, type Metrics } from './telemetry/metrics/open-metrics.ts';
import { observeSyncs } from './telemetry/observe-syncs.ts';
import { logToSpan } from './telemetry/traced.ts';
import { watchSql } from './telemetry/watch-sql.ts';
import { parseWebhookAddress } from './webhooks/webhook-address.ts';
import { sendWebhooks } from './webhooks/send-webhooks.ts';
import { contentReader } from './worker/content-reader.ts';
import { embedQuery, openEmbedder } from './worker/open-embedder.ts';
import { openWriter } from './worker/open-writer.ts';
import { limitQuestions } from './worker/question-budget.ts';

/** All parts of a process. */
export interface Application {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly services: ApiServices;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Null in a process that only serves the API. */
  readonly worker: SyncWorker | null;
  /** Draws the diagrams of the pages. */
  readonly drawer: Drawer;
  people(publicUrl: string): Promise<People>;
  close(): Promise<void>;
}

/**
 * Builds all dependencies; no other place does. Tests pass a database of their own, which stays open; a server passes the one
 * whose thread it has started, so that it opened while this was loaded.
 */
export async function compose(
  configuration: Configuration,
  log: Logger,
  given?: Database | StartedEmbedded | null,
): Promise<Application> {
  await mkdir(configuration.DATA_DIR, { recursive: true, mode: 0o700 });
  closeToOthers(configuration.DATA_DIR);
  const opened = given == null || given.kind === 'started' ? null : given;
  const started = given?.kind === 'started' ? given : null;
  const database = opened ?? (await openConfigured(configuration, started));
  const closeDatabase = () => (opened === null ? database.close() : Promise.resolve());
  try {
    if (opened === null) {
      // Its engine is compiled beside the database's first statements, and not in the first request.
      database.prisma.$connect().catch((error: unknown) => log.warn({ error }, 'Prisma did not connect.'));
      await ensureSchema(database, { dataDir: configuration.DATA_DIR, log });
      if (database.kind === 'embedded') await endLeases(database);
    }
    return await composeOver(database, { configuration, log, closeDatabase });
  } catch (error) {
    await closeDatabase();
    throw error;
  }
}

interface Surroundings {
  readonly configuration: Configuration;
  readonly log: Logger;
  readonly closeDatabase: () => Promise<void>;
}

async function composeOver(
  database: Database,
  { configuration, log, closeDatabase }: Surroundings,
): Promise<Application> {
  const secrets = await readAppSecrets(configuration);
  await checkAppSecrets(database, secrets, configuration.APP_SECRET_LOST === 'yes');
  const seal = sealWith(secrets);
  if (secrets.length > 1) await renewTokens({ database, seal, log });
  const metrics = openMetrics(database, configuration.ROLE);
  database.watchStatements(watchSql(metrics.database));
  const launcher = new Launcher();
  const reading = await openReading({ configuration, database, log, seal, metrics, launcher });
  const { sources } = reading;
  const jobs = await openJobs(database, [SYNC_QUEUE, EMBED_QUEUE, REMOVE_QUEUE], (error) =>
    log.error({ error }, 'The queue reported an error.'),
  );
  const hints = await openSyncHints(database);
  const embedder = openEmbedder(configuration, { metrics: metrics.embedder });
  const writing = openWriter(configuration);
  const drawer = createDrawer();
  const wordCounts = new WordCounts();
  const shared = { configuration, database, jobs, log, metrics, seal, embedder, writing, wordCounts };
  const parts = { ...sources, ...shared };
  const working = configuration.ROLE === 'api' ? null : await startWorking(parts);
  return {
    configuration,
    database,
    services: servicesOf({ ...parts, ...reading, hints, seal }),
    log,
    metrics,
    worker: working?.worker ?? null,
    drawer,
    people: (publicUrl) =>
      Promise.resolve(
        openPeople({
          database,
          secrets,
          publicUrl,
          github: githubOf(configuration),
          openid: openidOf(configuration),
        }),
      ),
    async close() {
      if (working === null) await jobs.stop();
      else await working.stop();
      await drawer.close();
      await hints.close();
      await launcher.close();
      await closeDatabase();
    },
  };
}

interface ReadingParts extends Pick<WorkerParts, 'configuration' | 'database' | 'log' | 'seal' | 'metrics'> {
  readonly launcher: Launcher;
}

/** Opens what repositories are read through: the App of the server at GitHub, and the sources. */
async function openReading({ launcher, metrics, log, ...parts }: ReadingParts) {
  const { configuration, database, seal } = parts;
  const githubApps = openGitHubApps({ database, seal, log }, apiUrlOf(configuration.GITHUB_API_URL));
  await githubApps.current();
  const sources = openSources({ ...parts, launch: launcher.launch, metrics: metrics.sources, githubApps });
  return { githubApps, sources };
}

/** The tokens that questions may send in an hour; null for the built-in embedder, which costs nothing. */
function questionTokens({ EMBEDDING_PROVIDER, EMBEDDING_MAX_TOKENS }: Configuration): number | null {
  return EMBEDDING_PROVIDER === 'openai' ? (EMBEDDING_MAX_TOKENS ?? null) : null;
}

interface ServiceParts extends Omit<WorkerParts, 'openSource'> {
  readonly hints: SyncHints;
  readonly sources: ReturnType<typeof openSources>;
  readonly githubApps: GitHubApps;
}

function servicesOf(parts: ServiceParts): ApiServices {
  const { configuration, database, jobs, log, metrics, embedder, writing, hints, seal, sources } = parts;
  const { githubApps } = parts;
  return {
    database,
    jobs,
    hints,
    mayFollow: mayFollow(database),
    seal,
    ...sources,
    countCommits: commitCounts(sources.openSource),
    webhookAddress: (text) => parseWebhookAddress(text, configuration.WEBHOOK_ALLOWED_HOSTS).href,
    redact: (text) => redact(text).text,
    decode: decodeAs,
    searches: metrics.searches,
    reportError: (fields, message) => log.error(fields, message),
    embeddingModel: embedder.model,
    wordCounts: parts.wordCounts,
    embedQuery: limitQuestions(embedQuery(embedder, configuration), questionTokens(configuration)),
    readNote: noteOf,
    modelWriting: writing && { model: writing.writer.model, limits: writing.limits },
    prices: { embedding: configuration.EMBEDDING_PRICE ?? null, model: configuration.LLM_PRICE ?? null },
    sendsMail: configuration.SMTP_URL !== undefined,
    exampleRepository: exampleIn(configuration.LOCAL_REPOSITORIES),
    listLocalRepositories: () => listLocalRepositories(configuration.LOCAL_REPOSITORIES),
    pollMinutes: configuration.SYNC_POLL_MINUTES,
    githubApps,
    get takesPushes() {
      return configuration.GITHUB_WEBHOOK_SECRET !== undefined || githubApps.isThere;
    },
  };
}

async function renewTokens({
  database,
  seal,
  log,
}: {
  readonly database: Database;
  readonly seal: Seal;
  readonly log: Logger;
}): Promise<void> {
  const unreadable = await resealTokens(database, seal);
  if (unreadable > 0)
    log.error({ unreadable }, 'Some stored tokens cannot be read with any of the secrets in APP_SECRET.');
}

interface WorkerParts {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly log: Logger;
  readonly seal: Seal;
  readonly metrics: Metrics;
  readonly embedder: ReturnType<typeof openEmbedder>;
  readonly wordCounts: WordCounts;
  readonly writing: ReturnType<typeof openWriter>;
  readonly openSource: ReturnType<typeof openSources>['openSource'];
}

/** Starts the worker of syncs, the background jobs and the senders of webhooks and mails. */
async function startWorking(parts: WorkerParts) {
  const { configuration, database, jobs, log, metrics, embedder, writing, openSource } = parts;
  const splitter = createSplitter();
  const reader = contentReader(splitter);
  const store = embeddingStore(database);
  const stopping = new AbortController();
  const maxTokens = configuration.EMBEDDING_MAX_TOKENS ?? null;
  const worker = createSyncWorker({
    claims: syncClaims(database, reader.version),
    jobs,
    log: logToSpan(log),
    observer: observeSyncs(log, metrics.syncs),
    openSource,
    reader,
    enrichments: [
      analyzePhase({ readFacts: (input) => splitter.facts(input), hasFacts }),
      documentPhase(writing),
      consolidatePhase(),
      axiomPhase(),
      embedPhase(store, embedder, maxTokens),
    ],
    limits: contentLimits,
    concurrency: configuration.SYNC_CONCURRENCY ?? (database.kind === 'embedded' ? 2 : 4),
  });
  await worker.start();
  const { signal } = stopping;
  await embedInBackground({ jobs, store, embedder, maxTokens, signal, log });
  await purgeInBackground({ database, jobs, signal, counts: parts.wordCounts });
  const webhooks = await startWebhooks(parts);
  const mails = await startMails(parts);
  return {
    worker,
    async stop() {
      stopping.abort();
      await Promise.all([webhooks.stop(), mails?.stop()]);
      await worker.stop();
      await splitter.close();
    },
  };
}

/** A delivery is given up after eight hours, and a webhook turned off after twelve without one success. */
const retryRules = { waitSeconds: [30, 120, 600, 1800, 3600], mostAttempts: 12, mostFailures: 15 };
const RECEIVER_MS = 10_000;

function startWebhooks({ configuration, database, seal, log }: WorkerParts) {
  return sendWebhooks({
    outbox: webhookOutbox(database, retryRules),
    seal,
    publicUrl: publicUrlOf(configuration),
    allowedHosts: configuration.WEBHOOK_ALLOWED_HOSTS,
    resolve: systemResolve,
    redact: (text) => redact(text).text,
    timeoutMs: RECEIVER_MS,
    log,
  });
}

/** A mail is tried for some four hours. */
const mailRules = { waitSeconds: [30, 120, 600, 1800, 3600], mostAttempts: 8 };

async function startMails({ configuration, database, log }: WorkerParts) {
  const { SMTP_URL: address, MAIL_FROM: from } = configuration;
  if (address === undefined || from === undefined) return null;
  const { openMailer } = await import('./mail/open-mailer.ts');
  return sendMails({
    outbox: mailOutbox(database, mailRules),
    mailer: openMailer(address, from),
    publicUrl: publicUrlOf(configuration),
    redact: (text) => redact(text).text,
    log,
  });
}

function openConfigured(configuration: Configuration, started: StartedEmbedded | null): Promise<Database> {
  const { DATABASE_URL: url, DATABASE_LISTEN_URL: listenUrl, DATA_DIR: dataDir, ROLE } = configuration;
  if (url === undefined) return openDatabase({ kind: 'embedded', dataDir, started });
  const name = ROLE === 'api' ? 'project-sync api' : WORKER_NAME;
  return openDatabase({ kind: 'postgres', url, listenUrl, name, connections: 10 });
}

/** Returns this checkout if it may be connected and has a history to sync, unlike an unpacked archive. */
function exampleIn(roots: readonly string[]): string | null {
  const isAllowed = roots.some((root) => checkout.startsWith(root)) && existsSync(join(checkout, '.git'));
  return isAllowed ? checkout.replace(/\/$/, '') : null;
}
