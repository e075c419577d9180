import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from './cli/run-command-line.ts';
import { checkout, readConfiguration } from './configuration.ts';
import { openTestServer } from './testing/open-test-server.ts';

// In the order in which a reader meets them: the first one connects what the others are about.
const guides = [
  'connect',
  'private-repositories',
  'webhooks',
  'embedders',
  'many-machines',
  'security',
  'mcp',
  'api',
];

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
let home: string;
/** The variables of the guides. Some come from the output of an earlier command. */
const variables: Record<string, string> = {};

beforeAll(async () => {
  server = await openTestServer();
  home = await mkdtemp(join(tmpdir(), 'project-sync-guides-'));
  at = await createRepository();
  at.commit('main', { 'greet.ts': 'export function greetPolitely() {\n  return 1;\n}\n' });
  Object.assign(variables, {
    PROJECT_SYNC_URL: server.url,
    PROJECT_SYNC_KEY: server.key,
    REPOSITORY: at.path,
  });
}, 60_000);
afterAll(async () => {
  await server.close();
  await Promise.all([at.remove(), rm(home, { recursive: true, force: true })]);
});

interface Block {
  readonly language: string;
  readonly prints: string;
  readonly text: string;
}

async function blocksOf(guide: string): Promise<Block[]> {
  const page = await readFile(join(checkout, 'docs/guides', `${guide}.md`), 'utf8');
  return [...page.matchAll(/^```(\w+)(?: prints="([^"]+)")?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', prints = '', text = '']) => ({ language, prints, text: text.trim() }),
  );
}

/** Runs one of our own commands in this process: a process of its own costs a second. */
async function command(line: string): Promise<string> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').replaceAll(/\$([A-Z_]+)/g, (_, name: string) => variables[name] ?? ''),
  );
  let out = '';
  const print = (text: string) => void (out += `${text}\n`);
  const code = await runCommandLine(words.slice(1), {
    environment: { ...variables, HOME: home, XDG_CONFIG_HOME: home },
    output: { log: print, error: print, terminal: null },
  });
  expect([line, code, code === 0 ? '' : out]).toEqual([line, 0, '']);
  return out;
}

/** Remembers what a later command needs. */
async function remember(line: string, out: string): Promise<void> {
  const lines = out.trim().split('\n');
  if (line.includes('webhooks create')) {
    const [secret = ''] = lines;
    const body = '{"event":"SYNC_COMPLETED"}';
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    Object.assign(variables, {
      WEBHOOK: lines.at(-1) ?? '',
      SECRET: secret,
      BODY: body,
      SIGNATURE: `sha256=${signature}`,
    });
  }
  if (line.includes('webhooks receive ')) {
    const [hook = '', secret = ''] = lines;
    Object.assign(variables, { HOOK: hook, SECRET: secret });
  }
  if (!line.includes('project-sync sync')) return;
  const { body } = await server.ask('{ project(slug: "example") { id } }');
  variables['PROJECT'] = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
}

const programs = { sh: ['bash', 'sh'], js: [process.execPath, 'mjs'] } as const;

async function program(language: keyof typeof programs, text: string): Promise<string> {
  const [name, ending] = programs[language];
  const file = join(home, `block.${ending}`);
  await writeFile(file, text);
  const environment = { PATH: process.env['PATH'] ?? '', ...variables };
  return new Promise((resolve, reject) => {
    execFile(name, [file], { env: environment, timeout: 30_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${stderr}\n${stdout}`, { cause: error })),
    );
  });
}

async function outputOf({ language, text }: Block): Promise<string> {
  if (language === 'env') {
    const settings = text.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2));
    readConfiguration(Object.fromEntries(settings) as Record<string, string>);
    return '';
  }
  const lines = text.split('\n');
  const own = lines.findIndex((line) => !line.startsWith('project-sync '));
  let out = '';
  for (const line of own === -1 ? lines : lines.slice(0, own)) {
    const said = await command(line);
    await remember(line, said);
    out += said;
  }
  if (own === -1) return out;
  if (language !== 'sh' && language !== 'js') throw new Error(`A guide has a block of ${language}.`);
  return out + (await program(language, lines.slice(own).join('\n')));
}

test.each(guides)(
  'every command, program and setting of the guide %s works as it is written',
  async (guide) => {
    const blocks = await blocksOf(guide);
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) expect(await outputOf(block), block.text).toContain(block.prints);
  },
  60_000,
);
