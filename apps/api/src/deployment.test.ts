import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { checkout, readConfiguration } from './configuration.ts';

const read = (path: string): string => readFileSync(join(checkout, path), 'utf8');
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

const compose = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        image: z.string().optional(),
        restart: z.string().optional(),
        read_only: z.boolean().optional(),
        environment: z.record(z.string(), z.unknown()).optional(),
        ports: z.array(z.string()).optional(),
        healthcheck: z.unknown().optional(),
        cap_drop: z.array(z.string()).optional(),
        security_opt: z.array(z.string()).optional(),
        pids_limit: z.number().optional(),
      }),
    ),
  })
  .parse(parse(read('compose.yaml'), { merge: true }));

/** Puts values in for variables, as compose does. */
function settingsOf(service: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const settings = Object.entries(compose.services[service]?.environment ?? {});
  return Object.fromEntries(
    settings.map(([name, value]) => [
      name,
      String(value).replace(
        /\$\{(\w+)(?::[-?]([^}]*))?\}/g,
        (_all, variable: string, otherwise = '') => given[variable] ?? String(otherwise),
      ),
    ]),
  );
}

test('compose: what serves signs in as another role than what migrates, and its settings are valid', () => {
  const secrets = {
    SERVER_PASSWORD: 'one',
    POSTGRES_PASSWORD: 'two',
    APP_SECRET: 'a secret of thirty-two characters',
  };
  for (const service of ['api', 'worker']) {
    const configuration = readConfiguration(settingsOf(service, secrets));
    expect([configuration.ROLE, configuration.DATABASE_URL]).toEqual([
      service,
      'postgresql://project_sync_server:one@database:5432/project_sync',
    ]);
  }
  expect(settingsOf('migrate', secrets)['DATABASE_URL']).toContain('//postgres:two@');
});

test('compose: services restart, scale and keep their root unwritable; the database is pinned', () => {
  const { api, worker, database, migrate } = compose.services;
  for (const service of [api, worker]) {
    expect(service).toMatchObject({ restart: 'unless-stopped', read_only: true });
    // The image's own health check stands.
    expect(service?.healthcheck).toBeUndefined();
  }
  expect([database?.restart, migrate?.restart]).toEqual(['unless-stopped', 'on-failure:3']);
  expect(worker?.ports).toBeUndefined();
  expect(api?.ports).toEqual([expect.stringContaining('${API_PORTS:-4000}')]);
  const [, major = 0, minor = 0, patch = 0] =
    /^pgvector\/pgvector:(\d+)\.(\d+)\.(\d+)-pg\d+$/.exec(database?.image ?? '') ?? [];
  expect(Number(major) * 10_000 + Number(minor) * 100 + Number(patch)).toBeGreaterThanOrEqual(806);
});

test('compose: what runs our code has no capability, gains none and starts a bounded number of processes', () => {
  for (const name of ['api', 'worker', 'migrate'])
    expect([name, compose.services[name]]).toEqual([
      name,
      expect.objectContaining({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        pids_limit: expect.any(Number) as number,
      }),
    ]);
});

test('no image gets a secret of the folder that it is built in', () => {
  const ignored = read('.dockerignore').split('\n');
  for (const pattern of [
    '.git',
    '**/.env',
    '**/.env.*',
    '.data',
    '**/*.key',
    '**/*.pem',
    '**/*.backup',
    '**/node_modules',
  ])
    expect(ignored).toContain(pattern);
});

test('the systemd unit starts a file that is there, stops in time and does not repeat a wrong setting', async () => {
  const unit = read('ops/systemd/project-sync.service');
  const valueOf = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
  const program = valueOf('ExecStart').split(' ')[1]?.replace('/opt/project-sync/', '') ?? '';
  expect(existsSync(join(checkout, program))).toBe(true);
  const drain = Number(/DRAIN_SECONDS=(\d+)/.exec(unit)?.[1]);
  expect(Number(valueOf('TimeoutStopSec'))).toBeGreaterThan(drain + 10);
  expect(valueOf('RestartPreventExitStatus')).toBe('78');
  if (!has('systemd-analyze', '--version')) return;
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-unit-'));
  const file = join(folder, 'project-sync.service');
  // The test's machine has Node elsewhere.
  await writeFile(file, unit.replace('/usr/bin/node', process.execPath));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  await rm(folder, { recursive: true });
  expect([status, stderr]).toEqual([0, '']);
});

const chart = 'ops/helm/project-sync';

test('the chart has every value and every template that it names, and its blocks are closed', () => {
  const values: unknown = parse(read(`${chart}/values.yaml`));
  const templates = globSync(`${chart}/templates/*`, { cwd: checkout }).map(read);
  const text = templates.join('\n');
  for (const [, path = ''] of text.matchAll(/\.Values\.([\w.]+)/g)) {
    const found = path
      .split('.')
      .reduce<unknown>((at, key) => (at instanceof Object ? Reflect.get(at, key) : undefined), values);
    expect([path, found !== undefined]).toEqual([path, true]);
  }
  const defined = [...text.matchAll(/define "([^"]+)"/g)].map(([, name]) => name);
  for (const [, name] of text.matchAll(/include "([^"]+)"/g)) expect(defined).toContain(name);
  for (const template of templates) {
    const opened = [...template.matchAll(/\{\{-? *(?:if|with|range|define) /g)].length;
    expect([...template.matchAll(/\{\{-? *end *-?\}\}/g)]).toHaveLength(opened);
  }
});

test.skipIf(!has('helm', 'version'))(
  'helm accepts the chart, and what it renders is Kubernetes objects',
  () => {
    const given = [
      '--set',
      'publicUrl=https://a.example,existingSecret=s,migrateSecret=m,ingress.enabled=true,ingress.host=a.example',
    ];
    const helm = (...args: string[]) =>
      spawnSync('helm', [...args, ...given], { cwd: checkout, encoding: 'utf8' });
    expect(helm('lint', chart).stdout).toContain('0 chart(s) failed');
    const rendered = helm('template', 'release', chart, '--kube-version', '1.29.0').stdout;
    const kinds = parseAllDocuments(rendered).map(
      (document) => z.object({ kind: z.string() }).parse(document.toJS()).kind,
    );
    expect(kinds.toSorted()).toEqual([
      'Deployment',
      'Ingress',
      'Job',
      'PodDisruptionBudget',
      'Service',
      'Service',
      'StatefulSet',
    ]);
    // What serves never sees the role that migrates.
    expect(rendered.split('kind: Job')[0]).not.toContain('name: m\n');
  },
);
