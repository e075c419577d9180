import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The top of the checkout: where relative folders start. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

const empty = (value: unknown) => (value === '' ? undefined : value);
const text = z.preprocess(empty, z.string().optional());
const url = z.preprocess(
  empty,
  z.url({ protocol: /^https?$/, error: 'an http or https address' }).optional(),
);
const list = z.preprocess(
  empty,
  z
    .string()
    .optional()
    .transform((value) =>
      value
        ?.split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
);
const count = (error: string) =>
  z.preprocess(empty, z.coerce.number({ error }).int({ error }).min(0, { error }));

const schema = z.object({
  PORT: count('a port number, or 0 for a free one')
    .pipe(z.number().max(65_535, { error: 'a port number, or 0 for a free one' }))
    .prefault('4000')
    .describe('where it listens; 0 takes a free one'),
  HOST: z.preprocess(empty, z.string().default('127.0.0.1')).describe('where it listens'),
  PUBLIC_URL: url.describe('links, cookies, allowed origin'),
  DATA_DIR: z
    .preprocess(empty, z.string().default('.data'))
    .describe('embedded database, Git mirrors, generated secrets'),
  DATABASE_URL: z
    .preprocess(empty, z.url({ protocol: /^postgres(ql)?$/, error: 'a postgresql:// address' }).optional())
    .describe('a PostgreSQL with pgvector; without it the embedded database'),
  ROLE: z
    .preprocess(empty, z.enum(['all', 'api', 'worker'], { error: 'all, api or worker' }).default('all'))
    .describe('what this process does'),
  APP_SECRET: z
    .preprocess(empty, z.string().min(32, { error: 'at least 32 characters' }).optional())
    .describe('sessions, and encryption of stored tokens'),
  GITHUB_API_URL: url.describe("GitHub Enterprise's API"),
  GITHUB_TOKEN: text.describe('used where a repository brings no token'),
  GITHUB_CLIENT_ID: text.describe('the OAuth application that people sign in with GitHub through'),
  GITHUB_CLIENT_SECRET: text.describe("that application's secret"),
  LOCAL_REPOSITORIES: list.describe('folders below which a local path may be connected'),
  GIT_ALLOWED_HOSTS: list.describe('hosts that a Git URL may name; private ones only when named here'),
  EMBEDDING_PROVIDER: z
    .preprocess(empty, z.enum(['local', 'openai'], { error: 'local or openai' }).default('local'))
    .describe('who computes vectors'),
  EMBEDDING_BASE_URL: url.describe("the embedder's address"),
  EMBEDDING_API_KEY: text.describe("the embedder's key"),
  EMBEDDING_MODEL: text.describe("the embedder's model"),
  EMBEDDING_MAX_TOKENS: count('a number of tokens')
    .optional()
    .describe('the most that one sync may send to the embedder'),
  LLM_BASE_URL: url.describe('an OpenAI-compatible chat endpoint'),
  LLM_API_KEY: text.describe('its key'),
  LLM_MODEL: text.describe('its model'),
  GITHUB_WEBHOOK_SECRET: text.describe('/webhooks/github answers 404 until it is set'),
  SYNC_POLL_MINUTES: count('a number of minutes, 0 for never')
    .prefault('0')
    .describe('how often tracked branches are looked at'),
  SYNC_CONCURRENCY: count('a number of syncs')
    .optional()
    .describe('how many syncs one process runs side by side; 2 embedded, 4 with DATABASE_URL'),
  LOG_LEVEL: z
    .preprocess(
      empty,
      z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
          error: 'trace, debug, info, warn, error, fatal or silent',
        })
        .default('info'),
    )
    .describe('how much is logged'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.describe('where traces go'),
});

const secrets = new Set([
  'APP_SECRET',
  'GITHUB_TOKEN',
  'GITHUB_CLIENT_SECRET',
  'EMBEDDING_API_KEY',
  'LLM_API_KEY',
  'GITHUB_WEBHOOK_SECRET',
  'DATABASE_URL',
]);
/** Beginnings that only this product's variables have; one that nobody knows is a slip of the pen. */
const ours =
  /^(GITHUB_(API|TOKEN|WEBHOOK|CLIENT)|EMBEDDING_|LLM_|SYNC_(POLL|CONC)|GIT_ALLOWED|LOCAL_REPO|DATA_DIR|DATABASE_URL)/;

/** Everything that can be set, read and checked. */
export type Configuration = Omit<z.infer<typeof schema>, 'LOCAL_REPOSITORIES' | 'GIT_ALLOWED_HOSTS'> & {
  readonly LOCAL_REPOSITORIES: readonly string[];
  readonly GIT_ALLOWED_HOSTS: readonly string[] | null;
};

/** A configuration that cannot be started with: one line for each problem. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** Reads the environment once; every problem is told, not only the first. */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const problems: string[] = [];
  for (const name of Object.keys(environment)) {
    if (ours.test(name) && !(name in schema.shape))
      problems.push(`${name}: unknown. Did you mean ${nearest(name)}?`);
  }
  const parsed = schema.safeParse(environment);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    const held = secrets.has(name) ? 'a value that is not shown' : JSON.stringify(environment[name] ?? '');
    problems.push(`${name}: held ${held}, takes ${issue.message}`);
  }
  const value = parsed.data;
  if (value?.DATABASE_URL !== undefined && value.APP_SECRET === undefined)
    problems.push(
      'APP_SECRET: held nothing, takes at least 32 characters; with DATABASE_URL every process needs the same',
    );
  if (value?.ROLE !== 'all' && value !== undefined && value.DATABASE_URL === undefined)
    problems.push(
      `ROLE: held "${value.ROLE}", takes all without DATABASE_URL; the embedded database has one process`,
    );
  if (
    value?.EMBEDDING_PROVIDER === 'openai' &&
    value.EMBEDDING_API_KEY === undefined &&
    value.EMBEDDING_BASE_URL === undefined
  )
    problems.push('EMBEDDING_API_KEY: held nothing, takes a key when EMBEDDING_PROVIDER is openai');
  for (const [given, missing] of [
    ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
    ['GITHUB_CLIENT_SECRET', 'GITHUB_CLIENT_ID'],
  ] as const)
    if (value?.[given] !== undefined && value[missing] === undefined)
      problems.push(`${missing}: held nothing, takes what GitHub shows beside ${given}; both or neither`);
  if (problems.length > 0 || value === undefined) throw new ConfigurationError(problems);
  const loopback = ['127.0.0.1', 'localhost', '::1'].includes(value.HOST);
  const parent = value.DATABASE_URL === undefined && loopback ? [dirname(resolve(checkout))] : [];
  return {
    ...value,
    DATA_DIR: isAbsolute(value.DATA_DIR) ? value.DATA_DIR : join(checkout, value.DATA_DIR),
    LOCAL_REPOSITORIES: value.LOCAL_REPOSITORIES ?? parent,
    GIT_ALLOWED_HOSTS: value.GIT_ALLOWED_HOSTS ?? null,
  };
}

/** The process's environment over what `.env` says. */
export function environmentOf(processEnvironment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const fromFile: Record<string, string> = {};
  try {
    for (const line of readFileSync(join(checkout, '.env'), 'utf8').split('\n')) {
      const match = /^\s*([A-Z_]+)\s*=\s*(?:"(.*)"|'(.*)'|(.*?))\s*$/.exec(line);
      if (match !== null) fromFile[match[1] ?? ''] = match[2] ?? match[3] ?? match[4] ?? '';
    }
  } catch {
    // There need not be one.
  }
  return { ...fromFile, ...processEnvironment };
}

/** The table that `--help` prints. */
export function configurationTable(): string {
  const rows = Object.entries(schema.shape).map(
    ([name, type]) => `  ${name.padEnd(28)} ${type.description ?? ''}`,
  );
  return ['Project Sync is configured by environment, or in .env:', '', ...rows, ''].join('\n');
}

function nearest(name: string): string {
  const score = (known: string) => [...known].filter((letter, index) => name[index] === letter).length;
  return Object.keys(schema.shape).reduce((best, known) => (score(known) > score(best) ? known : best));
}
