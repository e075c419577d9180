import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readConfiguration, type Configuration } from '../configuration.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { EXIT } from './command.ts';
import { connect, type Connection } from './connect.ts';
import { embedderFindings, type Finding } from './embedder-findings.ts';
import type { Output } from './output.ts';
import { diskFindings, listenFindings, workFindings } from './running-findings.ts';

const OLDEST_GIT = [2, 36] as const;

/** Checks everything the software needs, with one line per check and a remedy for each failure. */
export async function doctor({
  environment,
  output,
  json,
}: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  readonly json: boolean;
}): Promise<number> {
  const findings: Finding[] = [];
  const add = (finding: Finding): void => {
    findings.push(finding);
    const { what, ok, warning = false, message } = finding;
    const mark = ok ? (warning ? 'warn' : 'ok  ') : 'FAIL';
    if (!json) output.log(`${mark} ${what.padEnd(14)} ${message}`);
  };
  const report: Report = (what, ok, message) => add({ what, ok, message });
  const configuration = configured(environment, report);
  await git(report);
  if (configuration !== null) {
    (await diskFindings(configuration.DATA_DIR)).forEach(add);
    (await embedderFindings(configuration)).forEach(add);
    (await listenFindings(configuration)).forEach(add);
    const reached = await database(environment, configuration, report);
    if (reached !== null) {
      // Without a server the queue waits for the next start.
      if (reached.running) (await workFindings(reached.client.url, configuration.METRICS_TOKEN)).forEach(add);
      await sources(reached, report);
      await reached.close();
    }
  }
  if (json) output.log(JSON.stringify(findings));
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

async function database(
  environment: Readonly<Record<string, string | undefined>>,
  configuration: Configuration,
  report: Report,
): Promise<Connection | null> {
  const where = configuration.DATABASE_URL === undefined ? 'embedded PGlite' : 'PostgreSQL';
  try {
    const reached = await connect(environment, { works: false });
    const ready = await reached.client.ready();
    const by = reached.running ? ', through the running server' : '';
    report('database', ready, ready ? `${where} answers${by}` : `${where} is not ready; see the log.`);
    // Opening the database already requires it.
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
