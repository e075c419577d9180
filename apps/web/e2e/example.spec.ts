import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product, root } from './product.ts';

// Without configuration, as a new user starts it: the folder above the checkout may be connected.
const product = new Product({ LOCAL_REPOSITORIES: undefined });
const checkout = root.replace(/\/$/, '');

beforeAll(() => product.start());
afterAll(() => product.stop());

test('the first page leads to a sync in three steps, and offers this checkout by its path', async () => {
  const { page } = product;
  await page.getByRole('heading', { name: 'Nothing is synced yet' }).waitFor();
  for (const step of ['Connect', 'Choose a branch', 'Watch'])
    await page.getByRole('heading', { name: step, exact: true }).waitFor();
  await page.getByText(checkout, { exact: true }).waitFor();
});

test('a failed attempt leaves nothing behind, and is repeated', async () => {
  const { page } = product;
  await product.context.route('**/graphql', (route) =>
    route.request().postData()?.includes('mutation CreateProject') ? route.abort() : route.continue(),
  );
  await page.getByTestId('sync-example').click();
  await page.getByRole('alert').getByText('The server does not answer').waitFor();
  await product.context.unroute('**/graphql');
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
  await page.waitForURL(/\/p\/[^/]+$/);
  // All files of this repository are read, on a machine that runs other tests as well.
  expect(await outcomeOf(page)).toBe('COMPLETED');
}, 300_000);

test('one click has synced the checkout’s own branch, file by file as Git has it', async () => {
  const { page } = product;
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  const current = page.getByRole('region', { name: /^Current state/ });
  await current.getByText(git('rev-parse', 'HEAD').slice(0, 8)).waitFor();
  const files = git('ls-tree', '-r', '--name-only', 'HEAD').split('\n').length;
  // The page groups digits by the language of its reader.
  const shown = await page.evaluate(
    (total) => new Intl.NumberFormat(navigator.language).format(total),
    files,
  );
  await current.getByText(shown, { exact: true }).waitFor();
  await current.getByRole('link', { name: 'Files' }).click();
  await page.getByRole('treeitem', { name: 'README.md' }).getByRole('button').click();
  await page.getByRole('heading', { name: 'Project Sync', level: 1 }).waitFor();
  await page.goto(product.url);
  await page.getByRole('link', { name: basename(checkout), exact: true }).waitFor();
  expect(await page.locator('.card').count()).toBe(1);
  expect(product.complaints).toEqual([]);
});
