import { renameSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

const product = new Product();

beforeAll(async () => {
  product.commit({
    'README.md': '# Harbour\n\nShips wait at the **quay** for a berth.\n',
    'src/berth.ts': 'export function allocateBerth(length: number): number {\n  return length * 2;\n}\n',
    'src/old.ts': 'export const old = true;\n',
  });
  product.commit({ 'src/berth.ts': 'export const onFeature = 1;\n' }, { branch: 'feature/tides' });
  product.commit({}, { branch: 'main', message: 'Back on the main line' });
  await product.start();
});

afterAll(() => product.stop());

test('the printed link opens the app signed in, and leads to a finished sync', async () => {
  const { page } = product;
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  await page.getByRole('link', { name: 'Connect a repository' }).click();
  await page.getByLabel('Repository address').fill(product.repository);
  await page.getByText('A folder on the server').waitFor();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByTestId('plan').getByText('tokens to embed').waitFor();
  await page.getByRole('button', { name: 'Sync this branch' }).click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await page.getByText('Current state').waitFor();
});

test('a branch is picked by typing, and synced', async () => {
  const { page } = product;
  await page.getByRole('combobox', { name: 'Branch' }).fill('tides');
  await page.getByRole('option', { name: /feature\/tides/ }).click();
  await page.waitForURL(/branch=feature%2Ftides/);
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
});

test('a branch that is typed while a sync ends is still searched', async () => {
  const { page } = product;
  const ended = Promise.withResolvers<void>();
  await product.context.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('query Branches') === true) await ended.promise;
    await route.continue();
  });
  let refreshed = 0;
  page.on('response', (answer) => {
    if (answer.request().postData()?.includes('query Overview') === true) refreshed++;
  });
  await page.getByTestId('start-sync').click();
  await page.getByRole('combobox', { name: 'Branch' }).fill('mai');
  // The page is brought up to date when the sync begins and when it ends.
  await expect.poll(() => refreshed, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  ended.resolve();
  await page.getByRole('option', { name: /^main/ }).click();
  await page.waitForURL(/branch=main/);
  await product.context.unroute('**/graphql');
  expect(await outcomeOf(page)).toBe('COMPLETED');
});

test('a second sync of the main line shows its changes, and the file as it was before', async () => {
  const { page } = product;
  product.commit({
    'src/berth.ts': 'export function allocateBerth(length: number): number {\n  return length * 3;\n}\n',
  });
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await page.getByRole('link', { name: 'History' }).click();
  // The overview has links of the same names, which must not be clicked before the navigation.
  await page.waitForURL(/\/history$|\/history\?/);
  await page
    .getByRole('link', { name: /^#\d+ main/ })
    .last()
    .click();
  await page.getByRole('link', { name: 'Browse files as of this sync' }).click();
  await page.waitForURL(/\/files\?.*as-of=/);
  await page.goto(page.url().replace('/files?', '/files/src/berth.ts?'));
  await page.getByText('length * 2').waitFor();
  await page.getByRole('link', { name: 'Back to now' }).click();
  await page.getByText('length * 3').waitFor();
});

test('two syncs are compared, and the earlier one is brought back', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history`);
  await page.locator('html[data-alive]').waitFor();
  const boxes = page.getByRole('checkbox', { name: /Compare #\d+ main/ });
  await boxes.first().check();
  await boxes.last().check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.waitForURL(/compare\?from=\d+&to=\d+/);
  await page.locator('html[data-alive]').waitFor();
  const file = page.getByRole('button', { name: /src\/berth\.ts/ });
  await file.click();
  await page.getByText('length * 3').waitFor();
  await page.getByRole('button', { name: 'Split' }).click();
  // The address has the opened file and the shape: another reader sees the same.
  expect(new URL(page.url()).searchParams.get('file')).toBe('src/berth.ts');
  await page.reload();
  await page.getByText('length * 3').waitFor();
  expect(await page.getByRole('button', { name: 'Split' }).getAttribute('aria-pressed')).toBe('true');
  await page.goto(`${product.url}/p/harbour/history`);
  await page
    .getByRole('link', { name: /^#\d+ main/ })
    .last()
    .click();
  await page.getByRole('button', { name: 'Restore this state' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('src/berth.ts').waitFor();
  await dialog.getByLabel('Reason').fill('The import broke');
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await page.goto(`${product.url}/p/harbour/files/src/berth.ts?branch=main`);
  await page.getByText('length * 2').waitFor();
});

test('a card and the overview say how many commits the branch is behind, and when it is up to date', async () => {
  const { page } = product;
  // The restored state is one commit behind; this is another.
  product.commit({ 'later.ts': 'export const later = 1;\n' });
  await page.goto(product.url);
  await page.getByText('2 commits behind').waitFor();
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.getByTestId('standing').getByText('2 commits behind').waitFor();
  // The restore pinned the branch: nothing moves it before it is released.
  const pin = page.getByTestId('pin');
  await pin.getByText('The import broke').waitFor();
  expect(await page.getByTestId('start-sync').isDisabled()).toBe(true);
  await pin.getByRole('button', { name: 'Release' }).click();
  await pin.waitFor({ state: 'detached' });
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await page.getByTestId('standing').getByText('Up to date').waitFor();
});

test('a search finds the function by its name, and leads to its lines', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour`);
  await page.getByRole('heading', { name: 'Recent syncs' }).waitFor();
  await page.locator('html[data-alive]').waitFor();
  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Search the memory' }).fill('allocateBerth');
  await page.locator('[data-hit]').first().click();
  await page.waitForURL(/files\/src\/berth\.ts.*#L/);
});

test('a key is shown once, and can be revoked', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Nightly');
  await page.getByRole('button', { name: 'New key' }).click();
  const key = await page.getByTestId('new-key').textContent();
  const ask = () =>
    fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"query":"{viewer{id}}"}',
    }).then((answer) => answer.text());
  expect(await ask()).toContain('"id"');
  await page.reload();
  expect(await page.getByTestId('new-key').count()).toBe(0);
  await page.getByRole('button', { name: 'Revoke: Nightly' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect.poll(ask).not.toContain('"id"');
});

test('a failed sync says why, and can be retried there', async () => {
  const { page } = product;
  const away = `${product.repository}-away`;
  renameSync(product.repository, away);
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  const failed = page.locator('[data-testid="sync-banner"][data-status="FAILED"]');
  await failed.getByText('The sync failed.').waitFor({ timeout: 120_000 });
  renameSync(away, product.repository);
  await failed.getByRole('button', { name: 'Try again' }).click();
  await failed.waitFor({ state: 'detached' });
  expect(await outcomeOf(page)).toBe('COMPLETED');
});

test('a page that can’t be refreshed keeps its content', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('heading', { name: 'Recent syncs' }).waitFor();
  let refused = 0;
  await product.context.route('**/graphql', (route) => {
    if (route.request().postData()?.includes('query Overview') !== true) return route.continue();
    refused++;
    return route.abort();
  });
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await expect.poll(() => refused).toBeGreaterThanOrEqual(2);
  await product.context.unroute('**/graphql');
  await page.getByRole('heading', { name: 'Recent syncs' }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('the banner survives a restart of the server, and says so', async () => {
  const { page } = product;
  product.commit(
    Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`many/${i % 50}/${i}.ts`, `export const value${i} = ${i};\n`]),
    ),
  );
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  await page.locator('[data-testid="sync-banner"][data-status="RUNNING"]').waitFor();
  await product.halt('SIGKILL');
  await page.getByText('Connection lost.').waitFor();
  await product.serve();
  expect(await outcomeOf(page)).toBe('COMPLETED');
});

test('a cancelled sync leaves the current state unchanged', async () => {
  const { page } = product;
  product.commit(
    Object.fromEntries(
      Array.from({ length: 6000 }, (_, i) => [`more/${i % 60}/${i}.ts`, `export const more${i} = ${i};\n`]),
    ),
  );
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  await page.getByRole('button', { name: 'Cancel sync' }).click();
  expect(await outcomeOf(page)).toBe('CANCELLED');
  await page.goto(`${product.url}/p/harbour/files/more?branch=main`);
  await page.getByText('There is no such file').waitFor();
});

test('no page reported an error', () => {
  expect(product.complaints).toEqual([]);
});
