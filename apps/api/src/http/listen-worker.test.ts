import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase } from '@project-sync/db/testing';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { compose } from '../compose.ts';
import { readConfiguration } from '../configuration.ts';
import { listenAsWorker } from './listen-worker.ts';

test('a worker serves its health, readiness and metrics, and nothing else', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'project-sync-worker-'));
  await using opened = await openTestDatabase();
  const configuration = readConfiguration({ PORT: '0', DATA_DIR: dataDir });
  const application = await compose(configuration, pino({ level: 'silent' }), opened.database);
  const worker = await listenAsWorker(application);
  const ask = async (path: string): Promise<[status: number, body: string]> => {
    const response = await fetch(`http://127.0.0.1:${worker.port}${path}`);
    return [response.status, await response.text()];
  };
  expect(await ask('/healthz')).toEqual([200, 'ok']);
  expect(await ask('/readyz')).toEqual([200, 'ready']);
  for (const path of ['/', '/graphql', '/mcp', '/sign-in', '/raw/1'])
    expect(await ask(path)).toEqual([404, 'Not found']);
  const [, metrics] = await ask('/metrics');
  expect(metrics).toContain('project_sync_syncs_in_progress 0');
  expect(metrics).toContain('project_sync_http_requests_total{path="other",status="404"} 5');
  worker.drain();
  expect(await ask('/readyz')).toEqual([503, 'The server is stopping.']);
  await worker.close();
  await application.close();
  await rm(dataDir, { recursive: true });
});

test('a worker has a port of its own, so that one machine runs it beside the API', () => {
  const server = {
    DATABASE_URL: 'postgresql://db/p',
    APP_SECRET: 'a secret of the test that is long enough',
  };
  expect(readConfiguration({ ...server, ROLE: 'worker' }).PORT).toBe(4001);
  expect(readConfiguration({ ...server, ROLE: 'worker', PORT: '9000' }).PORT).toBe(9000);
  expect(readConfiguration({ ...server, ROLE: 'api' }).PORT).toBe(4000);
});
