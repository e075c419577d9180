import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

const product = new Product();

beforeAll(async () => {
  product.commit({ 'README.md': '# Harbour\n', 'src/berth.ts': 'export const berth = 1;\n' });
  product.commit({ 'src/tide.ts': 'export const tide = 1;\n' }, { branch: 'feature/tides' });
  product.commit({}, { branch: 'main' });
  await product.start();
  const { page } = product;
  expect(await product.firstSync()).toBe('COMPLETED');
  await page.goto(`${product.url}/p/harbour?branch=${encodeURIComponent('feature/tides')}`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
});

afterAll(() => product.stop());

test('a branch is removed only after its name is typed, and the dialog says what is lost', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByText('Branches kept here').click();
  await page.getByRole('button', { name: 'Remove branch: feature/tides' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('its 3 files with their passages, and its one sync').waitFor();
  const confirm = dialog.getByRole('button', { name: 'Remove branch' });
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByLabel('Type the name to confirm').fill('feature/tide');
  await page.keyboard.press('Enter');
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByLabel('Type the name to confirm').fill('feature/tides');
  await confirm.click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Remove branch: feature/tides' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Remove branch: main' }).waitFor();
  expect(await page.getByRole('button', { name: /^Remove branch: / }).count()).toBe(1);
});

test('a removed branch disappears from every view, and the other branch stays', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history`);
  await page
    .getByRole('link', { name: /^#\d+ main/ })
    .first()
    .waitFor();
  expect(await page.getByText('feature/tides').count()).toBe(0);
  await page.goto(`${product.url}/p/harbour/files?branch=${encodeURIComponent('feature/tides')}`);
  await page.getByText('Nothing is synced on this branch yet.').waitFor();
  await page.goto(`${product.url}/p/harbour/files/src/berth.ts?branch=main`);
  await page.getByText('export const berth').waitFor();
});

test('a repository is removed with all its branches, and can be connected again', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('button', { name: 'Remove repository: harbour' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('the one branch kept of it').waitFor();
  await dialog.getByLabel('Type the name to confirm').fill('harbour');
  await dialog.getByRole('button', { name: 'Remove repository' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('No repository yet').waitFor();
  await page.goto(`${product.url}/p/harbour`);
  await page.getByText('This project has no repository yet.').waitFor();
  await page.getByRole('link', { name: 'Connect a repository' }).click();
  await page.getByLabel('Repository address').fill(product.repository);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('button', { name: 'Sync this branch' }).click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
});

test('no page reported an error', () => {
  expect(product.complaints).toEqual([]);
});
