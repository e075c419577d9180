import type { Database } from '@project-sync/db';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { version } from '../../version.ts';
import { databaseMetrics, type DatabaseMetrics } from './database-metrics.ts';
import { embedderMetrics, type EmbedderMetrics } from './embedder-metrics.ts';
import { queueMetrics } from './queue-metrics.ts';
import { searchMetrics, type SearchMetrics } from './search-metrics.ts';
import { serverMetrics, type ServerMetrics } from './server-metrics.ts';
import { sourceMetrics, type SourceMetrics } from './source-metrics.ts';
import { syncMetrics, type SyncMetrics } from './sync-metrics.ts';

/** The metrics of one process. Labels have few values: no project, repository or user is one. */
export interface Metrics {
  readonly registry: Registry;
  readonly server: ServerMetrics;
  readonly syncs: SyncMetrics;
  readonly database: DatabaseMetrics;
  readonly embedder: EmbedderMetrics;
  readonly sources: SourceMetrics;
  readonly searches: SearchMetrics;
}

/** Creates the registry that `/metrics` prints. */
export function openMetrics(database: Database, role: string): Metrics {
  const registry = new Registry();
  // With them come memory, processor time and the lag of the event loop.
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'project_sync_build_info',
    help: 'Always 1: the version of the software, the role of this process and the kind of its database.',
    labelNames: ['version', 'role', 'database'],
    registers: [registry],
  }).set({ version, role, database: database.kind }, 1);
  queueMetrics(registry, database);
  return {
    registry,
    server: serverMetrics(registry),
    syncs: syncMetrics(registry),
    database: databaseMetrics(registry, database),
    embedder: embedderMetrics(registry),
    sources: sourceMetrics(registry),
    searches: searchMetrics(registry),
  };
}
