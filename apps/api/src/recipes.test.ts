import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer } from './testing/open-test-server.ts';

// The recipes of docs/building.md, run as they stand.
const page = await readFile(new URL('../../../docs/building.md', import.meta.url), 'utf8');
const recipes = [...page.matchAll(/^```(sh|ts|js|python) recipe prints="([^"]+)"\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', prints = '', text = ''], index) => ({ language, prints, text, number: index + 1 }),
);
// Beside the packages that a builder would have installed.
const here = fileURLToPath(new URL('.', import.meta.url));
const programs = {
  sh: ['bash', 'sh'],
  ts: [process.execPath, 'ts'],
  js: [process.execPath, 'mjs'],
  python: ['python3', 'py'],
} as const;

const webhookSecret = 'hook'.repeat(8);
let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let folder: string;
beforeAll(async () => {
  server = await openTestServer({ GITHUB_WEBHOOK_SECRET: webhookSecret });
  folder = await mkdtemp(join(here, '.recipes-'));
  at = await createRepository();
  at.commit('main', { 'greet.ts': 'export function greetPolitely() {\n  return 1;\n}\n', 'b.txt': 'b\n' });
  const made = await server.ask(
    'mutation { createProject(input: { name: "Example", slug: "example" }) { ... on CreateProjectSuccess { project { id } } } }',
  );
  const projectId = /"id":"([^"]+)"/.exec(JSON.stringify(made.body))?.[1];
  const connected = await server.ask(
    'mutation ($input: ConnectRepositoryInput!) { connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { input: { projectId, provider: 'GIT', url: at.path } },
  );
  const repositoryId = /"id":"([^"]+)"/.exec(JSON.stringify(connected.body))?.[1];
  const started = await server.ask(
    'mutation ($id: ID!) { startSync(input: { repositoryId: $id }) { ... on StartSyncSuccess { sync { id } } } }',
    { id: repositoryId },
  );
  const id = /"id":"([^"]+)"/.exec(JSON.stringify(started.body))?.[1];
  // The stream ends with the sync.
  const told = await server.follow(`subscription { syncProgress(syncId: "${id}") { status } }`);
  expect(told).toContain('COMPLETED');
}, 60_000);
afterAll(async () => {
  await server.close();
  await at.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Whether a program is on this machine at all. */
const present = (program: string): Promise<boolean> =>
  new Promise((resolve) => execFile(program, ['--version'], (error) => resolve(error === null)));

test('the page has a recipe for curl, TypeScript, Python and graphql-ws', () => {
  expect(new Set(recipes.map(({ language }) => language))).toEqual(new Set(['sh', 'ts', 'js', 'python']));
});

test.each(recipes)(
  'recipe $number, in $language, prints what it says',
  async ({ language, prints, text, number }) => {
    const [program, ending] = programs[language as keyof typeof programs];
    if (!(await present(program))) return expect(program).not.toBe(process.execPath);
    const file = join(folder, `recipe-${number}.${ending}`);
    await writeFile(file, text);
    const out = await new Promise<string>((resolve, reject) => {
      execFile(
        program,
        [file],
        {
          cwd: tmpdir(),
          timeout: 30_000,
          env: {
            PATH: process.env['PATH'] ?? '',
            PROJECT_SYNC_URL: server.url,
            PROJECT_SYNC_KEY: server.key,
            GITHUB_WEBHOOK_SECRET: webhookSecret,
            REPOSITORY: at.path,
          },
        },
        (error, stdout, stderr) =>
          error === null ? resolve(stdout) : reject(new Error(`${stderr}\n${stdout}`, { cause: error })),
      );
    });
    expect(out).toContain(prints);
  },
);

test('the schema is served as it is printed', async () => {
  const served = await (await fetch(`${server.url}/schema.graphql`)).text();
  const printed = await readFile(new URL('../schema.graphql', import.meta.url), 'utf8');
  expect(served.trim()).toBe(printed.trim());
});
