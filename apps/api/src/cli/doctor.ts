import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ConfigurationError, readConfiguration, type Configuration } from '../configuration.ts';
import { openEmbedder } from '../worker/open-embedder.ts';
import { EXIT } from './command.ts';
import { connect, type Connection } from './connect.ts';

/** The result of one check. */
interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** The state found, and the remedy if it is bad. */
  readonly message: string;
}

const OLDEST_GIT = [2, 36] as const;

/** Checks everything the software needs, with one line per check and a remedy for each failure. */
export async function doctor(
  environment: Readonly<Record<string, string | undefined>>,
  json: boolean,
): Promise<number> {
  const findings: Finding[] = [];
  const report = (what: string, ok: boolean, message: string): void => {
    findings.push({ what, ok, message });
    if (!json) console.log(`${ok ? 'ok  ' : 'FAIL'} ${what.padEnd(14)} ${message}`);
  };
  const configuration = configured(environment, report);
  await git(report);
  if (configuration !== null) {
    await embedder(configuration, report);
    const reached = await database(configuration, report);
    if (reached !== null) {
      await sources(reached, report);
      await reached.close();
    }
  }
  if (json) console.log(JSON.stringify(findings));
  return findings.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
}

type Report = (what: string, ok: boolean, message: string) => void;

function configured(
  environment: Readonly<Record<string, string | undefined>>,
  report: Report,
): Configuration | null {
  try {
    const configuration = readConfiguration(environment);
    report('configuration', true, `data in ${configuration.DATA_DIR}`);
    return configuration;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    report('configuration', false, error.problems.join('; '));
    return null;
  }
}

async function git(report: Report): Promise<void> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'], { timeout: 5000 });
    const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
    const enough =
      Number(major) > OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) >= OLDEST_GIT[1]);
    report(
      'Git',
      enough,
      enough ? stdout.trim() : `${stdout.trim()}; install ${OLDEST_GIT.join('.')} or newer.`,
    );
  } catch {
    report('Git', false, 'git cannot be run. Install it, or add it to PATH.');
  }
}

async function embedder(configuration: Configuration, report: Report): Promise<void> {
  const chosen = openEmbedder(configuration);
  try {
    const options = { signal: AbortSignal.timeout(15_000), purpose: 'query' } as const;
    for await (const vectors of chosen.embed(['doctor'], options))
      if (vectors.length !== 1) throw new Error('It did not return one vector.');
    report('embedding', true, `${chosen.model} answers`);
  } catch (error) {
    report('embedding', false, `${chosen.model}: ${sentence(error)} Check the EMBEDDING_ variables.`);
  }
}

async function database(configuration: Configuration, report: Report): Promise<Connection | null> {
  const where = configuration.DATABASE_URL === undefined ? 'embedded PGlite' : 'PostgreSQL';
  try {
    const reached = await connect(configuration);
    const ready = await reached.client.ready();
    const by = reached.running ? ', through the running server' : '';
    report('database', ready, ready ? `${where} answers${by}` : `${where} is not ready; see the log.`);
    // A database without it cannot be opened.
    report('extension', true, 'pgvector is installed');
    return reached;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
    const missing = code === 'EXTENSION_MISSING';
    report(missing ? 'extension' : 'database', false, `${where}: ${sentence(error)}`);
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

async function sources({ client }: Connection, report: Report): Promise<void> {
  const { projects } = await client.ask(
    connected,
    '{ projects(first: 20) { nodes { repositories(first: 20) { nodes { id name } } } } }',
  );
  const repositories = projects.nodes.flatMap((project) => project.repositories.nodes);
  if (repositories.length === 0) report('sources', true, 'nothing is connected yet');
  for (const { id, name } of repositories) {
    try {
      await client.ask(
        z.unknown(),
        'query ($id: ID!) { node(id: $id) { ... on Repository { branches(first: 1) { totalCount } } } }',
        { id },
      );
      report('source', true, `${name} can be read`);
    } catch (error) {
      report('source', false, `${name}: ${sentence(error)}`);
    }
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
