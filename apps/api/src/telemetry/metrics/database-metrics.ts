import type { Database } from '@project-sync/db';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Measures statements. */
export interface DatabaseMetrics {
  statementEnded(seconds: number, failed: boolean): void;
}

/** Registers the metrics of the database: its statements, and the connections of this process. */
export function databaseMetrics(registry: Registry, database: Database): DatabaseMetrics {
  const registers = [registry];
  new Counter({
    name: 'project_sync_sql_statements_total',
    help: 'Statements sent to the database.',
    registers,
    collect() {
      this.reset();
      this.inc(database.statements());
    },
  });
  const errors = new Counter({
    name: 'project_sync_sql_errors_total',
    help: 'Statements that the database refused, or that broke off.',
    registers,
  });
  const durations = new Histogram({
    name: 'project_sync_sql_duration_seconds',
    help: 'Time of statements, without the wait for a connection.',
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 30],
    registers,
  });
  new Gauge({
    name: 'project_sync_database_connections',
    help: 'Connections of this process to the database.',
    labelNames: ['state'],
    registers,
    collect() {
      const { open, idle } = database.connections();
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'used' }, open - idle);
    },
  });
  new Gauge({
    name: 'project_sync_database_connections_max',
    help: 'The most connections that this process opens.',
    registers,
    collect() {
      this.set(database.connections().max);
    },
  });
  new Gauge({
    name: 'project_sync_database_waiting',
    help: 'Calls of this process that wait for a connection.',
    registers,
    collect() {
      this.set(database.connections().waiting);
    },
  });
  return {
    statementEnded(seconds, failed) {
      durations.observe(seconds);
      if (failed) errors.inc();
    },
  };
}
