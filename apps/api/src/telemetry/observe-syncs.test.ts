import { Writable } from 'node:stream';
import { Registry } from 'prom-client';
import { emptyStats } from '@project-sync/sync';
import { claimedSync } from '@project-sync/sync/testing';
import { expect, test } from 'vitest';
import { syncMetrics } from './metrics/sync-metrics.ts';
import { observeSyncs } from './observe-syncs.ts';
import { openLog } from './open-log.ts';

const sync = claimedSync({
  number: 3,
  origin: {
    project: 'shop',
    repository: 'owner/name',
    ordinal: 12,
    trigger: 'WEBHOOK',
    requestedBy: null,
    traceParent: null,
    waitedMs: 250,
    ranMs: 0,
  },
});

function observed() {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)) as Record<string, unknown>);
      done();
    },
  });
  return { lines, observer: observeSyncs(openLog('info', sink), syncMetrics(new Registry())) };
}

test('one line says all of an ended sync, with its level as a word', async () => {
  const { lines, observer } = observed();
  const stats = { ...emptyStats(), filesTotal: 9, filesAdded: 2, embeddingsComputed: 5, sourceRequests: 3 };
  await observer.around(sync, () => {
    observer.ended(sync, { result: 'completed', code: null, milliseconds: 3210, stats, warnings: 1 });
    return Promise.resolve();
  });
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'info',
      event: 'sync_ended',
      sync: 's',
      number: 12,
      project: 'shop',
      repository: 'owner/name',
      branch: 'main',
      trigger: 'WEBHOOK',
      result: 'completed',
      code: null,
      seconds: 3.21,
      waitedSeconds: 0.25,
      files: { total: 9, added: 2, modified: 0, removed: 0 },
      embeddings: { computed: 5, reused: 0 },
      sourceRequests: 3,
      warnings: 1,
      msg: 'The sync of owner/name, branch main, completed after 3.21 s',
    }),
  ]);
});

test('a failed sync is a warning with its code', () => {
  const { lines, observer } = observed();
  const end = {
    result: 'failed',
    code: 'RATE_LIMITED',
    milliseconds: 10,
    stats: emptyStats(),
    warnings: 0,
  } as const;
  observer.ended(sync, end);
  expect(lines).toMatchObject([{ level: 'warn', result: 'failed', code: 'RATE_LIMITED' }]);
});
