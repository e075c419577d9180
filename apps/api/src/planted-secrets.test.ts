import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { writeBackup } from '@project-sync/db';
import { openTestDatabase } from '@project-sync/db/testing';
import { redact } from '@project-sync/knowledge';
import { letters, plantedSecrets } from '@project-sync/knowledge/testing';
import { createRepository, serveGit } from '@project-sync/sync/testing';
import { expect, test } from 'vitest';
import { ensureFirstOwner } from './auth/first-owner.ts';
import { compose } from './compose.ts';
import { readConfiguration } from './configuration.ts';
import { listen } from './http/listen.ts';
import { exportTraces } from './telemetry/export-traces.ts';
import { openLog } from './telemetry/open-log.ts';
import { schema } from './schema/schema.ts';
import { everythingOf } from './testing/everything-of.ts';
import { Visitor } from './testing/visitor.ts';

/** Secrets of the operator and of users, which only the product itself may know. */
const own = {
  APP_SECRET: letters('app', 40),
  METRICS_TOKEN: letters('metrics', 24),
  GITHUB_WEBHOOK_SECRET: letters('webhook', 24),
  GITHUB_TOKEN: `ghp_${letters('operator', 36)}`,
  EMBEDDING_API_KEY: letters('embedder', 32),
  LLM_API_KEY: letters('model', 32),
};
const repositoryToken = `glpat-${letters('repository', 20)}`;
const password = `pass-${letters('password', 16)}`;
const wrongPassword = `wrong-${letters('wrong', 16)}`;

/** Everything that left the server, by the place at which it was seen. */
const seen = new Map<string, string>();
const see = (place: string, said: string): string => {
  seen.set(place, `${seen.get(place) ?? ''}\n${said}`);
  return said;
};

/** Each table as text, with bytes both as they are and as a dump spells them. */
async function dump(database: Awaited<ReturnType<typeof openTestDatabase>>['database']): Promise<void> {
  const tables = await database.system.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'`,
  );
  for (const { name } of tables) {
    // The bytes of files match their object IDs; every view of a file masks them.
    if (name === 'public.blob') continue;
    const rows = await database.system.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    seeBytes(`table ${name}`, rows.map(({ row }) => row).join('\n'));
  }
}

/** Sees a text, and the bytes that it spells. */
function seeBytes(place: string, said: string): void {
  see(place, said);
  for (const [, hex = ''] of said.matchAll(/\\x([0-9a-f]+)/g))
    see(place, Buffer.from(hex, 'hex').toString('latin1'));
}

/** A whole backup, line by line, without the bytes of files, which match their object IDs. */
async function backUp(
  database: Awaited<ReturnType<typeof openTestDatabase>>['database'],
  folder: string,
): Promise<void> {
  const file = join(folder, 'day.backup');
  await writeBackup(database, { file, project: null });
  const lines = gunzipSync(await readFile(file))
    .toString('utf8')
    .split('\n');
  let table = '';
  const kept = lines.filter((line) => {
    table = /^\{"table":"(\w+)"/.exec(line)?.[1] ?? table;
    return table !== 'blob';
  });
  seeBytes('backup', kept.join('\n'));
}

/** The token of a session, and the server's signature of it. */
function sessionIn(cookies: string): { session: string; cookie: string } {
  const [, signed = ''] = /session_token=([^;]+)/.exec(cookies) ?? [];
  const [session = '', cookie = ''] = decodeURIComponent(signed).split('.');
  return { session, cookie };
}

test('of all secrets that are planted on a day none is in a log, a trace, a metric, an answer or an open column', async () => {
  const collector = createServer((request, response) => {
    void text(request).then((body) => {
      see('traces', body);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const address = collector.address();
  const stopTracing = exportTraces(`http://127.0.0.1:${address instanceof Object ? address.port : 0}`);
  const planted = plantedSecrets(1);
  const whole = planted.map((one) => one.text).join('\n\n');
  const masked = planted.filter(({ secret }) => !redact(whole).text.includes(secret));
  expect(masked.length).toBeGreaterThan(planted.length * 0.9);
  const spoken = masked.find(({ kind }) => kind === 'openai')?.secret ?? '';

  const at = await createRepository();
  at.commit(
    'main',
    { 'src/config.ts': whole, 'README.md': `# Setup\n\n${whole}\n` },
    { message: `Use ${spoken}` },
  );
  const git = await serveGit(at.path, { token: repositoryToken });
  const dataDir = await mkdtemp(join(tmpdir(), 'project-sync-planted-'));
  const opened = await openTestDatabase();
  const configuration = readConfiguration({
    ...own,
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'trace',
    GIT_ALLOWED_HOSTS: git.host,
  });
  const log = openLog('trace', { write: (line) => void see('log', line) });
  const application = await compose(configuration, log, opened.database);
  const server = await listen(application);
  await ensureFirstOwner(opened.database, dataDir);
  const adminKey = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();

  const send = async (path: string, headers: Record<string, string>, body?: object) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${server.url}${path}`, {
      ...init,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return answer.text();
  };
  const bearer = { authorization: `Bearer ${adminKey}` };
  const ask = async (query: string, variables: object = {}) =>
    see('GraphQL', await send('/graphql', bearer, { query, variables }));
  const id = (answer: string): string => /"id":"([^"]+)"/.exec(answer)?.[1] ?? answer;
  const change = (name: string, input: object, wanted = '') =>
    ask(
      `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ${wanted} ... on Error { code message } } }`,
      { input },
    );

  // People: a link, a password, wrong ones, a key.
  const visitor = new Visitor(server.url);
  const link = await server.people.signInToken('owner@project-sync.invalid');
  await visitor.follow(`/sign-in?token=${link}`);
  expect((await visitor.setPassword({ wanted: password })).status).toBe(204);
  await visitor.signIn('owner@project-sync.invalid', wrongPassword);
  await visitor.signIn('owner@project-sync.invalid', password);
  // The token of a session is worth nothing without the server's signature.
  const { session, cookie } = sessionIn(visitor.cookie);
  const made = await send('/graphql', bearer, {
    query:
      'mutation { createApiKey(input: { name: "robot", scopes: [READ, WRITE] }) { ... on CreateApiKeySuccess { key } } }',
  });
  const robot = /"key":"([^"]+)"/.exec(made)?.[1] ?? '';
  expect([robot.length > 20, cookie.length > 20]).toEqual([true, true]);

  // A project, its repository behind a token, a sync, and texts of users.
  const projectId = id(
    await change(
      'createProject',
      { name: 'Day', slug: 'day', description: `keys: ${spoken}` },
      '... on CreateProjectSuccess { project { id } }',
    ),
  );
  await change('connectRepository', {
    projectId,
    provider: 'GIT',
    url: git.url,
    token: 'glpat-wrong-one-of-a-user-0',
  });
  const repositoryId = id(
    await change(
      'connectRepository',
      { projectId, provider: 'GIT', url: git.url, token: repositoryToken },
      '... on ConnectRepositorySuccess { repository { id } }',
    ),
  );
  const syncId = id(await change('startSync', { repositoryId }, '... on StartSyncSuccess { sync { id } }'));
  const events = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query:
        'subscription ($id: ID!) { syncProgress(syncId: $id) { message status sync { commitMessage warnings { message path } } } }',
      variables: { id: syncId },
    }),
  });
  expect(see('events', await events.text())).toContain('COMPLETED');
  await change('addNote', { projectId, title: `Note ${spoken}`, content: whole });
  await change('putDocument', { projectId, title: `Document ${spoken}`, content: whole });

  // Readers: everything by GraphQL, search for a secret itself, tools, exports, files, and what is refused.
  const all = (type: string, depth = 2) => everythingOf(schema, schema.getType(type), { depth });
  for (const [type, node] of Object.entries({
    Project: projectId,
    Repository: repositoryId,
    ProjectSync: syncId,
  }))
    await ask(
      `query ($id: ID!, $sync: ID!) { node(id: $id) { ... on ${type} ${all(type)} } sync: node(id: $sync) { id } }`,
      {
        id: node,
        sync: syncId,
      },
    );
  await ask(
    `query ($id: ID!, $sync: ID!) { node(id: $id) { ... on Repository { branch(name: "main") { snapshot {
      compare(to: $sync, first: 2) { totalCount } file(path: "src/config.ts") ${all('RepositoryFile', 1)} document(path: "overview") ${all('Document', 1)} } } } } }`,
    { id: repositoryId, sync: syncId },
  );
  for (const question of ['API_KEY', spoken, 'token password secret'])
    await ask(
      `query ($s: String!, $q: String!) { project(slug: $s) { search(query: $q) { edges { node ${all('SearchHit', 1)} } } } }`,
      { s: 'day', q: question },
    );
  const call = async (name: string, input: object) =>
    see(
      'MCP',
      await send(
        '/mcp',
        { ...bearer, accept: 'application/json, text/event-stream' },
        { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } },
      ),
    );
  const listed = see(
    'MCP',
    await send(
      '/mcp',
      { ...bearer, accept: 'application/json, text/event-stream' },
      { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    ),
  );
  for (const [, name = ''] of listed.matchAll(/"name":"(\w+)","(?:title|description)/g))
    await call(name, {
      project: 'day',
      repository: `day/${basename(at.path)}`,
      query: 'API_KEY',
      task: 'rotate the API key',
      path: 'src/config.ts',
      symbol: 'password',
      title: spoken,
      content: whole,
    });
  see('audit export', await send('/audit', bearer));
  see('audit export', await send('/audit?project=day', bearer));
  see('metrics', await send('/metrics', { authorization: `Bearer ${own.METRICS_TOKEN}` }));
  see('refusals', await send('/metrics', { authorization: `Bearer ${spoken}` }));
  see(
    'refusals',
    await send('/graphql', { authorization: `Bearer psk_${spoken}` }, { query: '{ viewer { id } }' }),
  );
  see(
    'refusals',
    await send('/webhooks/github', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, { token: spoken }),
  );
  for (const path of [`/raw/${spoken}`, '/graphql', '/account', '/'])
    see('pages', await send(path, { cookie: visitor.cookie, accept: 'text/html' }));

  await dump(opened.database);
  await backUp(opened.database, dataDir);
  await server.close();
  await application.close();
  await stopTracing();
  await new Promise((resolve) => collector.close(resolve));
  await git.close();
  await at.remove();
  await opened.close();
  await rm(dataDir, { recursive: true, force: true });

  expect(seen.get('GraphQL')).not.toMatch(/GRAPHQL_VALIDATION_FAILED|QUERY_TOO_COSTLY/);
  for (const place of ['GraphQL', 'MCP']) expect(seen.get(place), place).toContain('«redacted:');
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining(['log', 'traces', 'metrics', 'MCP', 'events', 'GraphQL', 'backup']),
  );
  expect(seen.get('log')).toContain('"event":"signInRefused"');
  // A backup is read where no one is signed in: its sessions would sign their readers in.
  expect(session.length).toBeGreaterThan(20);
  expect(seen.get('backup')).toContain('"repository"');
  expect(seen.get('backup')).not.toContain(session);
  const secrets = new Map<string, string>([
    ...Object.entries(own),
    ...Object.entries({ adminKey, robot, cookie, link, password, wrongPassword, repositoryToken }),
    ...masked.map(({ kind, secret }) => [kind, secret.split('\n')[1] ?? secret] as const),
  ]);
  const found = [...seen].flatMap(([place, said]) =>
    [...secrets].filter(([, secret]) => said.includes(secret)).map(([kind]) => `${kind} in ${place}`),
  );
  expect(found).toEqual([]);
}, 120_000);
