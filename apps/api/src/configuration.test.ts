import { expect, test } from 'vitest';
import { configurationTable, readConfiguration } from './configuration.ts';
import { ConfigurationError } from './configuration-error.ts';

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfiguration(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
};

test('starts with nothing set, on loopback and embedded', () => {
  expect(readConfiguration({})).toMatchObject({
    PORT: 4000,
    HOST: '127.0.0.1',
    ROLE: 'all',
    EMBEDDING_PROVIDER: 'local',
    SYNC_POLL_MINUTES: 0,
    GIT_ALLOWED_HOSTS: null,
  });
  expect(readConfiguration({}).LOCAL_REPOSITORIES).toHaveLength(1);
  expect(readConfiguration({ HOST: '0.0.0.0' }).LOCAL_REPOSITORIES).toEqual([]);
  // A proxy on this machine makes a server public that listens on loopback.
  expect(readConfiguration({ PUBLIC_URL: 'https://sync.example' }).LOCAL_REPOSITORIES).toEqual([]);
  expect(problemsOf({ TRUSTED_PROXIES: 'the proxy' })[0]).toMatch(/^TRUSTED_PROXIES: /);
  expect(problemsOf({ APP_SECRET: `${'a'.repeat(40)},short` })[0]).toMatch(/^APP_SECRET: .*32/);
});

test('reports every problem at once, with the variable, its value and what it must be', () => {
  const problems = problemsOf({ PORT: 'eighty', ROLE: 'boss', LOG_LEVEL: 'loud' });
  expect(problems).toHaveLength(3);
  expect(problems.find((line) => line.startsWith('PORT'))).toBe(
    'PORT: is "eighty", must be a port number, or 0 for a free one',
  );
  expect(problems.find((line) => line.startsWith('ROLE'))).toContain('all, api or worker');
});

test('never shows the value of a secret', () => {
  const secret = ['do', 'not', 'show'].join('-');
  for (const line of problemsOf({ APP_SECRET: secret, DATABASE_URL: `mysql://user:${secret}@host/db` }))
    expect(line).not.toContain(secret);
});

test('detects typos and incomplete combinations', () => {
  expect(problemsOf({ EMBEDDING_PROVIDR: 'local' })[0]).toContain('EMBEDDING_PROVIDER');
  expect(problemsOf({ DATABASE_URL: 'postgresql://localhost/x' }).join()).toContain('APP_SECRET');
  expect(problemsOf({ ROLE: 'worker' }).join()).toContain('DATABASE_URL');
  expect(problemsOf({ GITHUB_CLIENT_ID: 'x' })[0]).toMatch(/^GITHUB_CLIENT_SECRET: .*GITHUB_CLIENT_ID/);
});

test('prints a line for every variable', () => {
  for (const name of ['PORT', 'DATABASE_URL', 'LLM_MODEL', 'OTEL_EXPORTER_OTLP_ENDPOINT'])
    expect(configurationTable()).toContain(name);
});

test('prints the defaults', () => {
  const lineOf = (name: string) =>
    configurationTable()
      .split('\n')
      .find((line) => line.includes(` ${name} `));
  expect(lineOf('PORT')).toContain('[4000]');
  expect(lineOf('HOST')).toContain('[127.0.0.1]');
  expect(lineOf('SYNC_POLL_MINUTES')).toContain('[0]');
  expect(lineOf('SYNC_CONCURRENCY')).toContain('[2 embedded, 4 with DATABASE_URL]');
  expect(lineOf('GITHUB_TOKEN')).not.toContain('[');
});

test('reads prefixes with line breaks, keeps their spaces, and tells none from not set', () => {
  const read = (EMBEDDING_QUERY_PREFIX: string) =>
    readConfiguration({ EMBEDDING_QUERY_PREFIX }).EMBEDDING_QUERY_PREFIX;
  expect(['query: ', 'Instruct: x\\nQuery:', 'none', ''].map(read)).toEqual([
    'query: ',
    'Instruct: x\nQuery:',
    '',
    undefined,
  ]);
});
