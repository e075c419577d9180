import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  applyMigrations,
  DbError,
  embeddingStore,
  openDatabase,
  openJobs,
  openSyncHints,
  purgeInBackground,
  REMOVE_QUEUE,
  syncClaims,
  type Database,
} from '@project-sync/db';
import { createSplitter, decodeAs, passageOf, redact, searchWords } from '@project-sync/knowledge';
import {
  createSyncWorker,
  EMBED_QUEUE,
  embedInBackground,
  embedPhase,
  Launcher,
  SYNC_QUEUE,
  type SyncWorker,
} from '@project-sync/sync';
import type { Logger } from 'pino';
import type { GitHubSignInOptions } from './auth/github-sign-in.ts';
import { openPeople, type People } from './auth/people.ts';
import { sealWith } from './auth/token-cipher.ts';
import { commitCounts } from './sources/commit-counts.ts';
import { checkout, type Configuration } from './configuration.ts';
import { contentReader } from './worker/content-reader.ts';
import { embedQuery, openEmbedder } from './worker/open-embedder.ts';
import type { ApiServices } from './graphql/context.ts';
import { mayFollow } from './graphql/subscription-access.ts';
import { secretOf } from './auth/app-secret.ts';
import { openSources } from './sources/open-sources.ts';
import { tellSpan, traced } from './telemetry/traced.ts';

/** Everything that a process is made of, put together once. */
export interface Application {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly services: ApiServices;
  readonly log: Logger;
  /** Null in a process that only works. */
  readonly worker: SyncWorker | null;
  people(publicUrl: string): Promise<People>;
  close(): Promise<void>;
}

/** The one place where dependencies are built. `memory` keeps the database out of the data folder, for tests. */
export async function compose(
  configuration: Configuration,
  log: Logger,
  given?: Database,
): Promise<Application> {
  const { DATABASE_URL: url, DATA_DIR: dataDir } = configuration;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const database =
    given ??
    (await openDatabase(
      url === undefined ? { kind: 'embedded', dataDir } : { kind: 'postgres', url, connections: 10 },
    ));
  try {
    if (given === undefined) await migrate(database, dataDir);
    const secret = await secretOf(configuration);
    const seal = sealWith(secret);
    const launcher = new Launcher();
    const sources = openSources({ configuration, database, seal, launch: launcher.launch });
    const jobs = await openJobs(database, [SYNC_QUEUE, EMBED_QUEUE, REMOVE_QUEUE], (error) =>
      log.error({ error }, 'The queue reported an error.'),
    );
    const hints = await openSyncHints(database);
    const splitter = createSplitter();
    const reader = contentReader(splitter);
    const embedder = openEmbedder(configuration);
    const vectors = embeddingStore(database);
    const stopping = new AbortController();
    const worker =
      configuration.ROLE === 'api'
        ? null
        : createSyncWorker({
            claims: syncClaims(database, reader.version),
            jobs,
            log: tellSpan(log),
            around: ({ id, projectId }, run) => traced('sync', { sync: id, project: projectId }, run),
            openSource: sources.openSource,
            reader,
            enrichments: [embedPhase(vectors, embedder, configuration.EMBEDDING_MAX_TOKENS ?? null)],
            limits: { maxTextBytes: 2 << 20, maxBinaryBytes: 1 << 19 },
            concurrency: configuration.SYNC_CONCURRENCY ?? (database.kind === 'embedded' ? 2 : 4),
          });
    await worker?.start();
    if (worker !== null) {
      const { signal } = stopping;
      await embedInBackground({ jobs, store: vectors, embedder, signal, log });
      await purgeInBackground({ database, jobs, signal });
    }
    const services: ApiServices = {
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
      embedQuery: embedQuery(embedder),
      queryWords: searchWords,
      hashText: passageOf,
      exampleRepository: exampleIn(configuration.LOCAL_REPOSITORIES),
    };
    return {
      configuration,
      database,
      services,
      log,
      worker,
      people: (publicUrl) =>
        Promise.resolve(openPeople({ database, secret, publicUrl, github: githubOf(configuration) })),
      async close() {
        stopping.abort();
        if (worker === null) await jobs.stop();
        else await worker.stop();
        await hints.close();
        await splitter.close();
        await launcher.close();
        if (given === undefined) await database.close();
      },
    };
  } catch (error) {
    if (given === undefined) await database.close();
    throw error;
  }
}

/** How people sign in with GitHub; null where no application of it is configured. */
function githubOf({
  GITHUB_CLIENT_ID: clientId,
  GITHUB_CLIENT_SECRET: clientSecret,
  GITHUB_API_URL: apiUrl,
}: Configuration): GitHubSignInOptions | null {
  return clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret, apiUrl };
}

/** Embedded, the start migrates by itself. A server's database is migrated by its operator, who is told so. */
async function migrate(database: Database, dataDir: string): Promise<void> {
  const embedded = database.kind === 'embedded';
  const result = await applyMigrations(
    database,
    embedded ? { backups: join(dataDir, 'backups') } : { dryRun: true },
  );
  if (result.outcome === 'failed')
    throw new DbError('MIGRATIONS_PENDING', `The database could not be migrated: ${result.message}`);
  if (result.outcome === 'refused')
    throw new DbError(
      'MIGRATIONS_REFUSED',
      'A migration was refused, because it would lose what is kept. Run scripts/db-migrate-safe to see why.',
    );
  if (result.outcome === 'would-do')
    throw new DbError(
      'MIGRATIONS_PENDING',
      `The database lacks ${result.migrations.join(', ')}. Run scripts/db-migrate-safe.`,
    );
}

/** This checkout, where it may be connected and is one: what was unpacked from an archive has no history to sync. */
function exampleIn(roots: readonly string[]): string | null {
  const allowed = roots.some((root) => checkout.startsWith(root)) && existsSync(join(checkout, '.git'));
  return allowed ? checkout.replace(/\/$/, '') : null;
}
