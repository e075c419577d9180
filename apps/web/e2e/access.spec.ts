import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { injections } from '../src/lib/testing/injections.ts';
import { outcomeOf, Product } from './product.ts';

const product = new Product();
const pages = [
  '/',
  '/connect',
  '/account',
  '/instance',
  '/instance/github-app',
  '/p/harbour',
  '/p/harbour/files',
  '/p/harbour/files/README.md',
  '/p/harbour/files/letters/0.ts',
  '/p/harbour/history',
  '/p/harbour/history/1?file=letters/0.ts',
  '/p/harbour/history/compare?from=1&to=1',
  '/p/harbour/jobs',
  '/p/harbour/memory?q=window',
  '/search?q=window',
  '/p/harbour/knowledge',
  '/p/harbour/knowledge?page=modules/letters',
  '/p/harbour/knowledge/map',
  '/p/harbour/knowledge/patterns',
  '/p/harbour/knowledge/insights',
  '/p/harbour/knowledge/notes',
  '/p/harbour/settings',
];

beforeAll(async () => {
  const files: Record<string, string> = { 'README.md': injections.join('\n\n') };
  for (const [index, text] of injections.entries()) {
    const name = text.replace(/[/\0]/g, '').slice(0, 60);
    files[`hostile/${index} ${name}.md`] = `${text}\n`;
    files[`letters/${index}.ts`] = `// ${text}\nexport const n${index} = 1;\n`;
  }
  product.commit(files, { message: injections.slice(0, 40).join('\n') });
  product.commit({ 'x.md': 'x' }, { branch: `<img-src=x-onerror=alert(1)>` });
  product.commit({}, { branch: 'main' });
  await product.start();
  expect(await product.firstSync()).toBe('COMPLETED');
});

afterAll(() => product.stop());

test.each(pages)('%s violates no accessibility rule, light or dark, at any width', async (path) => {
  const { page } = product;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(product.url + path);
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  // The page stays open: its colours and its layout follow the browser, as for a user who turns a tablet.
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [1280, 768, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const { violations, passes } = await new AxeBuilder({ page })
        .options({ resultTypes: ['violations'] })
        .setLegacyMode()
        .analyze();
      expect(passes.length, path).toBeGreaterThan(5);
      expect(
        violations.map((rule) => `${rule.id}: ${rule.nodes[0]?.html}`),
        `${path} ${colorScheme} ${width}`,
      ).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        `${path} ${width}`,
      ).toBeLessThanOrEqual(0);
    }
  }
});

test('no content of a repository runs in any view', async () => {
  const { page } = product;
  const ran = () => page.evaluate(() => Reflect.get(window, '__ran'));
  for (const path of [...pages, '/p/harbour/memory?q=script', '/p/harbour/memory?q=onerror&mode=KEYWORD']) {
    await page.goto(product.url + path);
    await page.locator('main h1').first().waitFor({ state: 'attached' });
    expect(await ran(), path).toBeUndefined();
  }
  await page.goto(`${product.url}/p/harbour/files/hostile`);
  const links = await page
    .locator('.entries a.path')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
  expect(links.length).toBeGreaterThanOrEqual(300);
  for (const [index, href] of links.entries()) {
    if (index % 12 !== 0) continue;
    await page.goto(product.url + href);
    await page.locator('article').waitFor();
    expect(await ran(), href).toBeUndefined();
  }
  expect(product.complaints).toEqual([]);
});

test('the main path works with the keyboard alone', async () => {
  const { page } = product;
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(product.url, { waitUntil: 'networkidle' });
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  await page.locator('html[data-alive]').waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('harbour');
  await page
    .getByRole('option', { name: /harbour/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/p\/harbour$/);
  await page.getByTestId('start-sync').focus();
  await page.keyboard.press('Enter');
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await page.locator('#main').focus();
  await page.keyboard.press('t');
  await page.getByRole('dialog').getByRole('combobox').fill('readme');
  await page
    .getByRole('dialog')
    .getByRole('option', { name: /README/ })
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/files\/README\.md/);
});

test('the first page loads less than 150 kB of script, and asks one query', async () => {
  const { page } = product;
  let bytes = 0;
  let queries = 0;
  const session = await product.context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts = new Set<string>();
  session.on(
    'Network.responseReceived',
    ({ requestId, type }) => type === 'Script' && scripts.add(requestId),
  );
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  page.on('request', (request) => {
    if (
      request.url().endsWith('/graphql') &&
      request.headers()['accept']?.includes('text/event-stream') !== true
    )
      queries++;
  });
  await page.goto(product.url, { waitUntil: 'networkidle' });
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(150_000);
  expect(queries).toBeLessThanOrEqual(1);
});
