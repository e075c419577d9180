import type { Database } from '@project-sync/db';
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';

/** The metrics of one process. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts an answered request. */
  countRequest(path: string, status: number): void;
}

/** Creates the registry that `/metrics` prints. */
export function openMetrics(database: Pick<Database, 'statements'>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'project_sync_http_requests_total',
    help: 'Requests by path and status.',
    labelNames: ['path', 'status'],
    registers: [registry],
  });
  new Counter({
    name: 'project_sync_sql_statements_total',
    help: 'Statements sent to the database.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(database.statements());
    },
  });
  return { registry, countRequest: (path, status) => requests.inc({ path, status }) };
}
