import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { configurationTable, environmentOf, readConfiguration } from './configuration.ts';
import { openClient, type Client } from './cli-client.ts';

const usage = `project-sync <command> [--json]

  serve                                                   starts the server
  sync <path, url or owner/name> [--branch B] [--project P]
  search <words> [--project P]
  status                                                  the newest syncs
  doctor                                                  what the server needs

The commands talk to the server that runs on DATA_DIR.
`;
/** Exit codes that tell failures apart. */
const EXIT = { usage: 64, unavailable: 69, failed: 1 } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    branch: { type: 'string' },
    project: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [command, ...words] = positionals;
const say = (line: string, data: unknown): void => console.log(values.json ? JSON.stringify(data) : line);

if (command === undefined || values.help) console.log(`${usage}\n${configurationTable()}`);
else if (command === 'serve') await import('./main.ts');
else process.exitCode = await run(command);

async function run(name: string): Promise<number> {
  const { DATA_DIR } = readConfiguration(environmentOf(process.env));
  const commands: Record<string, (client: Client) => Promise<number>> = { sync, search, status, doctor };
  const chosen = commands[name];
  if (chosen === undefined) {
    console.error(usage);
    return EXIT.usage;
  }
  if (!existsSync(join(DATA_DIR, 'server.json'))) {
    console.error('No server runs on this DATA_DIR. Start one: project-sync serve.');
    return EXIT.unavailable;
  }
  const state: unknown = JSON.parse(await readFile(join(DATA_DIR, 'server.json'), 'utf8'));
  const key = (await readFile(join(DATA_DIR, 'admin.key'), 'utf8')).trim();
  const url = typeof state === 'object' && state !== null ? String(Reflect.get(state, 'url')) : '';
  try {
    return await chosen(openClient(url, key));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  }
}

async function sync(client: Client): Promise<number> {
  const [target] = words;
  if (target === undefined) {
    console.error(usage);
    return EXIT.usage;
  }
  const github = /^[\w.-]+\/[\w.-]+$/.test(target) && !existsSync(target);
  const url = existsSync(target) ? resolve(target) : target;
  const name =
    values.project ??
    basename(target, '.git')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-');
  const projectId = await client.project(name);
  const repositoryId = await client.connect({
    projectId,
    provider: github || /^https:\/\/github\.com\//.test(target) ? 'GITHUB' : 'GIT',
    url,
  });
  const syncId = await client.start({ repositoryId, branch: values.branch ?? null });
  const ended = await client.follow(syncId, ({ phase, progress, message }) => {
    if (values.json) return;
    if (process.stderr.isTTY)
      process.stderr.write(
        `\r\u001b[K${'█'.repeat(Math.round(progress * 30)).padEnd(30, '░')} ${phase} ${message}`,
      );
    else console.error(`${phase} ${Math.round(progress * 100)} % ${message}`);
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  const { filesTotal, filesAdded, filesModified, filesRemoved } = ended.stats;
  say(
    `${ended.status}: ${filesTotal} files, ${filesAdded} added, ${filesModified} modified, ${filesRemoved} removed`,
    { syncId, ...ended },
  );
  return ended.status === 'COMPLETED' ? 0 : EXIT.failed;
}

async function search(client: Client): Promise<number> {
  const hits = await client.search(values.project ?? null, words.join(' '));
  say(hits.map(({ path, line, snippet }) => `${path ?? ''}:${line ?? ''}\n${snippet}\n`).join('\n'), hits);
  return hits.length > 0 ? 0 : EXIT.failed;
}

async function status(client: Client): Promise<number> {
  const rows = await client.status();
  say(
    rows
      .map(
        ({ project, repository, branch, status: state, commitOid }) =>
          `${project}\t${repository}\t${branch}\t${state}\t${commitOid?.slice(0, 10) ?? ''}`,
      )
      .join('\n'),
    rows,
  );
  return 0;
}

async function doctor(client: Client): Promise<number> {
  const ready = await client.ready();
  say(ready ? 'The server is ready.' : 'The database does not answer: look at the log of the server.', {
    ready,
  });
  return ready ? 0 : EXIT.unavailable;
}
