import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insertProject, openTestDatabase, tableCensus, type TestDatabase } from '@project-sync/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout } from './configuration.ts';
import { runCommandLine } from './cli/run-command-line.ts';

let folder: string;
const opened: TestDatabase[] = [];
/** The address of each instance by its name in the guides; none when embedded. */
const urls = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'project-sync-guides-'));
});
afterAll(async () => {
  if (urls.size > 0) await Promise.all(opened.map((one) => one.close()));
  await rm(folder, { recursive: true, force: true });
});

/** Makes an instance. An embedded one is closed again: a command opens it by its folder. */
async function instance(name: string, slug: string | null): Promise<TestDatabase> {
  const one = await openTestDatabase({ dataDir: join(folder, name) });
  if (slug !== null) await insertProject(one.database, { slug });
  if (one.url === null) await one.close();
  else urls.set(name, one.url);
  opened.push(one);
  return one;
}

/** The commands of a guide, in order: the lines of its shell blocks. */
async function commandsOf(guide: string): Promise<string[]> {
  const text = await readFile(join(checkout, 'docs/guides', guide), 'utf8');
  return [...text.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
}

/** Runs a line of a guide in this process; the files and folders that it names lie in the folder of the test. */
async function run(line: string): Promise<{ code: number; out: string }> {
  const [, name = 'data', words = ''] = /^(?:DATA_DIR=(\w+) )?project-sync (.+)$/.exec(line) ?? [];
  const args = words.split(' ').map((word) => (word.endsWith('.backup') ? join(folder, word) : word));
  const url = urls.get(name);
  let out = '';
  const print = (text: string) => void (out += `${text}\n`);
  const code = await runCommandLine(args, {
    environment: {
      DATA_DIR: join(folder, name),
      APP_SECRET: 'guides-'.repeat(6),
      LOG_LEVEL: 'silent',
      ...(url === undefined ? {} : { DATABASE_URL: url }),
    },
    output: { log: print, error: print, terminal: null },
  });
  return { code, out };
}

const equal = 'Every count and hash was read back and is equal.';

test('the commands of the guide to backups run as they are written', async () => {
  const source = await instance('data', 'web');
  const target = await instance('restored', null);
  const [all = '', restoreAll = '', web = '', restoreWeb = '', ...rest] = await commandsOf('backup.md');
  expect(rest).toEqual([]);
  expect(await run(all)).toMatchObject({ code: 0, out: expect.stringMatching(/^project +1 rows/) as string });
  expect(await run(restoreAll)).toMatchObject({ code: 0, out: expect.stringContaining(equal) as string });
  // Each further command opens an embedded database once more, which costs seconds.
  if (source.url === null) return;
  const census = async ({ database }: TestDatabase) => ({
    ...(await tableCensus(database)),
    _prisma_migrations: '',
  });
  expect(await census(target)).toEqual(await census(source));
  expect(await run(all)).toMatchObject({ code: 1, out: expect.stringContaining('exists already') as string });
  expect(await run(restoreAll)).toMatchObject({
    code: 1,
    out: expect.stringContaining('not empty') as string,
  });
  expect(await run(`${web}x`)).toMatchObject({ code: 66 });
  await instance('another', 'other');
  expect(await run(web)).toMatchObject({ code: 0 });
  expect(await run(restoreWeb)).toMatchObject({
    code: 0,
    out: expect.stringContaining('The project web of ') as string,
  });
});

test('the commands of the guide to upgrades run as they are written', async () => {
  const upgrade = await commandsOf('upgrade.md');
  expect(upgrade).toEqual(['project-sync migrate --dry-run', 'project-sync migrate']);
  for (const line of opened[0]?.url === null ? upgrade.slice(1) : upgrade)
    expect(await run(line), line).toMatchObject({ code: 0 });
});
