import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

const product = new Product();
const numbered = Array.from({ length: 400 }, (_, i) => `export const line${i + 1} = ${i + 1};`).join('\n');

beforeAll(async () => {
  product.commit({ 'src/queue.ts': 'export function createQueue(name: string) {\n  return name;\n}\n' });
  product.commit({ 'src/long.ts': `${numbered}\n` });
  product.commit({ 'src/only-here.ts': 'export const tenth = 10;\n' }, { branch: 'v10' });
  product.commit({ 'src/queue.ts': 'export const moved = true;\n' }, { branch: 'v10' });
  product.commit({}, { branch: 'main', message: 'Back on the main line' });
  await product.start();
  expect(await product.firstSync()).toBe('COMPLETED');
  await product.page.goto(`${product.url}/p/harbour?branch=v10`);
  await product.page.getByTestId('start-sync').click();
  expect(await outcomeOf(product.page)).toBe('COMPLETED');
});

afterAll(() => product.stop());

test('a search hit opens on the branch that was searched, whichever was synced last', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/memory?q=createQueue`);
  await page.locator('[data-hit]').first().click();
  await page.waitForURL(/files\/src\/queue\.ts\?branch=main#L/);
  await page.getByText('createQueue').first().waitFor();
});

test('every tab stays on the branch, and so do the finder’s key and the palette', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour?branch=v10`);
  await page.locator('html[data-alive]').waitFor();
  const tabs = page.getByRole('navigation', { name: 'harbour' }).getByRole('link');
  const addresses = await tabs.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(addresses).toHaveLength(7);
  for (const address of addresses) expect(address).toContain('branch=v10');
  await page.getByRole('link', { name: 'Files', exact: true }).first().click();
  await page.waitForURL(/\/files\?branch=v10/);
  await page.keyboard.press('t');
  await page.getByRole('dialog').getByRole('combobox').fill('only-here');
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/files\/src\/only-here\.ts\?branch=v10/);
  await page.locator('.line').getByText('tenth').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('history');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/history\?branch=v10/);
});

test('the finder’s key stays in the past', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history`);
  await page
    .getByRole('link', { name: /^#\d+ main/ })
    .last()
    .click();
  await page.getByRole('link', { name: 'Browse files as of this sync' }).click();
  await page.waitForURL(/as-of=/);
  await page.locator('html[data-alive]').waitFor();
  await page.keyboard.press('t');
  await page.getByRole('dialog').getByRole('combobox').fill('queue');
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/files\/src\/queue\.ts\?.*as-of=/);
  expect(new URL(page.url()).searchParams.get('branch')).toBe('main');
  await page.getByRole('link', { name: 'Back to now' }).waitFor();
  await page.keyboard.press('/');
  await page.waitForURL(/\/memory\?.*as-of=/);
  await page.getByRole('button', { name: /^As of/ }).waitFor();
});

test('a link to lines shows all of them', async () => {
  const { page } = product;
  for (const height of [740, 800, 1080]) {
    await page.setViewportSize({ width: 1280, height });
    for (const [from, to] of [
      [28, 34],
      [300, 310],
      [392, 400],
    ] as const) {
      await page.goto('about:blank');
      await page.goto(`${product.url}/p/harbour/files/src/long.ts?branch=main#L${from}-L${to}`);
      await page.locator('html[data-alive]').waitFor();
      await expect
        .poll(async () => {
          const boxes = await page
            .locator('.line.marked')
            .evaluateAll((all) => all.map((line) => line.getBoundingClientRect()));
          return boxes.filter(({ top, bottom }) => top > 48 && bottom <= height).length;
        })
        .toBe(to - from + 1);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('a page that is scrolled stays so when its window is resized', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  await page.evaluate(() => scrollTo(0, 300));
  for (const width of [900, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted))));
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(200);
  }
});

test('an address that names another branch than its moment is corrected, and says so', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history?branch=main`);
  await page
    .getByRole('link', { name: /^#\d+ main/ })
    .last()
    .click();
  const browse = page.getByRole('link', { name: 'Browse files as of this sync' });
  const asOf =
    new URL((await browse.getAttribute('href')) ?? '', product.url).searchParams.get('as-of') ?? '';
  const corrected = page.getByText('The address named another branch');
  await page.goto(`${product.url}/p/harbour/files?${new URLSearchParams({ branch: 'v10', 'as-of': asOf })}`);
  await corrected.waitFor();
  expect(new URL(page.url()).searchParams.get('branch')).toBe('main');
  await page.goto(`${product.url}/p/harbour/history/${encodeURIComponent(asOf)}?branch=v10`);
  await corrected.waitFor();
  expect(new URL(page.url()).searchParams.get('branch')).toBe('main');
  await page.goto(`${product.url}/p/harbour/knowledge?branch=v10&as-of=nonsense`);
  await page.getByText('There is no such synced state').waitFor();
  expect(page.url()).not.toContain('nonsense');
});

test('a moment is picked beside the branch, on the page that is shown', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files/src/queue.ts?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('button', { name: 'Now' }).click();
  const menu = page.getByRole('group', { name: 'Moment', exact: true });
  await menu.getByRole('button').nth(1).click();
  await page.waitForURL(/files\/src\/queue\.ts\?.*as-of=/);
  await page.getByRole('button', { name: /^As of/ }).click();
  await menu.getByRole('button', { name: /^Now/ }).click();
  await page.waitForURL((url) => !url.searchParams.has('as-of') && url.pathname.endsWith('/src/queue.ts'));
});

/** Keeps the answers to pages back until they are let through. Lists of branches are answered at once. */
async function holdPages(): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  await product.context.route('**/graphql', async (route) => {
    if (!/query \w*Branches/.test(route.request().postData() ?? '')) await held.promise;
    await route.continue().catch(() => undefined);
  });
  return async () => {
    held.resolve();
    await product.context.unroute('**/graphql');
  };
}

test('a choice that is made while a page is on its way is made upon the page that comes', async () => {
  const { page } = product;
  const tab = (name: string) =>
    page.getByRole('navigation', { name: 'harbour' }).getByRole('link', { name, exact: true });
  const branch = page.getByRole('combobox', { name: 'Branch' });
  const pick = async (name: string) => {
    await branch.fill(name);
    await page.getByRole('option', { name }).click();
  };
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  // A tab, then a branch: that branch of the tab.
  let release = await holdPages();
  await tab('Files').click();
  await page.locator('main[aria-busy="true"]').waitFor();
  await pick('v10');
  await expect.poll(() => tab('History').getAttribute('href')).toBe('/p/harbour/history?branch=v10');
  expect(await branch.inputValue()).toBe('v10');
  await release();
  await page.waitForURL(/\/files\?branch=v10$/);
  await page.getByRole('link', { name: 'only-here.ts' }).or(page.getByText('src').first()).first().waitFor();
  // A branch, then a tab, then a filter of the page that is seen: each of them counts.
  release = await holdPages();
  await pick('main');
  await tab('History').click();
  await release();
  await page.waitForURL(/\/history\?branch=main$/);
  await page.getByRole('link', { name: /^#\d+ main/ }).waitFor();
  release = await holdPages();
  await pick('v10');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('COMPLETED');
  await release();
  await page.waitForURL((url) => url.search === '?branch=v10&status=COMPLETED');
  // A field that is typed in keeps the focus and its text when the page arrives.
  release = await holdPages();
  await tab('Files').click();
  await branch.pressSequentially('ma');
  await release();
  await page.waitForURL(/\/files\?branch=v10$/);
  await page.locator('main[aria-busy="false"]').waitFor();
  await page.keyboard.type('in');
  await page.getByRole('option', { name: 'main' }).click();
  await page.waitForURL(/\/files\?branch=main$/);
  // So does the palette.
  release = await holdPages();
  await tab('Overview').click();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('sett');
  await release();
  await page.waitForURL(/\/p\/harbour\?branch=main$/);
  await page.locator('main[aria-busy="false"]').waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/settings\?branch=main$/);
});

test('two repositories of a project are searched together, and each hit opens in its own', async () => {
  const { page } = product;
  const quay = join(product.folder, 'repositories', 'quay');
  product.commit(
    { 'src/queue.ts': 'export function createQueue() {\n  return "quay";\n}\n' },
    { repository: quay, branch: 'trunk' },
  );
  expect(await product.firstSync(quay, 'harbour')).toBe('COMPLETED');
  await page.goto(`${product.url}/p/harbour/memory?q=createQueue`);
  await page.locator('html[data-alive]').waitFor();
  const field = page.getByRole('combobox', { name: 'Repository' });
  expect(await field.inputValue()).toBe('');
  const found = page.locator('[data-hit]', { hasText: 'createQueue' });
  await expect.poll(() => found.count()).toBeGreaterThanOrEqual(2);
  const opened: string[] = [];
  for (const address of await found.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))) {
    await page.goto(product.url + address);
    await page.getByText('function createQueue').or(page.getByText('createQueue')).first().waitFor();
    opened.push((await page.getByRole('combobox', { name: 'Branch' }).inputValue()) ?? '');
  }
  expect(new Set(opened)).toEqual(new Set(['main', 'trunk']));
  await page.goto(`${product.url}/p/harbour/history?of=all`);
  await page.getByRole('listitem').filter({ hasText: 'quay' }).first().waitFor();
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('combobox', { name: 'Repository' }).selectOption('quay');
  await page.waitForURL(/history\?.*repository=/);
  expect(await page.getByRole('combobox', { name: 'Branch' }).inputValue()).toBe('trunk');
  await page.getByRole('link', { name: 'Files', exact: true }).first().click();
  await page.getByRole('treeitem', { name: 'src' }).waitFor();
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await page.waitForURL(/memory\?.*repository=/);
  await page.goto(product.url);
  await page.getByText('and 1 other repository').waitFor();
});

test('a choice that is made before the page is alive is kept', async () => {
  const { page, context } = product;
  const held = Promise.withResolvers<void>();
  await context.route('**/*.js', async (route) => {
    await held.promise;
    await route.continue().catch(() => undefined);
  });
  try {
    await page.goto(`${product.url}/p/harbour/history`, { waitUntil: 'commit' });
    await page.getByRole('combobox', { name: 'Repository' }).focus();
    await page.keyboard.type('quay');
    await page.getByRole('combobox', { name: 'Status' }).focus();
    await page.keyboard.type('Failed');
    expect(await page.locator('html[data-alive]').count()).toBe(0);
  } finally {
    held.resolve();
    await context.unroute('**/*.js');
  }
  await page.waitForURL(/history\?repository=.*&status=FAILED$/);
  await page.getByText('No sync matches these filters.').waitFor();
});

test('the branch picker opens by one click and closes when a branch is chosen again', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  const field = page.getByRole('combobox', { name: 'Branch' });
  const options = page.locator('.menu').getByRole('option');
  await field.focus();
  expect(await options.count()).toBe(0);
  await page.getByRole('button', { name: 'Find a branch' }).click();
  await options.first().waitFor();
  await page.keyboard.press('Escape');
  await options.first().waitFor({ state: 'detached' });
  await field.click();
  await options.filter({ hasText: /^main/ }).click();
  await options.first().waitFor({ state: 'detached' });
  expect(await field.inputValue()).toBe('main');
});

test('the branch picker is a combobox for keys, screen readers and phones', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  const field = page.getByRole('combobox', { name: 'Branch' });
  const active = async () => {
    const id = await field.getAttribute('aria-activedescendant');
    return page.locator(`[id="${id}"][role="option"][aria-selected="true"] .name`).textContent();
  };
  const isOpen = () => field.getAttribute('aria-expanded');
  await field.focus();
  expect(await isOpen()).toBe('false');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('listbox', { name: 'Branch' }).getByRole('option', { name: 'v10' }).waitFor();
  expect(await active()).toBe('main');
  await page.keyboard.press('End');
  expect(await active()).toBe('v10');
  await page.keyboard.press('Home');
  expect(await active()).toBe('main');
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 740 });
    const { violations } = await new AxeBuilder({ page }).include('.place').setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    const box = await page.locator('.menu').boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.keyboard.press('Escape');
  expect([await isOpen(), await field.inputValue()]).toEqual(['false', 'main']);
  // What is typed stands in the place of the name, and Enter waits for its answer.
  await page.keyboard.type('v1');
  expect(await field.inputValue()).toBe('v1');
  await page.keyboard.press('Enter');
  await page.waitForURL(/branch=v10$/);
  expect([await isOpen(), await field.inputValue()]).toEqual(['false', 'v10']);
  // The moments beside it are a list for keys as well.
  await page.getByRole('group', { name: 'Repository, branch and moment' }).locator('.moment').press('Enter');
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await expect.poll(focused).toMatch(/^Now/);
  await page.getByRole('group', { name: 'Moment', exact: true }).getByRole('button').nth(1).waitFor();
  await page.keyboard.press('End');
  expect(await focused()).not.toMatch(/^Now/);
  await page.keyboard.press('Home');
  expect(await focused()).toMatch(/^Now/);
  await page.keyboard.press('Escape');
  await expect.poll(focused).toMatch(/^Now\s*▾/);
});

test('a sync without changes leaves the figures of the current state as they are', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  const current = page.getByRole('region', { name: /Current state/ });
  await current.getByText('Files', { exact: true }).first().waitFor();
  expect(await current.textContent()).not.toMatch(/±0|0 B/);
  const files = current.locator('dl > div').filter({ has: page.getByText('Files', { exact: true }) });
  expect(await files.locator('dd').first().textContent()).toBe('2');
});

test('a wrong address leaves no project behind', async () => {
  const { page } = product;
  await page.goto(`${product.url}/connect`);
  await page.locator('html[data-alive]').waitFor();
  const proposed = page.getByRole('region', { name: 'Repositories on this server' });
  await proposed.getByRole('button', { name: 'harbour', exact: true }).click();
  expect(await page.getByLabel('Repository address').inputValue()).toBe(product.repository);
  // The source is asked while the address is typed, by the query for it, and names the mistake before anything is sent.
  await page.getByText('It answers. Its default branch is main.').waitFor();
  await page.getByLabel('Repository address').fill(`${product.repository}-nonexistent`);
  await page.getByTestId('address-check').getByText('There is no repository in this folder').waitFor();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('alert').waitFor();
  // A folder inside a repository leads to that repository.
  await page.getByLabel('Repository address').fill(join(product.repository, 'src'));
  await page.getByText('The folder lies inside a repository.').waitFor();
  await page.getByRole('button', { name: `Use ${product.repository}` }).click();
  expect(await page.getByLabel('Repository address').inputValue()).toBe(product.repository);
  await page.goto(product.url);
  await page.getByRole('link', { name: 'harbour', exact: true }).waitFor();
  expect(await page.getByRole('listitem').count()).toBe(1);
});

test('no page reported an error', () => {
  expect(product.complaints).toEqual([]);
});
