import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isProxy } from './http/client-address.ts';
import { ConfigurationError } from './configuration-error.ts';
import { count, empty, hosts, list, prefix, price, text, url } from './configuration-values.ts';

/** The root of the checkout, which relative folders start from. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text;
}

const schema = z.object({
  PORT: count('a port number, or 0 for a free one')
    .pipe(z.number().max(65_535, { error: 'a port number, or 0 for a free one' }))
    .optional()
    .describe('the port to listen on, 4001 for a worker; 0 for a free one'),
  HOST: z.preprocess(empty, z.string().default('127.0.0.1')).describe('the address to listen on'),
  PUBLIC_URL: url.describe('the URL users open: for links, cookies and the allowed origin'),
  CORS_ORIGINS: list
    .refine((origins) => origins?.every((origin) => isOrigin(origin)) ?? true, {
      error: 'origins such as https://app.example.org, separated by commas',
    })
    .describe('other origins whose pages may call the API with a key; never with cookies'),
  DATA_DIR: z
    .preprocess(empty, z.string().default('.data'))
    .describe('the folder for the embedded database, Git mirrors and generated secrets'),
  DATABASE_URL: z
    .preprocess(empty, z.url({ protocol: /^postgres(ql)?$/, error: 'a postgresql:// address' }).optional())
    .describe('a PostgreSQL with pgvector; without one, the embedded database is used'),
  DATABASE_LISTEN_URL: z
    .preprocess(empty, z.url({ protocol: /^postgres(ql)?$/, error: 'a postgresql:// address' }).optional())
    .describe('the same database without a pooler such as pgbouncer, for notifications'),
  ROLE: z
    .preprocess(empty, z.enum(['all', 'api', 'worker'], { error: 'all, api or worker' }).default('all'))
    .describe('the tasks of this process: all, api or worker'),
  APP_SECRET: list
    .refine((secrets) => secrets === undefined || secrets.every((secret) => secret.length >= 32), {
      error: 'at least 32 characters; several, with commas between them, while the first replaces the others',
    })
    .describe('the secret for sessions and for encrypting stored tokens; older ones behind it, with commas'),
  APP_SECRET_LOST: z
    .preprocess(empty, z.enum(['yes'], { error: 'yes, once' }).optional())
    .describe('yes: start with a new secret although stored tokens cannot be read with it'),
  TRUSTED_PROXIES: list
    .refine((proxies) => proxies === undefined || proxies.every(isProxy), {
      error: 'addresses or networks such as 10.0.0.0/8, or loopback or private',
    })
    .describe('proxies whose X-Forwarded-For is believed: addresses, networks, loopback or private'),
  STREAMS_PER_USER: count('a number of streams, 0 for any')
    .prefault('200')
    .describe('the sockets and event streams that one user may have open at once; 0 for any number'),
  STREAMS_PER_ADDRESS: count('a number of streams, 0 for any')
    .prefault('2000')
    .describe('the sockets and event streams that one address may have open at once; 0 for any number'),
  METRICS_TOKEN: z
    .preprocess(empty, z.string().min(16, { error: 'at least 16 characters' }).optional())
    .describe('the bearer token of /metrics; without one it answers on this machine alone'),
  DRAIN_SECONDS: count('a number of seconds')
    .prefault('0')
    .describe('how long a stopping server still answers, while /readyz says that it stops'),
  AUDIT_KEEP_DAYS: count('a number of days, 0 for ever')
    .prefault('400')
    .describe('how long entries of the audit log are kept, 30 days at least; 0 for ever'),
  SYNC_KEEP_DAYS: count('a number of days, 0 for ever')
    .prefault('14')
    .describe('how long syncs that found nothing new, and every step of the others, are kept; 0 for ever'),
  GITHUB_API_URL: url.describe("GitHub Enterprise's API"),
  GITHUB_TOKEN: text.describe('the token for repositories without one of their own'),
  GITHUB_CLIENT_ID: text.describe('the OAuth application for signing in with GitHub'),
  GITHUB_CLIENT_SECRET: text.describe("that application's secret"),
  OIDC_ISSUER: url
    .refine((issuer) => issuer === undefined || !isPlain(issuer), {
      error: 'an https address; http only on this machine',
    })
    .describe('the OpenID Connect provider for signing in, by its issuer'),
  OIDC_CLIENT_ID: text.describe('the client that the provider knows this server by'),
  OIDC_CLIENT_SECRET: text.describe("that client's secret"),
  OIDC_NAME: z
    .preprocess(empty, z.string().max(40, { error: 'at most 40 characters' }).default('Single sign-on'))
    .describe('the name of the provider on the sign-in page'),
  OIDC_DOMAINS: list
    .transform((domains) => domains ?? [])
    .describe('domains of verified e-mail addresses whose users enter without an invitation, with commas'),
  LOCAL_REPOSITORIES: list.describe('folders below which local repositories may be connected, with commas'),
  GIT_ALLOWED_HOSTS: hosts.describe('hosts allowed in Git URLs, with commas; private ones if listed'),
  WEBHOOK_ALLOWED_HOSTS: hosts.describe('hosts that webhooks may call, with commas; private ones if listed'),
  GIT_FETCH_MEGABYTES: count('a number of megabytes')
    .pipe(z.number().min(1, { error: 'a number of megabytes' }))
    .prefault('4096')
    .describe('the size of the largest pack that one fetch of a Git repository may bring'),
  GIT_FETCH_CPU_SECONDS: count('a number of seconds')
    .pipe(z.number().min(1, { error: 'a number of seconds' }))
    .prefault('60')
    .describe('the processor time that unpacking and checking such a pack may take'),
  EMBEDDING_PROVIDER: z
    .preprocess(empty, z.enum(['local', 'openai'], { error: 'local or openai' }).default('local'))
    .describe('the provider of embeddings: local or openai'),
  EMBEDDING_BASE_URL: url.describe("the embedder's address"),
  EMBEDDING_API_KEY: text.describe("the embedder's key"),
  EMBEDDING_MODEL: text.describe("the embedder's model"),
  EMBEDDING_QUERY_PREFIX: prefix.describe('the text before each question; none for no text'),
  EMBEDDING_PASSAGE_PREFIX: prefix.describe('the text before each passage; none for no text'),
  EMBEDDING_MAX_TOKENS: count('a number of tokens')
    .optional()
    .describe('the limit of tokens that one sync or one background job may send to the embedder'),
  EMBEDDING_PRICE: price.describe('the price of a million tokens at the embedder, such as 0.02 USD'),
  LLM_BASE_URL: url.describe('an OpenAI-compatible chat endpoint, which adds to pages that users ask for'),
  LLM_API_KEY: text.describe("the chat endpoint's key"),
  LLM_MODEL: text.describe("the chat endpoint's model"),
  LLM_MAX_TOKENS: count('a number of tokens')
    .prefault('100000')
    .describe('the limit of tokens that one sync may spend at the chat endpoint'),
  LLM_MONTHLY_TOKENS: count('a number of tokens')
    .prefault('2000000')
    .describe('the limit of tokens that one project may spend at the chat endpoint in a month'),
  LLM_PRICE: price.describe('the price of a million tokens at the chat endpoint, such as 0.6 USD'),
  SMTP_URL: z
    .preprocess(
      empty,
      z
        .url({ protocol: /^smtps?$/, error: 'an address such as smtps://user:password@mail.example.org' })
        .optional(),
    )
    .describe('the server that sends mails about syncs to members who ask for them'),
  MAIL_FROM: z
    .preprocess(
      empty,
      z
        .string()
        .regex(/^(?:[^<>\p{Cc}"]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u, {
          error: 'an address such as Project Sync <sync@example.org>',
        })
        .optional(),
    )
    .describe('the sender of those mails'),
  GITHUB_WEBHOOK_SECRET: text.describe(
    'the secret of the webhook; without one, /webhooks/github answers 404',
  ),
  SYNC_POLL_MINUTES: count('a number of minutes, 0 for never')
    .prefault('0')
    .describe('the interval for syncing all kept branches; 0 for never'),
  SYNC_CONCURRENCY: count('a number of syncs')
    .optional()
    .describe('the number of syncs that one process runs at the same time'),
  LOG_LEVEL: z
    .preprocess(
      empty,
      z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
          error: 'trace, debug, info, warn, error, fatal or silent',
        })
        .default('info'),
    )
    .describe('the lowest level that is logged'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.describe('the collector for traces'),
});

const secrets = new Set([
  'APP_SECRET',
  'GITHUB_TOKEN',
  'GITHUB_CLIENT_SECRET',
  'OIDC_CLIENT_SECRET',
  'EMBEDDING_API_KEY',
  'LLM_API_KEY',
  'GITHUB_WEBHOOK_SECRET',
  'METRICS_TOKEN',
  'SMTP_URL',
  'DATABASE_URL',
  'DATABASE_LISTEN_URL',
]);
/** Prefixes of our own variables: an unknown variable that starts with one is reported as a typo. */
const ownPrefixes =
  /^(CORS_|GITHUB_(API|TOKEN|WEBHOOK|CLIENT)|OIDC_|EMBEDDING_|LLM_|SYNC_(POLL|CONC|KEEP)|GIT_(ALLOWED|FETCH)|WEBHOOK_|LOCAL_REPO|DATA_DIR|DATABASE_|TRUSTED_PROX|STREAMS_PER|METRICS_TOK|AUDIT_KEEP|SMTP_|MAIL_FROM)/;

type Environment = Readonly<Record<string, string | undefined>>;
type Values = z.infer<typeof schema>;

/** All settings, read and checked. */
export type Configuration = Omit<
  Values,
  'PORT' | 'CORS_ORIGINS' | 'LOCAL_REPOSITORIES' | 'TRUSTED_PROXIES' | 'APP_SECRET'
> & {
  readonly PORT: number;
  readonly CORS_ORIGINS: readonly string[];
  readonly TRUSTED_PROXIES: readonly string[];
  /** The first one writes; the others only read. Null where the data folder's own is used. */
  readonly APP_SECRET: readonly [string, ...string[]] | null;
  readonly LOCAL_REPOSITORIES: readonly string[];
};

/** Reads the environment. An invalid one is reported with all its problems, not only the first. */
export function readConfiguration(environment: Environment): Configuration {
  const { data: values, error } = schema.safeParse(environment);
  const problems = [
    ...unknownVariables(environment),
    ...(error?.issues ?? []).map((issue) => invalidValue(issue, environment)),
    ...(values === undefined ? [] : combinationRules.flatMap((rule) => rule(values) ?? [])),
  ];
  if (problems.length > 0 || values === undefined) throw new ConfigurationError(problems);
  const [secret, ...older] = values.APP_SECRET ?? [];
  const parent = values.DATABASE_URL === undefined && isLoopback(values) ? [dirname(resolve(checkout))] : [];
  return {
    ...values,
    PORT: portOf(values),
    DATA_DIR: isAbsolute(values.DATA_DIR) ? values.DATA_DIR : join(checkout, values.DATA_DIR),
    LOCAL_REPOSITORIES: values.LOCAL_REPOSITORIES ?? parent,
    TRUSTED_PROXIES: values.TRUSTED_PROXIES ?? [],
    APP_SECRET: secret === undefined ? null : [secret, ...older],
    CORS_ORIGINS: values.CORS_ORIGINS ?? [],
  };
}

/** A worker has a port of its own, so that it can run beside the API of one machine. */
function portOf({ PORT, ROLE }: Pick<Values, 'PORT' | 'ROLE'>): number {
  return PORT ?? (ROLE === 'worker' ? 4001 : 4000);
}

/** Whether an address sends what is secret over a network in the open. */
function isPlain(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol !== 'https:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

/** Behind a proxy on the same machine the server listens on loopback too, and is public all the same. */
function isLoopback({ HOST, PUBLIC_URL }: Pick<Values, 'HOST' | 'PUBLIC_URL'>): boolean {
  const publicHost = PUBLIC_URL === undefined ? HOST : new URL(PUBLIC_URL).hostname;
  return [HOST, publicHost].every((host) => ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(host));
}

function unknownVariables(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => ownPrefixes.test(name) && !(name in schema.shape))
    .map((name) => `${name}: unknown. Did you mean ${nearest(name)}?`);
}

function invalidValue({ path, message }: z.core.$ZodIssue, environment: Environment): string {
  const name = String(path[0]);
  const value = secrets.has(name) ? 'a value that is not shown' : JSON.stringify(environment[name] ?? '');
  return `${name}: is ${value}, must be ${message}`;
}

/** Rules about variables that depend on each other. Each returns its problem, or null. */
const combinationRules: readonly ((values: Values) => string | null)[] = [
  ({ DATABASE_URL, APP_SECRET }) =>
    DATABASE_URL !== undefined && APP_SECRET === undefined
      ? 'APP_SECRET: is not set, must be at least 32 characters; with DATABASE_URL every process needs the same one'
      : null,
  ({ DATABASE_LISTEN_URL, DATABASE_URL }) =>
    DATABASE_LISTEN_URL !== undefined && DATABASE_URL === undefined
      ? 'DATABASE_LISTEN_URL: is set without DATABASE_URL, of which it is another way in'
      : null,
  ({ ROLE, DATABASE_URL }) =>
    ROLE !== 'all' && DATABASE_URL === undefined
      ? `ROLE: is "${ROLE}", must be all without DATABASE_URL; the embedded database has one process`
      : null,
  ({ EMBEDDING_PROVIDER, EMBEDDING_API_KEY, EMBEDDING_BASE_URL }) =>
    EMBEDDING_PROVIDER === 'openai' && EMBEDDING_API_KEY === undefined && EMBEDDING_BASE_URL === undefined
      ? 'EMBEDDING_API_KEY: is not set, must be a key when EMBEDDING_PROVIDER is openai'
      : null,
  ({ LLM_BASE_URL, LLM_MODEL }) =>
    LLM_BASE_URL !== undefined && LLM_MODEL === undefined
      ? 'LLM_MODEL: is not set, must be the name of a model that LLM_BASE_URL serves'
      : null,
  ({ LLM_BASE_URL, LLM_MODEL }) =>
    LLM_MODEL !== undefined && LLM_BASE_URL === undefined
      ? 'LLM_BASE_URL: is not set, must be the address that serves LLM_MODEL'
      : null,
  ({ SMTP_URL, MAIL_FROM }) =>
    (SMTP_URL === undefined) !== (MAIL_FROM === undefined)
      ? `${SMTP_URL === undefined ? 'SMTP_URL' : 'MAIL_FROM'}: is not set; mails need a server and a sender`
      : null,
  ({ EMBEDDING_PRICE, LLM_PRICE }) =>
    EMBEDDING_PRICE !== undefined &&
    LLM_PRICE !== undefined &&
    EMBEDDING_PRICE.currency !== LLM_PRICE.currency
      ? `LLM_PRICE: is in ${LLM_PRICE.currency}, must be in ${EMBEDDING_PRICE.currency} as EMBEDDING_PRICE is`
      : null,
  (values) => missingPartner(values, 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'),
  (values) => missingPartner(values, 'GITHUB_CLIENT_SECRET', 'GITHUB_CLIENT_ID'),
  (values) => {
    const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
    const [missing] = names.filter((name) => values[name] === undefined);
    return missing === undefined || names.every((name) => values[name] === undefined)
      ? null
      : `${missing}: is not set; an OpenID Connect provider needs ${names.join(', ')}`;
  },
];

function missingPartner<Name extends keyof Values>(
  values: Values,
  given: Name,
  missing: Name,
): string | null {
  return values[given] !== undefined && values[missing] === undefined
    ? `${missing}: is not set, must be the one that GitHub shows beside ${given}; set both or neither`
    : null;
}

/** Merges `.env` and the process's environment, which takes precedence. */
export function environmentOf(processEnvironment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const fromFile: Record<string, string> = {};
  try {
    for (const line of readFileSync(join(checkout, '.env'), 'utf8').split('\n')) {
      const match = /^\s*([A-Z_]+)\s*=\s*(?:"(.*)"|'(.*)'|(.*?))\s*$/.exec(line);
      if (match !== null) fromFile[match[1] ?? ''] = match[2] ?? match[3] ?? match[4] ?? '';
    }
  } catch {
    // The file is optional.
  }
  return { ...fromFile, ...processEnvironment };
}

/** Returns the table of variables that `--help` prints, with their defaults. */
export function configurationTable(): string {
  const defaults: Readonly<Record<string, unknown>> = schema.parse({});
  const rows = Object.entries(schema.shape).map(([name, type]) => {
    const value = defaults[name] ?? computedDefaults[name];
    return `  ${name.padEnd(28)} ${type.description ?? ''}${value === undefined ? '' : ` [${String(value)}]`}`;
  });
  return [
    'Project Sync is configured by environment variables, or in .env. Defaults are in brackets:',
    '',
    ...rows,
    '',
  ].join('\n');
}

/** Defaults that depend on other variables or on the data folder. */
const computedDefaults: Readonly<Record<string, string>> = {
  PORT: '4000',
  PUBLIC_URL: 'http://HOST:PORT',
  APP_SECRET: 'generated into DATA_DIR without DATABASE_URL',
  GITHUB_API_URL: "GitHub's",
  LOCAL_REPOSITORIES: "the checkout's parent folder if embedded on loopback, else none",
  GIT_ALLOWED_HOSTS: 'all public hosts',
  WEBHOOK_ALLOWED_HOSTS: 'all public hosts',
  EMBEDDING_QUERY_PREFIX: "the model's, where it is known",
  EMBEDDING_PASSAGE_PREFIX: "the model's, where it is known",
  SYNC_CONCURRENCY: '2 embedded, 4 with DATABASE_URL',
};

function nearest(name: string): string {
  const score = (known: string) => [...known].filter((letter, index) => name[index] === letter).length;
  return Object.keys(schema.shape).reduce((best, known) => (score(known) > score(best) ? known : best));
}
