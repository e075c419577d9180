import { parseArgs } from 'node:util';
import type { Page } from 'playwright';
import { outcomeOf, Product } from '../e2e/product.ts';
import { middle } from './felt-keys.ts';

// The cost of a first visit, on a processor that is slower by a factor: `node apps/web/bench/first-page.ts [--slow 4]`,
// after `node scripts/build.ts`. The network is that of the machine itself.
const { values } = parseArgs({ options: { slow: { type: 'string', default: '1' } } });

interface Visit {
  fcp: number;
  lcp: number;
  cls: number;
  blocked: number;
  script: number;
  all: number;
  queries: number;
  subscriptions: number;
}

const PAGES = [
  '/',
  '/p/harbour',
  '/p/harbour/files',
  '/p/harbour/files/README.md',
  '/p/harbour/knowledge',
  '/p/harbour/history',
  '/p/harbour/memory',
  '/p/harbour/history/1',
  '/p/harbour/history/compare?from=1&to=1',
  '/p/harbour/jobs',
  '/p/harbour/knowledge/map',
  '/p/harbour/knowledge/patterns',
  '/p/harbour/settings',
];
/** Their Markdown, whose reader is loaded after the page, counts as well. */
const WITH_TEXT = new Set(['/p/harbour', '/p/harbour/files/README.md', '/p/harbour/knowledge']);
const VISITS = 5;
const product = new Product();
product.commit({
  'README.md': '# Harbour\n\n## Berths\n\nWhere a ship lies.\n\n## Tides\n\nWhen it can.\n',
  ...Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [`src/${i % 20}/part-${i}.ts`, `export const part${i} = ${i};\n`]),
  ),
});
await product.start();
try {
  const { page } = product;
  await page.goto(`${product.url}/connect`);
  await page.getByLabel('Repository address').fill(product.repository);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('button', { name: 'Sync this branch' }).click();
  await outcomeOf(page);
  console.log(
    `| page | FCP ms | LCP ms | CLS | TBT ms | script kB | all kB | queries | subscriptions |\n${'| --- '.repeat(9)}|`,
  );
  for (const path of PAGES) {
    const visits: Visit[] = [];
    for (let i = 0; i < VISITS; i++) visits.push(await visit(path));
    const figure = (name: keyof Visit) => middle(visits.map((one) => one[name]));
    console.log(
      `| ${path} | ${figure('fcp').toFixed(0)} | ${figure('lcp').toFixed(0)} | ${figure('cls').toFixed(3)} | ${figure('blocked').toFixed(0)} | ${(figure('script') / 1000).toFixed(0)} | ${(figure('all') / 1000).toFixed(0)} | ${figure('queries')} | ${figure('subscriptions')} |`,
    );
  }
} finally {
  await product.stop();
}

/** One visit without a cache, in a page of its own, until it is interactive and idle. */
async function visit(path: string): Promise<Visit> {
  const page = await product.context.newPage();
  const counted = { script: 0, all: 0, queries: 0, subscriptions: 0 };
  const wire = await product.context.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  await wire.send('Emulation.setCPUThrottlingRate', { rate: Number(values.slow) });
  const scripts = new Set<string>();
  wire.on('Network.responseReceived', ({ requestId, type }) => type === 'Script' && scripts.add(requestId));
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    counted.all += encodedDataLength;
    if (scripts.has(requestId)) counted.script += encodedDataLength;
  });
  page.on('request', (request) => {
    if (!request.url().endsWith('/graphql')) return;
    if (/"query":"\s*subscription\b/.test(request.postData() ?? '')) counted.subscriptions++;
    else counted.queries++;
  });
  await page.addInitScript(watch);
  await page.goto(product.url + path);
  await page.locator('html[data-alive]').waitFor();
  if (WITH_TEXT.has(path)) await page.locator('.prose > *').first().waitFor();
  await quiet(page);
  const seen = await page.evaluate(() => Reflect.get(window, '__seen'));
  await page.close();
  return { ...counted, ...seen };
}

/** Runs in the page before its own scripts: records what the browser reports about painting, shifts and long tasks. */
function watch(): void {
  const seen = { fcp: 0, lcp: 0, cls: 0, blocked: 0 };
  Reflect.set(window, '__seen', seen);
  const on = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  on('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') seen.fcp = entry.startTime;
  });
  on('largest-contentful-paint', (entry) => (seen.lcp = entry.startTime));
  on('layout-shift', (entry) => (seen.cls += Number(Reflect.get(entry, 'value'))));
  on('longtask', (entry) => {
    if (entry.startTime > seen.fcp) seen.blocked += Math.max(0, entry.duration - 50);
  });
}

/** Waits until the page's thread has been idle twice: everything is painted by then. */
async function quiet(page: Page): Promise<void> {
  for (let i = 0; i < 2; i++)
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 5_000 })));
}
