import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openTestDatabase } from '@project-sync/db/testing';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { openMetrics } from './metrics/open-metrics.ts';

const ops = fileURLToPath(new URL('../../../../ops/', import.meta.url));
const alertsFile = `${ops}prometheus/alerts.yaml`;

const alerts = z
  .object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.strictObject({
            alert: z.string().regex(/^ProjectSync[A-Z]\w+$/),
            expr: z.string(),
            for: z
              .string()
              .regex(/^\d+[mh]$/)
              .optional(),
            labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
            annotations: z.strictObject({
              summary: z.string().endsWith('.'),
              remedy: z.string().endsWith('.'),
            }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(readFileSync(alertsFile, 'utf8')))
  .groups.flatMap(({ rules }) => rules);

const place = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const { panels } = z
  .object({
    panels: z.array(
      z.object({
        id: z.number(),
        type: z.enum(['row', 'stat', 'timeseries']),
        title: z.string(),
        gridPos: place,
        targets: z.array(z.object({ expr: z.string() })).optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(`${ops}grafana/project-sync.json`, 'utf8')));

/** The labels of every metric of the program, by each name that its samples have. */
let known: Map<string, readonly string[]>;
beforeAll(async () => {
  await using opened = await openTestDatabase();
  const { registry } = openMetrics(opened.database, 'all');
  known = new Map();
  for (const metric of registry.getMetricsAsArray()) {
    const labels: unknown = Reflect.get(metric, 'labelNames');
    const names = [metric.name, ...['_bucket', '_sum', '_count'].map((end) => metric.name + end)];
    const isHistogram = Reflect.get(metric, 'upperBounds') !== undefined;
    const own = Array.isArray(labels) ? labels.map(String) : [];
    for (const name of isHistogram ? names.slice(1) : names.slice(0, 1)) known.set(name, [...own, 'le']);
  }
});

const targetLabels = ['job', 'instance'];

/** Metrics and labels that an expression names and that the program or its scrape does not have. */
function unknownIn(expression: string): string[] {
  const selectors = expression.matchAll(/\b((?:project_sync|nodejs|process)_\w+|up)(?:\{([^}]*)\})?/g);
  return [...selectors].flatMap(([, name = '', matchers = '']) => {
    if (name === 'up') return [];
    const labels = known.get(name);
    if (labels === undefined) return [name];
    const named = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    return named
      .filter((label) => !labels.includes(label) && !targetLabels.includes(label))
      .map((label) => `${name}{${label}}`);
  });
}

test('a metric or a label that is not the program’s is noticed', () => {
  expect(unknownIn('sum(project_sync_nothing_total)')).toEqual(['project_sync_nothing_total']);
  expect(unknownIn('project_sync_syncs_total{outcome="failed"}')).toEqual([
    'project_sync_syncs_total{outcome}',
  ]);
  expect(unknownIn('rate(project_sync_sync_duration_seconds[5m])')).toEqual([
    'project_sync_sync_duration_seconds',
  ]);
});

test('every alert names metrics that the program has, and says what to do', () => {
  expect(alerts.length).toBeGreaterThan(10);
  for (const { alert, expr } of alerts) expect([alert, unknownIn(expr)]).toEqual([alert, []]);
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

test('every panel names metrics that the program has, and none covers another', () => {
  const measured = panels.filter(({ type }) => type !== 'row');
  expect(measured.length).toBeGreaterThan(25);
  for (const { title, targets = [] } of measured) {
    expect([title, targets.length > 0]).toEqual([title, true]);
    expect([title, targets.flatMap(({ expr }) => unknownIn(expr))]).toEqual([title, []]);
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
test.skipIf(!hasPromtool)('promtool accepts the alerts', () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', alertsFile], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`SUCCESS: ${alerts.length} rules found`);
});
