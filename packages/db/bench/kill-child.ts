import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { embedPhase, gitSource, Launcher, type PassageEmbedder, type Source } from '@project-sync/sync';
import { openJobs } from '../src/jobs/open-jobs.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { embeddingStore } from '../src/engine/embedding-store.ts';
import { startSync } from '../src/syncs/start-sync.ts';
import { syncEvents } from '../src/live/sync-events.ts';
import { openSyncHints } from '../src/live/sync-hints.ts';
import { createSyncWorker } from '../src/syncs/sync-worker.ts';
import { benchReader } from './sync-bench.ts';

/** What the parent asks for, and what it is told. */
export type KillQuestion = { readonly start: string };
export type KillAnswer =
  | { readonly ready: true }
  | { readonly phase: string }
  | { readonly ended: string; readonly message: string }
  | { readonly fetchedAgain: number };

// One process with a worker that syncs what its parent names and tells how far it is: what the benchmarks kill and stop.
const [where = '', projectId = '', repositoryId = '', path = '', mirrors = '', patience = ''] =
  process.argv.slice(2);
const embedded = !where.startsWith('postgres');
const database = await openDatabase(
  embedded ? { kind: 'embedded', dataDir: where } : { kind: 'postgres', url: where, connections: 5 },
);
const tell = (answer: KillAnswer) => process.send?.(answer);
// The process before is dead, and its lease is not: in a server this is what the wait for the lease is for.
if (patience !== 'patient')
  await database.system.execute(`UPDATE project_sync SET lease_until = now() WHERE status = 'RUNNING'`);
const jobs = await openJobs(database, ['sync', 'embed'], (error) => console.error(error));
const hints = await openSyncHints(database);

const embedder: PassageEmbedder = {
  model: 'bench',
  async *embed(texts) {
    for (let at = 0; at < texts.length; at += 16) {
      const vectors = texts.slice(at, at + 16).map((text, index) => {
        const bytes = createHash('sha512').update(text).digest();
        const vector = Float32Array.from({ length: 1536 }, (_, place) => (bytes[place % 64] ?? 0) - 127.5);
        return { index: at + index, vector };
      });
      await new Promise((resolve) => setTimeout(resolve, 2));
      yield vectors;
    }
  },
};

const launcher = new Launcher();

/** A source that tells when it is asked for what is held already. */
async function openSource(): Promise<Source> {
  const inner = await gitSource({
    url: path,
    mirror: join(mirrors, `${process.pid}.git`),
    launch: launcher.launch,
    allowedHosts: null,
    localRoots: [dirname(path)],
  });
  const watched = Object.create(inner) as Source;
  watched.blobs = async function* (request, call) {
    const [row] = await database.system.query<{ count: bigint }>(
      'SELECT count(*) FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])',
      [projectId, request.wanted.map(({ oid }) => oid)],
    );
    if ((row?.count ?? 0n) > 0n) tell({ fetchedAgain: Number(row?.count) });
    yield* inner.blobs(request, call);
  };
  return watched;
}

const worker = createSyncWorker({
  database,
  jobs,
  reader: {
    ...benchReader,
    split: ({ text }) => {
      const hex = createHash('sha256').update(text).digest('hex');
      const hash = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
      const whole = { title: hash, symbol: null, parents: [], startLine: 1, endLine: 1, tokens: 10 };
      return Promise.resolve([{ kind: 'CODE', text, hash, words: text, ...whole }]);
    },
  },
  enrichments: [embedPhase(embeddingStore(database), embedder, null)],
  limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
  concurrency: 1,
  openSource,
  log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
});
await worker.start();

process.on('message', ({ start: branch }: KillQuestion) => void follow(branch));
tell({ ready: true });

async function follow(branch: string): Promise<void> {
  const { id } = await startSync(database, jobs, {
    projectId,
    repositoryId,
    branch,
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: null,
  });
  const [row] = await database.system.query<{ last_sequence: number }>(
    'SELECT last_sequence FROM project_sync WHERE id = $1',
    [id],
  );
  const after = (row?.last_sequence ?? 1) - 1;
  const signal = AbortSignal.timeout(120_000);
  for await (const event of syncEvents(database, hints, { projectId, syncId: id, after, signal })) {
    const ended = ['COMPLETED', 'FAILED', 'CANCELLED'].includes(event.status);
    tell(
      ended
        ? { ended: event.status, message: event.message }
        : { phase: event.status === 'QUEUED' ? 'QUEUED' : event.phase },
    );
  }
}
