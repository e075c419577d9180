import { afterAll, beforeAll, expect, test } from 'vitest';
import { Product } from './product.ts';
import { manyBranches, manyPaths, writeHistory } from './write-history.ts';

const product = new Product();
const paths = manyPaths(8000);
const wide = paths.filter((path) => path.startsWith('wide/'));

beforeAll(async () => {
  writeHistory(product.repository, { paths, branches: manyBranches(400) });
  await product.start();
  expect(await product.firstSync()).toBe('COMPLETED');
});

afterAll(() => product.stop());

test('a list of files that can’t be read says so, and is read when asked again', async () => {
  const { page } = product;
  await product.context.route('**/graphql', (route) =>
    route.request().postData()?.includes('query Paths') ? route.abort() : route.continue(),
  );
  await page.goto(`${product.url}/p/harbour/files`);
  await page.locator('html[data-alive]').waitFor();
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('alert').getByText('The server does not answer').waitFor();
  await product.context.unroute('**/graphql');
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByRole('option').nth(39).waitFor();
  expect(await dialog.getByRole('alert').count()).toBe(0);
});

test('the finder searches in a worker, and answers the last key', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files?find=1`);
  const list = page.getByRole('dialog').getByRole('listbox');
  await list.getByRole('option').nth(39).waitFor();
  expect(page.workers().filter((worker) => /finder\.worker/.test(worker.url()))).toHaveLength(1);
  const sought = paths[7777] ?? '';
  const word = sought.slice(-20);
  await page.keyboard.type(word);
  expect(await page.getByRole('dialog').getByRole('combobox').inputValue()).toBe(word);
  await page.locator(`#found[data-asked="${word}"]`).waitFor();
  expect(await list.getByRole('option').first().textContent()).toBe(sought);
});

test('Enter before the answer opens the best match of the answer, not the highlighted row', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files?find=1`);
  await page.getByRole('dialog').getByRole('option').nth(39).waitFor();
  const sought = paths[4321] ?? '';
  // In one task of the page, so that no answer arrives between the text and the key.
  await page
    .getByRole('dialog')
    .getByRole('combobox')
    .evaluate((field, word) => {
      if (!(field instanceof HTMLInputElement)) return;
      field.value = word;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    }, sought);
  await page.waitForURL((url) => url.pathname === `/p/harbour/files/${sought}`);
});

test('a wide folder unfolds to its last file, with only the visible rows in the page', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('treeitem', { name: 'wide' }).getByRole('button').click();
  await page.getByRole('treeitem', { level: 2 }).first().waitFor();
  await page.locator('.tree').focus();
  await page.keyboard.press('End');
  const last = wide.toSorted().at(-1) ?? '';
  await page.locator(`.tree button[title="${last}"]`).waitFor();
  expect(await page.getByRole('treeitem').count()).toBeLessThan(120);
  await page.goto(`${product.url}/p/harbour/files/wide`);
  await page.locator('.entries a.path').first().waitFor();
  expect(await page.locator('.entries a.path').count()).toBeLessThan(120);
  expect(wide.length).toBeGreaterThan(1000);
});

test('a branch among many is found by its name, and a narrower text sends no request', async () => {
  const { page } = product;
  let asked = 0;
  page.on('request', (request) => {
    if (request.postData()?.includes('query Branches') === true) asked++;
  });
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('combobox', { name: 'Branch' }).click();
  await page.getByText('Type to find more branches').waitFor();
  await page.keyboard.type('berth-quay');
  await page.locator('.menu[data-asked="berth-quay"]').waitFor();
  const questions = asked;
  await page.keyboard.type('-3');
  await page.locator('.menu[data-asked="berth-quay-3"]').waitFor();
  const names = await page.getByRole('option').allTextContents();
  expect(names.length).toBeGreaterThan(0);
  expect(names.every((name) => name.includes('berth-quay-3'))).toBe(true);
  expect(asked).toBe(questions);
  await page.keyboard.press('Enter');
  await page.waitForURL(/branch=feature%2Fberth-quay-3/);
});

test('no page reported an error', () => {
  expect(product.complaints).toEqual([]);
});
