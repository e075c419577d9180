import type { BudgetLeft, SourceProvider } from '@project-sync/sync';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The calls of a source that are measured. */
export type SourceCallName =
  'default_branch' | 'branches' | 'head' | 'heads' | 'commits_between' | 'trees' | 'sizes' | 'blobs' | 'keep';

/** Counts the requests to sources, and keeps what is left of their rate limits. */
export interface SourceMetrics {
  called(call: { provider: SourceProvider; name: SourceCallName; seconds: number; failed: boolean }): void;
  used(provider: SourceProvider, usage: { requests: number; bytes: number }): void;
  waited(provider: SourceProvider): void;
  budgetLeft(budget: string, left: BudgetLeft): void;
}

/** Registers the metrics of sources. */
export function sourceMetrics(registry: Registry): SourceMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'project_sync_source_requests_total',
    help: 'Requests to sources: over HTTP, or runs of Git that ask a server.',
    labelNames: ['provider'],
    registers,
  });
  const bytes = new Counter({
    name: 'project_sync_source_bytes_total',
    help: 'Bytes read from sources.',
    labelNames: ['provider'],
    registers,
  });
  const calls = new Counter({
    name: 'project_sync_source_calls_total',
    help: 'Questions to sources, each of one or more requests.',
    labelNames: ['provider', 'call', 'result'],
    registers,
  });
  const durations = new Histogram({
    name: 'project_sync_source_call_duration_seconds',
    help: 'Time of questions to sources, with the waits for rate limits.',
    labelNames: ['provider', 'call'],
    buckets: [0.05, 0.25, 1, 5, 15, 60, 300, 1800],
    registers,
  });
  const waits = new Counter({
    name: 'project_sync_source_rate_limit_waits_total',
    help: 'Waits for a rate limit of a source.',
    labelNames: ['provider'],
    registers,
  });
  const limits = rateLimits(registry);
  return {
    called({ provider, name, seconds, failed }) {
      calls.inc({ provider, call: name, result: failed ? 'error' : 'ok' });
      durations.observe({ provider, call: name }, seconds);
    },
    used(provider, usage) {
      requests.inc({ provider }, usage.requests);
      bytes.inc({ provider }, usage.bytes);
    },
    waited: (provider) => waits.inc({ provider }),
    budgetLeft: limits,
  };
}

/** Keeps one account per time of reset, and shows the one that has least left: accounts are no label. */
function rateLimits(registry: Registry): SourceMetrics['budgetLeft'] {
  const known = new Map<string, Map<number, number>>();
  const least = (budget: string): [resetAt: number, remaining: number] | null => {
    const accounts = known.get(budget) ?? new Map<number, number>();
    for (const resetAt of accounts.keys()) if (resetAt <= Date.now()) accounts.delete(resetAt);
    return [...accounts].toSorted(([, a], [, b]) => a - b)[0] ?? null;
  };
  new Gauge({
    name: 'project_sync_source_rate_limit_remaining',
    help: "What is left of GitHub's rate limit, of the account that has least left of it.",
    labelNames: ['budget'],
    registers: [registry],
    collect() {
      this.reset();
      for (const budget of known.keys()) {
        const left = least(budget);
        if (left !== null) this.set({ budget }, left[1]);
      }
    },
  });
  new Gauge({
    name: 'project_sync_source_rate_limit_reset_timestamp_seconds',
    help: 'When the rate limit of that account is full again.',
    labelNames: ['budget'],
    registers: [registry],
    collect() {
      this.reset();
      for (const budget of known.keys()) {
        const left = least(budget);
        if (left !== null) this.set({ budget }, left[0] / 1000);
      }
    },
  });
  return (budget, { remaining, resetAt }) => {
    const accounts = known.get(budget) ?? new Map<number, number>();
    known.set(budget, accounts.set(resetAt, remaining));
  };
}
