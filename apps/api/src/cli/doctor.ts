import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ConfigurationError, readConfiguration, type Configuration } from '../configuration.ts';
import { openEmbedder } from '../worker/open-embedder.ts';
import { EXIT } from './command.ts';
import { reach, type Reached } from './connect.ts';

/** One thing that was looked at. */
interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** What was seen, and what to do where it is not well. */
  readonly message: string;
}

const OLDEST_GIT = [2, 36] as const;

/** Looks at all that the software needs, one line each, with the remedy. */
export async function doctor(
  environment: Readonly<Record<string, string | undefined>>,
  json: boolean,
): Promise<number> {
  const findings: Finding[] = [];
  const tell = (what: string, ok: boolean, message: string): void => {
    findings.push({ what, ok, message });
    if (!json) console.log(`${ok ? 'ok  ' : 'FAIL'} ${what.padEnd(14)} ${message}`);
  };
  const configuration = configured(environment, tell);
  await git(tell);
  if (configuration !== null) {
    await embedder(configuration, tell);
    const reached = await database(configuration, tell);
    if (reached !== null) {
      await sources(reached, tell);
      await reached.close();
    }
  }
  if (json) console.log(JSON.stringify(findings));
  return findings.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
}

type Tell = (what: string, ok: boolean, message: string) => void;

function configured(
  environment: Readonly<Record<string, string | undefined>>,
  tell: Tell,
): Configuration | null {
  try {
    const configuration = readConfiguration(environment);
    tell('configuration', true, `data in ${configuration.DATA_DIR}`);
    return configuration;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    tell('configuration', false, error.problems.join('; '));
    return null;
  }
}

async function git(tell: Tell): Promise<void> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'], { timeout: 5000 });
    const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
    const enough =
      Number(major) > OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) >= OLDEST_GIT[1]);
    tell(
      'Git',
      enough,
      enough ? stdout.trim() : `${stdout.trim()}; install ${OLDEST_GIT.join('.')} or newer.`,
    );
  } catch {
    tell('Git', false, 'git cannot be started. Install it, or put it on the PATH.');
  }
}

async function embedder(configuration: Configuration, tell: Tell): Promise<void> {
  const chosen = openEmbedder(configuration);
  try {
    const options = { signal: AbortSignal.timeout(15_000), purpose: 'query' } as const;
    for await (const vectors of chosen.embed(['doctor'], options))
      if (vectors.length !== 1) throw new Error('It did not answer with one vector.');
    tell('embedding', true, `${chosen.model} answers`);
  } catch (error) {
    tell('embedding', false, `${chosen.model}: ${sentence(error)} Look at the EMBEDDING_ variables.`);
  }
}

async function database(configuration: Configuration, tell: Tell): Promise<Reached | null> {
  const where = configuration.DATABASE_URL === undefined ? 'embedded PGlite' : 'PostgreSQL';
  try {
    const reached = await reach(configuration);
    const ready = await reached.client.ready();
    const by = reached.running ? ', through the running server' : '';
    tell('database', ready, ready ? `${where} answers${by}` : `${where} does not answer; look at the log.`);
    // No database is opened without it.
    tell('extension', true, 'pgvector is there');
    return reached;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
    const missing = code === 'EXTENSION_MISSING';
    tell(missing ? 'extension' : 'database', false, `${where}: ${sentence(error)}`);
    return null;
  }
}

const connected = z.object({
  projects: z.object({
    nodes: z.array(
      z.object({
        repositories: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) }),
      }),
    ),
  }),
});

async function sources({ client }: Reached, tell: Tell): Promise<void> {
  const { projects } = await client.ask(
    connected,
    '{ projects(first: 20) { nodes { repositories(first: 20) { nodes { id name } } } } }',
  );
  const repositories = projects.nodes.flatMap((project) => project.repositories.nodes);
  if (repositories.length === 0) tell('sources', true, 'nothing is connected yet');
  for (const { id, name } of repositories) {
    try {
      await client.ask(
        z.unknown(),
        'query ($id: ID!) { node(id: $id) { ... on Repository { branches(first: 1) { totalCount } } } }',
        { id },
      );
      tell('source', true, `${name} can be read`);
    } catch (error) {
      tell('source', false, `${name}: ${sentence(error)}`);
    }
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
