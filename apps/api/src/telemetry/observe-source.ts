import { SpanKind } from '@opentelemetry/api';
import { watchSteps, type Source, type SourceCall, type SourceProvider } from '@project-sync/sync';
import type { SourceCallName, SourceMetrics } from './metrics/source-metrics.ts';
import { watchSpan } from './watch-span.ts';

/** Wraps a source: each question is a span, and its requests, bytes and waits are counted. */
export function observeSource(source: Source, provider: SourceProvider, metrics: SourceMetrics): Source {
  const count = usageCounter(source, provider, metrics);
  const watch = (name: SourceCallName) =>
    watchSpan({
      name: `source ${name}`,
      kind: SpanKind.CLIENT,
      attributes: { 'project_sync.provider': provider },
      ended(seconds, failed) {
        metrics.called({ provider, name, seconds, failed });
        count();
      },
    });
  const waiting = (call: SourceCall): SourceCall => ({
    ...call,
    onWait(wait) {
      metrics.waited(provider);
      call.onWait?.(wait);
    },
  });
  async function asked<T>(name: SourceCallName, ask: () => Promise<T>): Promise<T> {
    const { step, ended } = watch(name);
    try {
      const answer = await step(ask);
      ended();
      return answer;
    } catch (error) {
      ended(error);
      throw error;
    }
  }
  return {
    defaultBranch: (call) => asked('default_branch', () => source.defaultBranch(waiting(call))),
    branches: (page, call) => asked('branches', () => source.branches(page, waiting(call))),
    head: (branch, known, call) => asked('head', () => source.head(branch, known, waiting(call))),
    heads: (branches, seen, call) => asked('heads', () => source.heads(branches, seen, waiting(call))),
    commitsBetween: (known, head, call) =>
      asked('commits_between', () => source.commitsBetween(known, head, waiting(call))),
    trees: (request, call) => watchSteps(watch('trees'), source.trees(request, waiting(call))),
    sizes: (head, oids, call) => asked('sizes', () => source.sizes(head, oids, waiting(call))),
    blobs: (request, call) => watchSteps(watch('blobs'), source.blobs(request, waiting(call))),
    keep: (branch, head, call) => asked('keep', () => source.keep(branch, head, waiting(call))),
    usage: () => source.usage(),
    close: () => source.close(),
  };
}

/** Counts what was used since it was called last: calls overlap, and each request is counted once. */
function usageCounter(source: Source, provider: SourceProvider, metrics: SourceMetrics): () => void {
  let counted = source.usage();
  return () => {
    const now = source.usage();
    metrics.used(provider, {
      requests: now.requests - counted.requests,
      bytes: now.bytes - counted.bytes,
    });
    counted = { ...now };
  };
}
