import { claimLooks, settleLook, type Database, type Jobs, type RepositoryLook } from '@project-sync/db';
import type { Source, TaggedHeads } from '@project-sync/sync';
import type { Application } from '../compose.ts';
import { BoundedMap } from '../sources/bounded-map.ts';
import { traceParent } from '../telemetry/trace-parent.ts';
import { traced } from '../telemetry/traced.ts';

/** The parts that looks at branches need. */
export interface PollerParts {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'sendAll'>;
  readonly openSource: (repository: { projectId: string; repositoryId: string }) => Promise<Source>;
  /** How often each branch is looked at, in seconds. */
  readonly seconds: number;
  readonly log: { error(fields: object, message: string): void };
  readonly signal: AbortSignal;
}

/** Repositories whose last answers are remembered, so that asking again is free where GitHub's have not changed. */
const REMEMBERED = 10_000;
const BATCH = 20;
/** Repositories that are asked at a time. */
const AT_ONCE = 4;
const SOURCE_MS = 60_000;

/**
 * Returns a function that looks at all branches whose turn it is, and returns the number of syncs it started. All branches
 * of a repository are one question to its source, and one that has not moved gets no sync.
 */
export function openPoller(parts: PollerParts): () => Promise<number> {
  const { database, seconds, log, signal } = parts;
  const seen = new BoundedMap<string, ReadonlyMap<string, TaggedHeads>>(REMEMBERED);

  async function look(repository: RepositoryLook): Promise<number> {
    const { projectId, repositoryId } = repository;
    const key = `${projectId} ${repositoryId}`;
    const source = await parts.openSource(repository);
    try {
      const names = repository.branches.map(({ name }) => name);
      const call = { signal: AbortSignal.any([signal, AbortSignal.timeout(SOURCE_MS)]) };
      const answer = await source.heads(names, seen.get(key) ?? new Map(), call);
      seen.set(key, answer.seen);
      const settled = { ...repository, heads: answer.heads, traceParent: traceParent() };
      return await settleLook(database, parts.jobs, settled);
    } finally {
      await source.close();
    }
  }

  /** A source that is away, or a repository removed meanwhile, does not keep the others from their turn. */
  async function tryLook(repository: RepositoryLook): Promise<number> {
    try {
      return await look(repository);
    } catch (error) {
      const { projectId: project, repositoryId } = repository;
      if (!signal.aborted)
        log.error({ error, project, repository: repositoryId }, 'A repository could not be looked at.');
      return 0;
    }
  }

  return async () => {
    let started = 0;
    while (!signal.aborted) {
      const turns = await claimLooks(database, { seconds, limit: BATCH });
      if (turns.length === 0) break;
      const next = turns[Symbol.iterator]();
      const lane = async (): Promise<void> => {
        for (const repository of next) {
          // `started += await …` would read the sum before it waits, and lose what other lanes add meanwhile.
          const some = await tryLook(repository);
          started += some;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    }
    return started;
  };
}

/**
 * Looks at stored branches at an interval, each repository at a time of its own, so that many do not ask at once. Returns
 * a function that stops it.
 */
export function startPolling({ configuration, database, services, log }: Application): () => void {
  if (configuration.ROLE === 'api') return () => undefined;
  const stopping = new AbortController();
  const seconds = configuration.SYNC_POLL_MINUTES * 60;
  const poll = openPoller({ ...services, database, seconds, log, signal: stopping.signal });
  // Often enough that the turns keep their distance, whatever the interval. Where the server has none, a repository may.
  const everyMs = (seconds === 0 ? 60 : Math.min(60, seconds / 10)) * 1000;
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    timer = setTimeout(() => {
      const run = traced('poll', {}, poll).catch((error: unknown) =>
        log.error({ error }, 'Branches could not be polled.'),
      );
      void run.then(() => (stopping.signal.aborted ? undefined : next()));
    }, everyMs);
  };
  next();
  return () => {
    stopping.abort();
    clearTimeout(timer);
  };
}
