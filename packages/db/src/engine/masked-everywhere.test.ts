import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localEmbedder, openaiEmbedder, passageOf, redact, SPLIT_VERSION } from '@project-sync/knowledge';
import { plantedSecrets } from '@project-sync/knowledge/testing';
import { embedPassages, type PassageEmbedder } from '@project-sync/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { openMemoryWorld } from '../testing/open-memory-world.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';

let opened: TestDatabase;
let server: Server;
/** Everything that came to the embedder, headers and all. */
const received: string[] = [];
const key = `key-${'k'.repeat(30)}`;

beforeAll(async () => {
  opened = await openTestDatabase();
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      received.push(`${JSON.stringify(request.headers)} ${body}`);
      const count = body.split('","').length;
      const input: unknown = Reflect.get(Object(JSON.parse(body)), 'input');
      const data = Array.from({ length: Array.isArray(input) ? input.length : count }, (_, index) => ({
        index,
        embedding: Array.from({ length: 16 }, (_number, at) => Math.sin(index + at)),
      }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await opened.close();
});

/** Each table of the database as text, with bytes both as they are and as a dump spells them. */
async function dump(database: Database): Promise<Map<string, string>> {
  const tables = await database.system.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'`,
  );
  const texts = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await database.system.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    const text = rows.map(({ row }) => row).join('\n');
    const bytes = [...text.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex = '']) =>
      Buffer.from(hex, 'hex').toString('latin1'),
    );
    texts.set(name, `${text}\n${bytes.join('\n')}`);
  }
  return texts;
}

test('of three hundred planted secrets none that is masked is in a passage, a log, an event or a request to the embedder', async () => {
  const { port } = server.address() as AddressInfo;
  const embedder = openaiEmbedder({
    baseUrl: `http://127.0.0.1:${port}/v1`,
    apiKey: key,
    model: 'recorded',
    fetch,
  });
  const world = await openMemoryWorld(opened, embedder);
  const { id, at } = await world.connect();
  const planted = plantedSecrets(10);
  const files = new Map<string, string>();
  const names = [
    'src/config.ts',
    'deploy/values.yaml',
    '.env.example',
    'docs/setup.md',
    '.memory/letter_2026-01-02.md',
    'notes.txt',
  ];
  for (const [index, { kind, text }] of planted.entries()) {
    const path = `${kind}/${names[index % names.length] ?? ''}`;
    files.set(path, `${files.get(path) ?? '# Settings\n\n'}${text}\n\n`);
  }
  at.commit('main', Object.fromEntries(files));
  const first = await world.sync(id);
  expect(first.status).toBe('COMPLETED');
  // A second sync, so that the report of a change is searched too.
  at.commit(
    'main',
    Object.fromEntries([...files].map(([path, text]) => [path, `${text}\nOne more line.\n`])),
  );
  const second = await world.sync(id);
  expect(second.embedded_at).not.toBeNull();

  const whole = [...files.values()].map((text) => redact(text).text).join('\n');
  const masked = planted.filter(({ secret }) => !whole.includes(secret));
  expect(masked.length / planted.length).toBeGreaterThanOrEqual(0.95);
  expect(received.length).toBeGreaterThan(0);
  const tables = await dump(opened.database);
  // The bytes of files match their object IDs, and the view of a file masks them.
  tables.delete('public.blob');
  const logs = JSON.stringify(world.logged);
  for (const { kind, secret } of masked) {
    const parts = secret.split('\n');
    const inner = parts[1] ?? secret;
    for (const [table, text] of tables) expect(text.includes(inner), `${kind} in ${table}`).toBe(false);
    expect(
      received.some((request) => request.includes(inner)),
      `${kind} sent to the embedder`,
    ).toBe(false);
    expect(logs.includes(inner), `${kind} in the log`).toBe(false);
  }
  expect(logs).not.toContain(key);
  for (const text of tables.values()) expect(text).not.toContain(key);
  await world.close();
  await world.removeRepositories();
});

test('newer rules mask anew what older ones let pass, in every snapshot, though no file has changed', async () => {
  const codename = 'operation-quiet-meadow';
  const content = `# Plans\n\nThe codename is ${codename}, and no one may know.\n`;
  const older = await openMemoryWorld(opened, localEmbedder(), {
    version: { split: SPLIT_VERSION, redaction: 1 },
    split: ({ text }) => Promise.resolve([entryOf(text)]),
  });
  const { id, at } = await older.connect();
  at.commit('main', { 'plans.md': content, 'other.md': '# Other\n\nHarmless words about gardens.\n' });
  const first = await older.sync(id);
  at.commit('main', { 'plans.md': null });
  const second = await older.sync(id);
  expect((await older.search(codename, first))[0]?.entry.content).toContain(codename);
  await older.close();

  const newer = await openMemoryWorld(opened, localEmbedder(), {
    projectId: older.projectId,
    version: { split: SPLIT_VERSION, redaction: 2 },
    split: ({ text }) => Promise.resolve([entryOf(text.replaceAll(codename, '«redacted:codename»'))]),
  });
  newer.adopt(id, at);
  const third = await newer.sync(id);
  expect(third.status).toBe('COMPLETED');
  for (const snapshot of [first, second, third])
    for (const { entry } of await newer.search('plans codename meadow', snapshot))
      expect(entry.content).not.toContain(codename);
  expect((await newer.search('plans no one may know', first))[0]?.entry.content).toContain(
    '«redacted:codename»',
  );
  expect((await newer.search('gardens', third))[0]?.entry.path).toBe('other.md');
  const tables = await dump(opened.database);
  tables.delete('public.blob');
  for (const [table, text] of tables) expect(text.includes(codename), table).toBe(false);
  // Nor does a model that comes later get to see it.
  const sent: string[] = [];
  const later: PassageEmbedder = {
    model: 'later',
    embed: (texts, options) => {
      sent.push(...texts);
      return localEmbedder().embed(texts, options);
    },
  };
  const options = { maxTokens: null, signal: new AbortController().signal };
  const all = { projectId: newer.projectId, after: 0n, notOf: [] };
  for await (const progress of embedPassages({ store: newer.store, embedder: later }, all, options))
    expect(progress.capped).toBe(false);
  expect(sent.join('\n')).toContain('«redacted:codename»');
  expect(sent.join('\n')).not.toContain(codename);
  expect(await newer.store.putInForce(newer.projectId, 'later', [])).toBe(true);
  await newer.close();
  await older.removeRepositories();
});

test('a text that newer rules emptied together with a secret may come again from another file', async () => {
  const [harmless, secret] = ['# Garden\n\nWords about roses.\n', 'The codename is operation-loud-meadow.\n'];
  const older = await openMemoryWorld(opened, localEmbedder(), {
    version: { split: SPLIT_VERSION, redaction: 1 },
    split: () => Promise.resolve([harmless, secret].map(entryOf)),
  });
  const { id, at } = await older.connect();
  at.commit('main', { 'garden.md': harmless + secret });
  await older.sync(id);
  await older.close();

  const newer = await openMemoryWorld(opened, localEmbedder(), {
    projectId: older.projectId,
    version: { split: SPLIT_VERSION, redaction: 2 },
    split: ({ text }) => Promise.resolve([entryOf(text.replace(secret, '«redacted:codename»\n'))]),
  });
  newer.adopt(id, at);
  await newer.sync(id);
  at.commit('main', { 'roses.md': harmless });
  const last = await newer.sync(id);
  expect([last.status, last.warnings]).toEqual(['COMPLETED', []]);
  expect((await newer.search('words about roses', last)).map(({ entry }) => entry.path)).toContain(
    'roses.md',
  );
  await newer.close();
  await older.removeRepositories();
});

function entryOf(text: string) {
  return {
    kind: 'DOC' as const,
    title: text.split('\n', 1)[0] ?? '',
    symbol: null,
    parents: [],
    startLine: 1,
    endLine: text.split('\n').length,
    ...passageOf(text),
  };
}
