import { dirname, join } from 'node:path';
import { gitSource } from '@project-sync/sync';
import { openJobs } from '../src/jobs/open-jobs.ts';
import { openDatabase } from '../src/open-database.ts';
import { startSync } from '../src/store/start-sync.ts';
import { openSyncHints, syncEvents } from '../src/store/sync-events.ts';
import { createSyncWorker } from '../src/store/sync-worker.ts';
import { benchReader } from './sync-bench.ts';

// One embedded process that syncs one branch and tells how far it is: what the kill benchmark kills.
const [dataDir = '', projectId = '', repositoryId = '', path = '', branch = ''] = process.argv.slice(2);
const database = await openDatabase({ kind: 'embedded', dataDir });
// The process before is dead, and its lease is not: in a server this is what the wait for the lease is for.
await database.system.execute(`UPDATE project_sync SET lease_until = now() WHERE status = 'RUNNING'`);
const jobs = await openJobs(database, ['sync', 'embed'], (error) => console.error(error));
const hints = await openSyncHints(database);
const worker = createSyncWorker({
  database,
  jobs,
  reader: benchReader,
  enrichments: [],
  limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
  concurrency: 1,
  openSource: () =>
    gitSource({
      url: path,
      mirror: join(dataDir, 'mirror.git'),
      allowedHosts: null,
      localRoots: [dirname(path)],
    }),
  log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
});
await worker.start();
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
for await (const event of syncEvents(database, hints, {
  projectId,
  syncId: id,
  after: (row?.last_sequence ?? 1) - 1,
  signal: AbortSignal.timeout(120_000),
})) {
  process.send?.(
    ['COMPLETED', 'FAILED', 'CANCELLED'].includes(event.status)
      ? { ended: event.status }
      : { phase: event.phase },
  );
}
