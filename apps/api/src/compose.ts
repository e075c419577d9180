import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  applyMigrations,
  closeToOthers,
  DbError,
  embeddingStore,
  endLeases,
  openDatabase,
  openJobs,
  openSyncHints,
  purgeInBackground,
  REMOVE_QUEUE,
  syncClaims,
  type Database,
  type Jobs,
} from '@project-sync/db';
import { createSplitter, decodeAs, hasFacts, noteOf, redact } from '@project-sync/knowledge';
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
  type SyncWorker,
} from '@project-sync/sync';
import type { Logger } from 'pino';
import { checkAppSecrets, readAppSecrets } from './auth/app-secret.ts';
import type { GitHubSignInOptions } from './auth/github-sign-in.ts';
import { openPeople, type People } from './auth/people.ts';
import { resealTokens } from './auth/reseal-tokens.ts';
import { sealWith, type Seal } from './auth/token-cipher.ts';
import { checkout, type Configuration } from './configuration.ts';
import type { ApiServices } from './graphql/context.ts';
import { mayFollow } from './graphql/subscription-access.ts';
import { commitCounts } from './sources/commit-counts.ts';
import { openSources } from './sources/open-sources.ts';
import { logToSpan, traced } from './telemetry/traced.ts';
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
  /** Null in a process that only serves the API. */
  readonly worker: SyncWorker | null;
  people(publicUrl: string): Promise<People>;
  close(): Promise<void>;
}

/** Builds all dependencies; no other place does. Tests pass a database of their own, which stays open. */
export async function compose(
  configuration: Configuration,
  log: Logger,
  given?: Database,
): Promise<Application> {
  await mkdir(configuration.DATA_DIR, { recursive: true, mode: 0o700 });
  closeToOthers(configuration.DATA_DIR);
  const database = given ?? (await openConfigured(configuration));
  const closeDatabase = () => (given === undefined ? database.close() : Promise.resolve());
  try {
    if (given === undefined) {
      await migrate(database, configuration.DATA_DIR);
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
  const launcher = new Launcher();
  const sources = openSources({ configuration, database, seal, launch: launcher.launch });
  const jobs = await openJobs(database, [SYNC_QUEUE, EMBED_QUEUE, REMOVE_QUEUE], (error) =>
    log.error({ error }, 'The queue reported an error.'),
  );
  const hints = await openSyncHints(database);
  const embedder = openEmbedder(configuration);
  const writing = openWriter(configuration);
  const working =
    configuration.ROLE === 'api'
      ? null
      : await startWorking({
          configuration,
          database,
          jobs,
          log,
          embedder,
          writing,
          openSource: sources.openSource,
        });
  return {
    configuration,
    database,
    services: {
      database,
      jobs,
      hints,
      mayFollow: mayFollow(database),
      seal,
      ...sources,
      countCommits: commitCounts(sources.openSource),
      redact: (text) => redact(text).text,
      decode: decodeAs,
      embeddingModel: embedder.model,
      embedQuery: limitedQuestions(embedder, configuration),
      readNote: noteOf,
      modelWriting: writing && { model: writing.writer.model, limits: writing.limits },
      exampleRepository: exampleIn(configuration.LOCAL_REPOSITORIES),
    },
    log,
    worker: working?.worker ?? null,
    people: (publicUrl) =>
      Promise.resolve(openPeople({ database, secrets, publicUrl, github: githubOf(configuration) })),
    async close() {
      if (working === null) await jobs.stop();
      else await working.stop();
      await hints.close();
      await launcher.close();
      await closeDatabase();
    },
  };
}

/** Questions count against the limit of tokens only where they are sent to a server that may charge for them. */
function limitedQuestions(embedder: ReturnType<typeof openEmbedder>, configuration: Configuration) {
  const { EMBEDDING_PROVIDER: provider, EMBEDDING_MAX_TOKENS: maxTokens = null } = configuration;
  return limitQuestions(embedQuery(embedder, configuration), provider === 'openai' ? maxTokens : null);
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
  readonly embedder: ReturnType<typeof openEmbedder>;
  readonly writing: ReturnType<typeof openWriter>;
  readonly openSource: ReturnType<typeof openSources>['openSource'];
}

/** Starts the worker of syncs and the background jobs. */
async function startWorking({
  configuration,
  database,
  jobs,
  log,
  embedder,
  writing,
  openSource,
}: WorkerParts) {
  const splitter = createSplitter();
  const reader = contentReader(splitter);
  const store = embeddingStore(database);
  const stopping = new AbortController();
  const maxTokens = configuration.EMBEDDING_MAX_TOKENS ?? null;
  const worker = createSyncWorker({
    claims: syncClaims(database, reader.version),
    jobs,
    log: logToSpan(log),
    around: ({ id, projectId }, run) => traced('sync', { sync: id, project: projectId }, run),
    openSource,
    reader,
    enrichments: [
      analyzePhase({ readFacts: (input) => splitter.facts(input), hasFacts }),
      documentPhase(writing),
      consolidatePhase(),
      axiomPhase(),
      embedPhase(store, embedder, maxTokens),
    ],
    limits: { maxTextBytes: 2 << 20, maxBinaryBytes: 1 << 19 },
    concurrency: configuration.SYNC_CONCURRENCY ?? (database.kind === 'embedded' ? 2 : 4),
  });
  await worker.start();
  const { signal } = stopping;
  await embedInBackground({ jobs, store, embedder, maxTokens, signal, log });
  await purgeInBackground({ database, jobs, signal });
  return {
    worker,
    async stop() {
      stopping.abort();
      await worker.stop();
      await splitter.close();
    },
  };
}

function openConfigured({ DATABASE_URL: url, DATA_DIR: dataDir }: Configuration): Promise<Database> {
  return openDatabase(
    url === undefined ? { kind: 'embedded', dataDir } : { kind: 'postgres', url, connections: 10 },
  );
}

/** Returns the OAuth application for GitHub; null where none is configured. */
function githubOf({
  GITHUB_CLIENT_ID: clientId,
  GITHUB_CLIENT_SECRET: clientSecret,
  GITHUB_API_URL: apiUrl,
}: Configuration): GitHubSignInOptions | null {
  return clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret, apiUrl };
}

/** Migrates an embedded database. A server's database is migrated by its operator, so it is only checked. */
async function migrate(database: Database, dataDir: string): Promise<void> {
  const isEmbedded = database.kind === 'embedded';
  const result = await applyMigrations(
    database,
    isEmbedded ? { backups: join(dataDir, 'backups') } : { dryRun: true },
  );
  switch (result.outcome) {
    case 'done':
    case 'nothing-to-do':
      return;
    case 'failed':
      throw new DbError('MIGRATIONS_PENDING', `The database could not be migrated: ${result.message}`);
    case 'would-do':
      throw new DbError(
        'MIGRATIONS_PENDING',
        `The database lacks ${result.migrations.join(', ')}. Run scripts/db-migrate-safe.`,
      );
    case 'refused': {
      const newer = result.refusals.filter(({ rule }) => rule === 'newer-database');
      if (newer.length === result.refusals.length)
        throw new DbError(
          'MIGRATIONS_NEWER',
          `The database belongs to a newer version: it has ${newer.map(({ migration }) => migration).join(', ')}. Run the version that has these migrations.`,
        );
      const reasons = result.refusals.map(({ migration, why }) => `${migration}: ${why}`);
      throw new DbError(
        'MIGRATIONS_REFUSED',
        `The database cannot be migrated. ${reasons.join('; ')}. Run scripts/db-migrate-safe for details.`,
      );
    }
  }
}

/** Returns this checkout if it may be connected and has a history to sync, unlike an unpacked archive. */
function exampleIn(roots: readonly string[]): string | null {
  const isAllowed = roots.some((root) => checkout.startsWith(root)) && existsSync(join(checkout, '.git'));
  return isAllowed ? checkout.replace(/\/$/, '') : null;
}
