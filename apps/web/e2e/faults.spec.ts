import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

const product = new Product();
/** Looks like `photogpj.exe` if the right-to-left override is obeyed. */
const turned = 'photo\u202Eexe.jpg';
const longest = `${'n'.repeat(252)}.md`;

beforeAll(async () => {
  product.commit({
    'README.md': '# Harbour\n\nShips wait at the quay.\n',
    [turned]: 'turned\n',
    [longest]: 'A file whose name is as long as a name can be.\n',
    // Short lines: a file over two megabytes is listed without its text.
    'long.txt': Array.from({ length: 100_000 }, (_, i) => (i + 1).toString(36)).join('\n'),
  });
  await product.start();
  expect(await product.firstSync()).toBe('COMPLETED');
});

afterAll(() => product.stop());

test('a name that reverses the writing direction is shown with its marks, and a long one fits the page', async () => {
  const { page } = product;
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of [turned, longest]) {
    await page.goto(`${product.url}/p/harbour/files/${encodeURIComponent(path)}`);
    await page.locator('article').waitFor();
    expect(await page.locator('.crumbs').textContent()).not.toContain('\u202E');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('a file of 100,000 lines opens with only the visible ones, at any line', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files/long.txt#L99990`);
  await page.getByText((99_990).toString(36), { exact: true }).waitFor();
  expect(await page.locator('.line').count()).toBeLessThan(120);
  await page.locator('.line.marked').getByText('99990', { exact: true }).waitFor();
});

test('back and forward lead through the visited pages', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('link', { name: 'Knowledge' }).click();
  await page.waitForURL(/\/knowledge$/);
  await page.getByRole('heading', { name: 'Knowledge' }).waitFor();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('heading', { name: 'Danger zone' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Knowledge' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Recent syncs' }).waitFor();
  await page.goForward();
  await page.getByRole('heading', { name: 'Knowledge' }).waitFor();
});

test('a sync started in one tab is seen in the other', async () => {
  const { page, context } = product;
  const other = await context.newPage();
  await page.goto(`${product.url}/p/harbour`);
  await other.goto(`${product.url}/p/harbour/history`);
  await other.locator('html[data-alive]').waitFor();
  product.commit({ 'README.md': '# Harbour\n\nShips wait.\n' });
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await other.reload();
  expect(await other.getByRole('link', { name: /^#\d+ main/ }).count()).toBe(2);
  await other.close();
});

test('a note survives the end of the session, and is saved after signing in again', async () => {
  const { page, context } = product;
  await page.goto(`${product.url}/p/harbour/memory`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('button', { name: 'Write a note' }).click();
  await page.getByLabel('Title').fill('Tides');
  await page.getByLabel('What should be remembered').fill('The berth floods at spring tide.');
  const cookies = await context.cookies();
  await context.clearCookies();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Sign in' }).waitFor();
  expect(await page.getByLabel('What should be remembered').inputValue()).toBe(
    'The berth floods at spring tide.',
  );
  await context.addCookies(cookies);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The note is saved').waitFor();
});

test('a page without a session leads to signing in, and from there back', async () => {
  const { page, context } = product;
  const cookies = await context.cookies();
  await context.clearCookies();
  for (const path of ['/', '/connect', '/p/harbour', '/p/harbour/history', '/p/harbour/files/README.md']) {
    await page.goto(product.url + path);
    await page.waitForURL((address) => address.searchParams.get('next') === path);
    await page.getByLabel('Password').waitFor();
  }
  await context.addCookies(cookies);
});

test('a project that was removed in another tab says so, and offers a way out', async () => {
  const { page, context } = product;
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  const other = await context.newPage();
  await other.goto(`${product.url}/p/harbour/settings`);
  await other.locator('html[data-alive]').waitFor();
  await other.getByLabel('The project disappears').fill('harbour');
  await other.getByRole('button', { name: 'Remove project' }).click();
  await other.getByRole('heading', { name: 'Nothing is synced yet' }).waitFor();
  await page.getByTestId('start-sync').click();
  await page.getByRole('alert').getByText('There is no such repository').waitFor();
  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('alert').getByText('There is nothing here').waitFor();
  await page.getByRole('link', { name: 'Projects', exact: true }).first().click();
  await page.getByRole('heading', { name: 'Nothing is synced yet' }).waitFor();
  expect(product.complaints).toEqual([]);
  await other.close();
});
