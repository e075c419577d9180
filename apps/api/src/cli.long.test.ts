import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@project-sync/db';
import { damageFile } from '@project-sync/db/testing';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Client } from './cli/client.ts';
import { connect } from './cli/connect.ts';
import { runCommandLine } from './cli/run-command-line.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
let folder: string;
let at: TestRepository;
const environment = () => ({
  PATH: process.env['PATH'] ?? '',
  DATA_DIR: join(folder, 'data'),
  LOCAL_REPOSITORIES: tmpdir(),
  PORT: '0',
  LOG_LEVEL: 'silent',
  // Every process loads the same modules: the first compiles them for all.
  NODE_COMPILE_CACHE: here('../../../.tmp/compiled'),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'project-sync-cli-'));
  at = await createRepository();
  at.commit('main', { 'greet.ts': 'export function greetPolitely() {\n  return 1;\n}\n', 'b.txt': 'b\n' });
});
afterAll(async () => {
  await at.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line as a shell would. A process costs seconds, so this stands where the process itself matters. */
function shell(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', here('./cli.ts'), ...args],
      { env: environment(), timeout: 110_000 },
      // A command that was killed has no code of its own.
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });
}

/** Runs the same command in this process. */
async function run(...args: string[]): Promise<Ended> {
  let [out, err] = ['', ''];
  const code = await runCommandLine(args, {
    environment: environment(),
    output: {
      log: (line) => void (out += `${line}\n`),
      error: (line) => void (err += `${line}\n`),
      terminal: null,
    },
  });
  return { code, out, err };
}

const json = async <T extends z.ZodType>(shape: T, ...args: string[]): Promise<z.infer<T>> => {
  const { code, out, err } = await run(...args, '--json');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
  return shape.parse(JSON.parse(out));
};

test('a wrong use is reported with a pointer to the help, and has its own exit code', async () => {
  const [unknown, bare, nonsense, fix, extra, scope, help] = await Promise.all([
    shell('dance'),
    run('sync'),
    run('status', '--nonsense'),
    run('status', '--fix'),
    run('restore', 'one', 'two'),
    run('keys', 'create', 'ci', '--scopes', 'FOO'),
    shell('--help'),
  ]);
  const withUsage = expect.stringContaining('See: project-sync help') as string;
  expect(unknown).toMatchObject({ code: 64, err: withUsage });
  expect(bare).toMatchObject({ code: 64 });
  expect(nonsense).toMatchObject({ code: 64 });
  expect(fix).toMatchObject({ code: 64, err: expect.stringContaining('status takes no --fix.') as string });
  expect(extra).toMatchObject({ code: 64 });
  expect(scope).toMatchObject({ code: 64, err: expect.stringContaining('FOO is not a scope') as string });
  expect([help.code, help.out]).toEqual([0, expect.stringContaining('SYNC_CONCURRENCY') as string]);
}, 60_000);

test('without a server the commands open the database themselves', async () => {
  const first = await shell('sync', at.path);
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringContaining('COMPLETED: 2 files, 2 added') as string,
  });
  expect(first.err).toContain('FINALIZE');
  const found = await json(z.array(z.object({ path: z.string().nullable() })), 'search', 'greet politely');
  expect(found[0]?.path).toBe('greet.ts');
}, 120_000);

// Each command that opens the database costs seconds, so one stands for all that need no more than an answer.
test('a command that only reads takes up no sync that waits, and verify reports differences, which --fix repairs', async () => {
  at.point('waiting', at.head('main'));
  const node = z.object({ id: z.string() });
  const nodes = z.object({ nodes: z.array(z.object({ repositories: z.object({ nodes: z.array(node) }) })) });
  const start = async (client: Client): Promise<string> => {
    const { projects } = await client.ask(
      z.object({ projects: nodes }),
      '{ projects { nodes { repositories { nodes { id } } } } }',
    );
    const { startSync } = await client.ask(
      z.object({ startSync: z.object({ sync: node }) }),
      'mutation ($r: ID!) { startSync(input: { repositoryId: $r, branch: "waiting" }) { ... on StartSyncSuccess { sync { id } } } }',
      { r: projects.nodes[0]?.repositories.nodes[0]?.id },
    );
    return startSync.sync.id;
  };
  const alone = await connect(environment(), { works: false });
  const id = await start(alone.client).finally(() => alone.close());
  expect((await run('status')).code).toBe(0);
  const database = await openDatabase({ kind: 'embedded', dataDir: environment().DATA_DIR });
  const waiting = await database.prisma.projectSync.findMany({ where: { branch: { name: 'waiting' } } });
  expect(waiting).toMatchObject([{ status: 'QUEUED', attempts: 0 }]);
  await damageFile(database, 'b.txt');
  await database.close();
  expect((await run('cancel', id)).code).toBe(0);
  const differs = { code: 2, out: expect.stringContaining('OTHER_CONTENT\tb.txt') as string };
  expect(await shell('verify', at.path)).toMatchObject(differs);
  // Not changed by the first: the second finds what to repair.
  expect(await run('verify', at.path, '--fix')).toMatchObject({
    code: 0,
    out: expect.stringContaining('repaired it') as string,
  });
  expect(await run('verify', at.path)).toMatchObject({
    code: 0,
    out: expect.stringContaining('2 files and 2 contents') as string,
  });
}, 180_000);

const counted = z.object({ projects: z.object({ totalCount: z.number() }) });

/** The commands that serve agents: a context, and the rules as a file that can be taken elsewhere. */
async function agentCommands(project: string): Promise<void> {
  const context = await run('context', 'greet', 'politely', '--path', 'greet.ts', '--max-tokens', '2000');
  expect(context).toMatchObject({ code: 0, out: expect.stringContaining('greetPolitely() {') as string });
  expect((await run('context', 'greet', '--max-tokens', 'many')).code).toBe(64);
  expect((await run('context', 'greet', '--max-tokens=-3')).code).toBe(1);
  expect((await run('rules', 'export')).code).toBe(3);
  const rule = { title: 'House', path: null, scope: ['src'], authority: 'GUIDELINE', content: 'Be brief.' };
  const file = join(folder, 'rules.json');
  await writeFile(file, JSON.stringify({ version: 1, rules: [rule] }));
  expect(await run('rules', 'import', file, '--project', project)).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse((await run('rules', 'export')).out)).toEqual({ version: 1, rules: [rule] });
  await writeFile(file, '{"version": 1, "rules": [{"title": "House"}]}');
  expect((await run('rules', 'import', file, '--project', project)).code).toBe(64);
  expect((await run('rules', 'dance')).code).toBe(64);
}

test('with a running server the same commands use it', async () => {
  const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', here('./main.ts')], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const greeting = String(await new Promise((resolve) => server.stdout.once('data', resolve)));
    expect(greeting).toContain('Project Sync is ready.');
    // The owner exists already and stdout is no terminal, so a link would end up in a log.
    expect(greeting).not.toContain('token=');
    const name = basename(at.path);
    at.commit('main', { 'c.txt': 'c\n' });
    const { plan } = await json(z.object({ plan: z.object({ filesAdded: z.number() }) }), 'plan', at.path);
    expect(plan.filesAdded).toBe(1);
    expect((await shell('sync', at.path)).out).toContain('COMPLETED: 3 files, 1 added');
    const history = await json(
      z.array(z.object({ id: z.string(), stats: z.object({ filesTotal: z.number() }) })),
      'history',
      '--branch',
      'main',
    );
    expect(history.map(({ stats }) => stats.filesTotal)).toEqual([3, 2, 2]);
    expect((await run('restore', history[1]?.id ?? '')).out).toContain('COMPLETED: 2 files');
    expect((await run('restore', 'nothing')).code).toBe(66);
    expect((await run('verify', '/nowhere')).code).toBe(66);
    expect((await run('search', 'zzzqqqxxx', '--project', 'nowhere')).code).toBe(3);
    // A folder outside of LOCAL_REPOSITORIES: no project is left behind, which a next try would find in its way.
    expect(await run('sync', '/', '--project', 'outside')).toMatchObject({
      code: 1,
      err: expect.stringContaining('LOCAL_REPOSITORIES') as string,
    });
    const { client } = await connect(environment(), { works: false });
    expect(await client.ask(counted, '{ projects { totalCount } }')).toEqual({ projects: { totalCount: 1 } });
    expect((await run('status')).out).toContain(name);
    const defined = await json(
      z.array(z.object({ project: z.string(), path: z.string(), name: z.string() })),
      'symbols',
      'greet',
    );
    expect(defined[0]).toMatchObject({ path: 'greet.ts', name: 'greetPolitely' });
    expect((await run('references', 'nothing-of-this-name')).code).toBe(3);
    expect((await run('imports', 'no/such/file.ts')).code).toBe(3);
    expect((await run('documents')).out).toContain('generated  informational  overview  Overview');
    expect((await run('documents', 'modules')).out).toContain('`greetPolitely`');
    expect((await run('documents', 'no/such/page')).code).toBe(3);
    await agentCommands(defined[0]?.project ?? '');
    const made = await json(
      z.object({ key: z.string(), id: z.string() }),
      'keys',
      'create',
      'robot',
      '--scopes',
      'READ,SYNC',
    );
    expect((await run('keys', 'list')).out).toContain('robot');
    expect((await run('keys', 'revoke', made.id)).code).toBe(0);
    expect((await run('keys', 'list')).out).not.toContain('robot');
    const checked = await run('doctor');
    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('can be read') as string]);
    for (const line of [/disk +[\d.]+ of|only [\d.]+ of/, /queue +nothing waits/, /workers +1 connected/])
      expect(checked.out).toMatch(line);
    await writeFile(join(folder, 'data', 'admin.key'), 'psk_wrong');
    const refused = await shell('status');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^The server refused the key in DATA_DIR\/admin\.key/);
  } finally {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
  }
}, 120_000);
