import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestServer } from '../testing/open-test-server.ts';
import { version } from '../version.ts';
import { commandNames } from './help.ts';
import { canRedraw, progressBar } from './progress-bar.ts';
import { runCommandLine } from './run-command-line.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let home: string;
let at: TestRepository;
let twin: TestRepository;

beforeAll(async () => {
  server = await openTestServer();
  home = await mkdtemp(join(tmpdir(), 'project-sync-home-'));
  [at, twin] = await Promise.all([createRepository(), createRepository()]);
  at.commit('main', { 'greet.ts': 'export function greetPolitely() {\n  return 1;\n}\n' });
  twin.commit('main', {
    'tide\u001b[2J\u061c\nforged  line.md': '# Tide\n\nGreet politely at high \u001b[31mtide.\n',
  });
}, 120_000);
afterAll(async () => {
  await server.close();
  await Promise.all([at.remove(), twin.remove(), rm(home, { recursive: true, force: true })]);
});

interface Around {
  readonly key?: string;
  readonly named?: boolean;
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** Runs a command in this process, against the server of this file. */
async function run(args: readonly string[], { key = server.key, named = true, input, signal }: Around = {}) {
  let [out, err] = ['', ''];
  const place = named ? { PROJECT_SYNC_URL: server.url, PROJECT_SYNC_KEY: key } : {};
  const code = await runCommandLine(args, {
    environment: { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), ...place },
    output: {
      log: (line) => void (out += `${line}\n`),
      error: (line) => void (err += `${line}\n`),
      terminal: null,
    },
    signal,
    input: input === undefined ? null : () => Promise.resolve(input),
  });
  return { code, out, err };
}
const command = (line: string, around?: Around) => run(line.split(' '), around);

test('two repositories are synced into projects of their own, and a search names the one of each hit', async () => {
  expect(await command(`sync ${at.path} --project first`)).toMatchObject({
    code: 0,
    out: expect.stringContaining('COMPLETED: 1 files, 1 added') as string,
  });
  expect((await command(`sync ${twin.path} --project first`)).code).toBe(0);
  const found = await command('search greet politely --project first');
  expect(found.code).toBe(0);
  for (const { path } of [at, twin]) expect(found.out).toContain(`first/${path.split('/').at(-1) ?? ''}  `);
  // A terminal obeys what a repository prints, so it is shown instead.
  expect(found.out).not.toContain('\u001b');
  expect(found.out).toContain('\\x1b');
  // Nor does a mark that is not seen turn the line around, or a line break begin one that looks like another hit.
  expect(found.out).toContain('tide\\x1b[2J\\x61c\\x0aforged  line.md:1');
  const json = await command('search greet politely --project first --json');
  expect(json.out).not.toContain('\u001b');
  expect(JSON.parse(json.out)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ path: 'greet.ts', commit: at.head('main'), symbol: 'greetPolitely' }),
    ]),
  );
  expect((await command('search greet politely --project first --kind DOC --limit 1')).out).not.toContain(
    'greet.ts',
  );
  const status = await command('status --project first');
  for (const { path } of [at, twin]) expect(status.out).toContain(path.split('/').at(-1));
}, 60_000);

test('a repository that is connected already is found again without its project being named', async () => {
  expect((await command(`sync ${at.path}`)).out).toContain('COMPLETED');
  expect((await command('status')).out.match(/COMPLETED/g)).toHaveLength(2);
}, 30_000);

test('several repositories, or all of them, are synced at once, and what is refused is reported beside the rest', async () => {
  const all = await command('sync --all --project first');
  expect([all.code, all.out]).toEqual([0, expect.stringMatching(/\n2 completed, 0 not\.\n$/) as string]);
  for (const { path } of [at, twin])
    expect(all.out).toContain(`first/${path.split('/').at(-1) ?? ''}\tmain\t`);
  const some = await command(`sync ${at.path} ./no/such/folder --project first --json`);
  expect(some.code).toBe(1);
  expect(JSON.parse(some.out)).toMatchObject([
    { repository: at.path, status: 'COMPLETED' },
    { repository: './no/such/folder', error: { code: 'REPOSITORY_NOT_FOUND' } },
  ]);
  const missing = await command('sync --all --branch no-such');
  expect([missing.code, missing.out]).toEqual([1, expect.stringContaining('(BRANCH_NOT_FOUND)') as string]);
  expect(await command('sync --all --project frist')).toMatchObject({ code: 66 });
  expect(await command(`sync --all ${at.path}`)).toMatchObject({ code: 64 });
}, 30_000);

test('the status of a branch whose newest sync failed names the state that is still served', async () => {
  const head = twin.head('main');
  twin.point('main', null);
  const rows = z.array(z.object({ repository: z.string(), repositoryId: z.string() }));
  const name = twin.path.split('/').at(-1) ?? '';
  const { out } = await command('status --project first --json');
  const row = rows.parse(JSON.parse(out)).find(({ repository }) => repository === name);
  const { body } = await server.ask(
    'mutation ($r: ID!) { startSync(input: { repositoryId: $r, branch: "main" }) { ... on StartSyncSuccess { sync { id } } } }',
    { r: row?.repositoryId },
  );
  expect(JSON.stringify(body)).toContain('"id"');
  const line = async () =>
    (await command('status --project first')).out.split('\n').find((one) => one.includes(name));
  await expect.poll(line, { timeout: 20_000 }).toMatch(/FAILED\t[0-9a-f]{10}\t1 file\t.*no longer exists/);
  twin.point('main', head);
  expect((await command(`sync ${twin.path}`)).out).toContain('COMPLETED');
  expect(await line()).toMatch(/COMPLETED\t[0-9a-f]{10}\t1 file$/);
}, 60_000);

test('a folder that is none, and a project that is none, are refused and leave nothing behind', async () => {
  const before = (await command('status --json')).out;
  expect(await command('sync ./no/such/folder')).toMatchObject({ code: 66 });
  expect(await command('sync / --project outside')).toMatchObject({ code: 1 });
  expect(await command(`sync ${at.path} --branch no-such --project outside`)).toMatchObject({ code: 66 });
  expect(await command('keys create ci --project frist')).toMatchObject({
    code: 66,
    err: expect.stringContaining('Did you mean first?') as string,
  });
  expect((await command('status --json')).out).toBe(before);
  const { body } = await server.ask('{ projects(first: 10) { nodes { slug } } }');
  expect(body).toMatchObject({ data: { projects: { nodes: [{ slug: 'first' }] } } });
});

test('a sync is followed, interrupted and cancelled, and each says what goes on', async () => {
  const interrupted = await command('watch', { signal: AbortSignal.abort() });
  expect(interrupted).toMatchObject({
    code: expect.toSatisfy((code) => code === 66 || code === 130) as number,
  });
  const history = JSON.parse((await command('history --json')).out) as { id: string }[];
  const id = history[0]?.id ?? '';
  expect(await command(`watch ${id}`)).toMatchObject({
    code: 0,
    out: expect.stringContaining('COMPLETED') as string,
  });
  const stopped = await command(`watch ${id}`, { signal: AbortSignal.abort() });
  expect(stopped).toMatchObject({
    code: 130,
    err: expect.stringContaining(`The sync goes on.\nFollow it: project-sync watch ${id}`) as string,
  });
  expect(await command(`cancel ${id}`)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/ended/) as string,
  });
  expect(await command('cancel nothing')).toMatchObject({ code: 66 });
});

test('notes and members are listed, added and removed', async () => {
  const title = 'Mind the tide\nforged  line';
  const added = await run(['notes', 'add', 'It turns.', '--title', title, '--project', 'first']);
  expect(added.code).toBe(0);
  const listed = JSON.parse((await command('notes list --json')).out) as { id: string; content: string }[];
  expect(listed).toMatchObject([{ title, content: 'It turns.' }]);
  expect((await command('notes list')).out).toMatch(/^\S+ {2}Mind the tide\\x0aforged {2}line {2}.*\n$/);
  expect((await command(`notes remove ${listed[0]?.id ?? ''}`)).code).toBe(0);
  expect((await command('notes list')).out).toContain('There are no notes.');
  expect((await command('members list')).out).toContain('OWNER');
  const invited = await command('members invite ada@example.org --role EDITOR');
  expect(invited.out).toContain(`${server.url}/invitation?token=`);
  expect(await command('members remove stranger@example.org')).toMatchObject({ code: 66 });
  expect(await command('members invite ada@example.org --role KING')).toMatchObject({ code: 64 });
});

test('webhooks are created with a secret that is shown once, listed with their deliveries, and removed', async () => {
  const created = await command('webhooks create https://hooks.example.org/in --events sync_failed');
  expect(created).toMatchObject({ code: 0, out: expect.stringMatching(/^whsec_.{43}\n/) as string });
  const listed = await command('webhooks list');
  expect(listed.out).toMatch(/^on {3}https:\/\/hooks\.example\.org\/in {2}SYNC_FAILED {2}\S+\n$/);
  expect(listed.out).not.toContain(created.out.slice(0, 20));
  const id = created.out.trim().split('\n').at(-1) ?? '';
  expect((await command(`webhooks deliveries ${id}`)).out).toContain('There are no deliveries.');
  expect(await command(`webhooks redeliver ${id}`)).toMatchObject({ code: 66 });
  expect(await command('webhooks create https://10.0.0.1/in')).toMatchObject({ code: 1 });
  expect(await command('webhooks create https://x.example.org --events never')).toMatchObject({ code: 64 });
  expect((await command(`webhooks remove ${id}`)).code).toBe(0);
  expect((await command('webhooks list')).out).toContain('There are no webhooks.');
  const hook = await command(`webhooks receive ${at.path}`);
  expect(hook.out).toMatch(/^http:\S+\/webhooks\/[0-9a-f-]{36}\nwhsec_/);
  const [url = '', secret = ''] = hook.out.split('\n');
  const body = JSON.stringify({ ref: 'refs/heads/main' });
  const headers = { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': secret };
  expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(202);
  expect((await command(`webhooks received ${at.path}`)).out).toContain(
    'gitlab  Push Hook  main  202  1 started',
  );
});

test('a wrong key, a missing scope and a server that is away are reported in words', async () => {
  expect(await command('status', { key: 'psk_wrong' })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^The server refused the given key/) as string,
  });
  const made = JSON.parse((await command('keys create reader --json')).out) as { key: string };
  expect(await command(`sync ${at.path}`, { key: made.key })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^The given key lacks a scope/) as string,
  });
  expect(await command('status --url http://127.0.0.1:9 --key psk_x')).toMatchObject({ code: 69 });
  expect(await command('status --url ftp://x --key psk_x')).toMatchObject({ code: 64 });
});

test('a login is checked, stored for its owner alone, used by later commands, and forgotten', async () => {
  expect(await command(`login ${server.url} --key psk_wrong`)).toMatchObject({ code: 1 });
  expect(await command(`login ${server.url}`, { named: false })).toMatchObject({ code: 64 });
  const login = await command(`login ${server.url}/`, { named: false, input: `${server.key}\n` });
  expect([login.code, login.out]).toEqual([0, expect.stringContaining(`version ${version}`) as string]);
  expect(await command('status', { named: false })).toMatchObject({
    code: 0,
    out: expect.stringContaining('first') as string,
  });
  expect((await command('open first --print', { named: false })).out.trim()).toBe(`${server.url}/p/first`);
  expect((await command('logout', { named: false })).code).toBe(0);
});

test('help, version and completion need no server', async () => {
  for (const flag of ['--version', '-V', 'version'])
    expect(await command(flag, { named: false })).toEqual({ code: 0, out: `${version}\n`, err: '' });
  for (const asked of ['help search', 'search --help', 'search -h'])
    expect((await command(asked, { named: false })).out).toContain('project-sync search retry with backoff');
  expect((await command('-h', { named: false })).out).toContain('project-sync help <command>');
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await command(`completion ${shell}`, { named: false })).out).toContain('references');
  expect(await command('completion tcsh', { named: false })).toMatchObject({ code: 64 });
  for (const name of commandNames)
    expect((await command(`help ${name}`, { named: false })).out, name).toContain(`project-sync ${name}`);
});

test('a slip is answered by one sentence and the nearest name', async () => {
  expect(await command('serach x')).toEqual({
    code: 64,
    out: '',
    err: 'Unknown command: serach. Did you mean search?\nSee: project-sync help\n',
  });
  expect((await command('search x --limt 3')).err).toContain('search takes no --limt. Did you mean --limit?');
  expect((await command('search x --limit 0')).err).toContain('from 1 to 100');
  expect((await command('status one')).err).toContain('See: project-sync help status');
});

test('the tools for language models are entered in a client, beside what stands there', async () => {
  expect((await command('mcp install cursor')).code).toBe(0);
  expect((await command('mcp install cursor')).code).toBe(0);
  const settings = JSON.parse(await readFile(join(home, '.cursor/mcp.json'), 'utf8')) as unknown;
  expect(settings).toMatchObject({
    mcpServers: { 'project-sync': { args: [expect.stringContaining('cli.ts') as string, 'mcp'] } },
  });
  expect((await command('mcp install vscode --print')).out).toContain('"servers"');
  expect((await command('mcp install cursr')).err).toContain('Did you mean cursor?');
});

test('progress is drawn over itself only where a terminal can, and never wider than it', () => {
  let drawn = '';
  const terminal = { write: (text: string) => void (drawn += text), columns: 40 };
  const output = { log: () => undefined, error: () => undefined, terminal };
  const bar = progressBar(output, false);
  const stats = { filesTotal: 0, filesAdded: 0, filesModified: 0, filesRemoved: 0 };
  bar.show({
    sequence: 1,
    status: 'RUNNING',
    phase: 'IMPORT',
    progress: 0.5,
    message: 'x'.repeat(200),
    stats,
  });
  expect(drawn.replace('\r\u001b[K', '')).toHaveLength(39);
  expect(canRedraw({ TERM: 'xterm' })).toBe(true);
  expect(canRedraw({ TERM: 'dumb' })).toBe(false);
  expect(canRedraw({ TERM: 'xterm', NO_COLOR: '1' })).toBe(false);
});
