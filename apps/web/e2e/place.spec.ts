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
  expect(addresses).toHaveLength(6);
  for (const address of addresses) expect(address).toContain('branch=v10');
  await page.getByRole('link', { name: 'Files', exact: true }).first().click();
  await page.waitForURL(/\/files\?branch=v10/);
  await page.keyboard.press('t');
  await page.getByRole('dialog').getByRole('combobox').fill('only-here');
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/files\/src\/only-here\.ts\?branch=v10/);
  await page.getByText('tenth').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('history');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/history\?branch=v10/);
});

test('the finder’s key stays in the past', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history`);
  await page.getByRole('link', { name: /^main/ }).last().click();
  await page.getByRole('link', { name: 'Browse files as of this sync' }).click();
  await page.waitForURL(/as-of=/);
  await page.locator('html[data-alive]').waitFor();
  await page.keyboard.press('t');
  await page.getByRole('dialog').getByRole('combobox').fill('queue');
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/files\/src\/queue\.ts\?.*as-of=/);
  expect(new URL(page.url()).searchParams.get('branch')).toBe('main');
  await page.getByText('As of').waitFor();
  await page.keyboard.press('/');
  await page.waitForURL(/\/memory\?.*as-of=/);
  await page.getByText('main · As of').waitFor();
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

test('the branch picker opens by one click and closes when a branch is chosen again', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  const field = page.getByRole('combobox', { name: 'Branch' });
  const options = page.getByRole('option');
  await field.focus();
  expect(await options.count()).toBe(0);
  await page.getByRole('button', { name: 'Find a branch' }).click();
  await options.first().waitFor();
  await page.keyboard.press('Escape');
  await options.first().waitFor({ state: 'detached' });
  await field.click();
  await page.getByRole('option', { name: /^main/ }).click();
  await options.first().waitFor({ state: 'detached' });
  expect(await field.inputValue()).toBe('main');
});

test('a sync without changes leaves the figures of the current state as they are', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  const current = page.getByRole('region', { name: /Current state/ });
  await current.getByText('Files', { exact: true }).first().waitFor();
  expect(await current.textContent()).not.toMatch(/±0|0 B/);
  expect(await current.locator('dd').nth(1).textContent()).toBe('2');
});

test('a wrong address leaves no project behind', async () => {
  const { page } = product;
  await page.goto(`${product.url}/connect`);
  await page.getByLabel('Repository address').fill(`${product.repository}-nonexistent`);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.goto(product.url);
  await page.getByRole('link', { name: 'harbour', exact: true }).waitFor();
  expect(await page.getByRole('listitem').count()).toBe(1);
});

test('no page reported an error', () => {
  expect(product.complaints).toEqual([]);
});
