import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

const product = new Product();
/** One pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/><script>window.__ran = 1</script></svg>';
const section = (name: string) => `## ${name}\n\n${'Ships wait for water.\n\n'.repeat(30)}`;
const image = '![mark](img/mark.svg) ![dot](img/dot.png)';

beforeAll(async () => {
  product.commit({
    'README.md': `# Harbour\n\n${image}\n\nSee the [guide](docs/guide.md#tides).\n`,
    'docs/guide.md':
      '# Guide\n\n## Tides\n\nHow a berth is allocated, in many words about ships and water.\n',
    'docs/long.md': `# Long\n\n${['Arrival', 'Berth'].map(section).join('')}### Ropes\n\n${section('Departure')}## End\n`,
    'img/mark.svg': svg,
    'img/dot.png': '',
    'docs/plan.md':
      '# Plan\n\n```mermaid\ngraph TD\n  A[Quay] --> B[Berth]\n```\n\n```mermaid\ngantt\n  title Not drawn\n```\n',
    'docs/quays.csv': 'name,length\n"North, new",120\n',
    'src/tide.ts': '/** Metres above zero. */\nexport function tide(): number {\n  return 1;\n}\n',
    'src/berth.ts':
      "import { tide } from './tide.ts';\n\nexport function allocateBerth(length: number): number {\n  return length * tide();\n}\n",
    ...Object.fromEntries(
      Array.from({ length: 130 }, (_, i) => [`many/${String(i).padStart(3, '0')}.txt`, `${i}\n`]),
    ),
  });
  writeFileSync(join(product.repository, 'img/dot.png'), pixel);
  symlinkSync('guide.md', join(product.repository, 'docs/link.md'));
  product.commit({}, { message: 'A picture' });
  await product.start();
  expect(await product.firstSync()).toBe('COMPLETED');
});

afterAll(() => product.stop());

test('a search tells how many hits there are, and why each is one', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/memory?q=allocateBerth`);
  await page
    .getByRole('status')
    .getByText(/^(At least )?\d+ hits?$/)
    .waitFor();
  expect(await page.getByText('31').count()).toBe(0);
  const definitions = page.getByRole('heading', { name: 'Definitions' });
  await definitions.waitFor();
  const first = page.locator('section.sheet').first();
  await first.getByText('defines the name').waitFor();
  expect(await first.getByText('src/berth.ts').count()).toBe(1);
  await page.goto(`${product.url}/p/harbour/memory?q=zzzqqq&mode=KEYWORD`);
  await page.getByText('Nothing contains “zzzqqq”.').waitFor();
  await page.goto(`${product.url}/p/harbour/memory?q=zzzqqq`);
  await page.getByText('Nothing contains “zzzqqq”').waitFor();
  expect(await page.getByText('has its words').count()).toBe(0);
});

test('a search that cannot be run says why, and the box keeps its text', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/memory`);
  await page.locator('html[data-alive]').waitFor();
  const box = page.getByRole('searchbox', { name: 'Search the memory' });
  await box.fill('/[/ tide');
  await page.getByRole('alert').getByText('This search cannot be run').waitFor();
  expect(await box.inputValue()).toBe('/[/ tide');
});

test('a search is driven by keys: completed, narrowed, walked through, and opened', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/memory?q=tide`);
  await page.locator('html[data-alive]').waitFor();
  const box = page.getByRole('searchbox', { name: 'Search the memory' });
  await page.locator('[data-hit]').first().waitFor();
  await box.focus();
  await page.keyboard.press('End');
  await page.keyboard.type(' lang:type');
  await page
    .getByRole('button', { name: /^typescript/ })
    .first()
    .waitFor();
  await page.keyboard.press('Tab');
  expect(await box.inputValue()).toBe('tide lang:typescript ');
  await page.waitForURL(/lang%3Atypescript/);
  await page.locator('[data-hit]').first().waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  expect(await box.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/files\/src\//);
});

test('a name in the code leads to its definition and its uses', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files/src/tide.ts`);
  await page.locator('html[data-alive]').waitFor();
  const panel = page.getByRole('complementary', { name: 'Outline' });
  await panel.getByRole('link', { name: 'src/berth.ts' }).waitFor();
  await page.goto(`${product.url}/p/harbour/files/src/berth.ts`);
  await page.locator('html[data-alive]').waitFor();
  await page.locator('.line').nth(3).getByText('tide', { exact: true }).click();
  await panel.getByRole('link', { name: 'src/tide.ts:2' }).waitFor();
  await panel.getByRole('link', { name: 'line 4' }).waitFor();
  await panel.getByRole('link', { name: 'src/tide.ts:2' }).click();
  await page.waitForURL(/files\/src\/tide\.ts#L2-L4/);
});

test('a text is found in a file, copied by a lasting link, and downloaded as it is', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files/src/berth.ts`);
  await page.locator('html[data-alive]').waitFor();
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: 'Find in this file' }).fill('length');
  await page.getByText('1 of 2').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('2 of 2').waitFor();
  expect(await page.locator('mark').count()).toBe(2);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('berth.ts');
  const raw = await page.getByRole('link', { name: 'Raw' }).getAttribute('href');
  const answer = await product.context.request.get(product.url + raw);
  expect([answer.headers()['content-type'], await answer.text()]).toEqual([
    'text/plain; charset=utf-8',
    expect.stringContaining('allocateBerth'),
  ]);
});

test('a README shows the pictures of its repository, and nothing in an SVG runs', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files/README.md`);
  const loaded = () =>
    page
      .locator('.prose img')
      .evaluateAll((all) => all.map((one) => (one instanceof HTMLImageElement ? one.naturalWidth : 0)));
  await expect.poll(loaded, { timeout: 20_000 }).toEqual([8, 1]);
  await page.getByRole('link', { name: 'guide' }).click();
  await page.waitForURL(/files\/docs\/guide\.md#md-tides/);
  await page.goto(`${product.url}/p/harbour/files/img/mark.svg`);
  await page.locator('figure img').waitFor();
  const raw = (await page.getByRole('link', { name: 'Raw' }).getAttribute('href')) ?? '';
  await page.goto(product.url + raw);
  expect(await page.evaluate(() => Reflect.get(window, '__ran'))).toBeUndefined();
  await page.goto(`${product.url}/p/harbour/files/img/dot.png`);
  await page.locator('figure img').waitFor();
  await page.goto(`${product.url}/p/harbour/files/docs/quays.csv`);
  await page.getByRole('cell', { name: 'North, new' }).waitFor();
});

test('beside a wide text stands its outline, which follows the reading and is walked by keys', async () => {
  const { page } = product;
  const before = page.viewportSize();
  await page.setViewportSize({ width: 1440, height: 800 });
  await page.goto(`${product.url}/p/harbour/files/docs/long.md`);
  const outline = page.getByRole('navigation', { name: 'On this page' });
  await outline.waitFor();
  expect(await outline.getByRole('link').allTextContents()).toEqual([
    'Arrival',
    'Berth',
    'Ropes',
    'Departure',
    'End',
  ]);
  const read = outline.locator('[aria-current="location"]');
  expect(await read.count()).toBe(0);
  await page.mouse.move(700, 500);
  await page.mouse.wheel(0, 500);
  await expect.poll(() => read.allTextContents()).toEqual(['Arrival']);
  await outline.getByRole('link', { name: 'Berth' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#md-ropes$/);
  await expect.poll(() => read.allTextContents()).toEqual(['Ropes']);
  const heading = await page.getByRole('heading', { name: 'Ropes' }).boundingBox();
  // Below the bar of the app, and on the screen.
  expect(heading?.y).toBeGreaterThan(48);
  expect(heading?.y).toBeLessThan(120);
  await page.mouse.wheel(0, 100_000);
  await expect.poll(() => read.allTextContents()).toEqual(['End']);
  expect(await outline.isVisible()).toBe(true);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await outline.isVisible()).toBe(false);
  await page.setViewportSize(before ?? { width: 1280, height: 720 });
});

test('a diagram is drawn above its text, and one of another kind is its text', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files/docs/plan.md`);
  const drawn = page.getByRole('img', { name: 'A diagram.' });
  await expect
    .poll(() => drawn.evaluate((one) => (one instanceof HTMLImageElement ? one.naturalWidth : 0)), {
      timeout: 20_000,
    })
    .toBeGreaterThan(50);
  // The picture turns with the page.
  for (const [colorScheme, paper] of [
    ['dark', '--bg:#17191d'],
    ['light', '--bg:#ffffff'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    expect(decodeURIComponent((await drawn.getAttribute('src')) ?? '')).toContain(paper);
  }
  await page.getByText('Text of the diagram').click();
  await page.getByText('A[Quay] --> B[Berth]').waitFor();
  const other = page.getByRole('figure').filter({ hasText: 'not drawn here' });
  await other.getByText('title Not drawn').waitFor();
});

test('a symbolic link leads to the file it names', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files/docs/link.md`);
  await page.getByText('A symbolic link to').getByRole('link', { name: 'guide.md' }).click();
  await page.waitForURL(/files\/docs\/guide\.md/);
});

test('the tree is in order, and is filtered by a part of a name', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files`);
  await page.locator('html[data-alive]').waitFor();
  const names = await page.getByRole('treeitem').allTextContents();
  expect(names.map((name) => name.replace('▸', '').trim())).toEqual([
    'docs',
    'img',
    'many',
    'src',
    'README.md',
  ]);
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('berth');
  await page.getByRole('complementary').getByRole('link', { name: 'src/berth.ts' }).click();
  await page.waitForURL(/files\/src\/berth\.ts/);
});

test('more changes of a sync are added below the first hundred', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history`);
  await page
    .getByRole('link', { name: /^#\d+ main/ })
    .first()
    .click();
  await page.getByRole('heading', { name: /^Changes \d/ }).waitFor();
  await page.locator('html[data-alive]').waitFor();
  expect(await page.getByRole('link', { name: /^Open many\// }).count()).toBeLessThan(100);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('link', { name: 'src/tide.ts' }).waitFor();
  const opened = page.getByRole('link', { name: /^Open many\// });
  await expect.poll(() => opened.count(), { timeout: 20_000 }).toBe(130);
  await page.getByRole('link', { name: 'README.md' }).waitFor();
  // The name of an open file stays in sight while its lines are read.
  const name = page.getByRole('button', { name: /docs\/long\.md/ });
  await name.click();
  await page.locator('.diff .line').nth(100).scrollIntoViewIfNeeded();
  await expect.poll(async () => (await name.boundingBox())?.y, { timeout: 10_000 }).toBe(48);
  expect((await new AxeBuilder({ page }).include('.files').analyze()).violations).toEqual([]);
});

test('the versions of a file that was renamed go on under its earlier name', async () => {
  const { page } = product;
  product.rename('docs/guide.md', 'docs/handbook.md');
  await page.goto(`${product.url}/p/harbour`);
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await page.goto(`${product.url}/p/harbour/files/docs/handbook.md`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('button', { name: 'Versions 2' }).click();
  await page.getByText('docs/guide.md').waitFor();
});

test('an address that leads nowhere is answered inside the app, without a button that cannot help', async () => {
  const { page } = product;
  for (const path of ['/nowhere/at/all', '/p/nowhere', '/p/harbour/nowhere']) {
    await page.goto(product.url + path);
    await page.getByRole('alert').getByText('There is nothing here').waitFor();
    await page.getByTestId('palette').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  }
});

test('GraphiQL opens again with the same tabs', async () => {
  const graphiql = await product.context.newPage();
  await graphiql.goto(`${product.url}/graphql`);
  const titles = () => graphiql.getByRole('tab').allTextContents();
  const stored = () => graphiql.evaluate(() => localStorage.getItem('graphiql:tabState') ?? '');
  await expect.poll(stored, { timeout: 10_000 }).toContain('"activeTabIndex":0');
  const before = await titles();
  expect(before.length).toBeGreaterThan(5);
  await graphiql.reload();
  await graphiql.getByRole('tab', { name: 'Viewer', selected: true }).waitFor();
  expect(await titles()).toEqual(before);
  const third = graphiql.getByRole('tab').nth(2);
  await third.click();
  await expect.poll(stored, { timeout: 10_000 }).toContain('"activeTabIndex":2');
  await graphiql.reload();
  await expect.poll(() => third.getAttribute('aria-selected'), { timeout: 10_000 }).toBe('true');
  expect(await titles()).toEqual(before);
  expect(await stored()).toContain('"activeTabIndex":2');
  await graphiql.close();
});

test('no page reported an error', () => {
  expect(product.complaints).toEqual([]);
});
