import { afterAll, beforeAll, expect, test } from 'vitest';
import { injections } from '../src/lib/testing/injections.ts';
import { Product } from './product.ts';

const product = new Product();
/** Every fifth: each bare form appears in some wrapping. `INJECTIONS=all` takes minutes. */
const step = process.env['INJECTIONS'] === 'all' ? 1 : 5;
const ran = () => product.page.evaluate(() => Reflect.get(window, '__ran'));
/** The part of a text that Git accepts as a branch name. */
const branches = injections.map((text, index) =>
  `group-${Math.floor(index / 50)}/${index}-${text.replaceAll(/[\s~^:?*[\\\x00-\x1f\x7f]|\.\.|@\{|\/\/|\/$|\.$/g, '')}`
    .replaceAll(/\/\.|\.lock|\/{2,}/g, '/')
    .replace(/[./]+$/, '')
    .slice(0, 120),
);

beforeAll(async () => {
  const files: Record<string, string> = {};
  for (const [index, text] of injections.entries()) {
    const name = text.replace(/[/\0]/g, '').slice(0, 60);
    files[`hostile/${index} ${name}.md`] = `Harmless ${index}\n\n${text}\n`;
  }
  product.commit(files, { message: injections.join('\n') });
  product.branch(branches);
  await product.start();
  expect(await product.firstSync()).toBe('COMPLETED');
});

afterAll(() => product.stop());

test('no content of a file runs, rendered or as source', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/files/hostile`);
  await page.locator('html[data-alive]').waitFor();
  const entries = page.locator('.entries a');
  const files = await entries.count();
  expect(files).toBe(injections.length);
  for (let index = 0; index < files; index += step) {
    const entry = entries.nth(index);
    const number = /^\d+/.exec((await entry.textContent()) ?? '')?.[0] ?? '';
    await entry.click();
    // Written before the hostile text, which may swallow what follows.
    await page
      .locator('.prose p', { hasText: `Harmless ${number}` })
      .first()
      .waitFor();
    expect(await ran(), injections[Number(number)]).toBeUndefined();
    await page.getByRole('button', { name: 'Source', exact: true }).click();
    await page.locator('.line', { hasText: `Harmless ${number}` }).waitFor();
    expect(await ran(), injections[Number(number)]).toBeUndefined();
    await page.goBack();
    await entries.first().waitFor();
  }
});

test('no text of a commit, no name of a branch and no passage runs', async () => {
  const { page } = product;
  let seen = 0;
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  for (let group = 0; group * 50 < injections.length; group++) {
    await page.getByRole('combobox', { name: 'Branch' }).fill(`group-${group}/`);
    await page.getByRole('option', { name: new RegExp(`group-${group}/${group * 50}-`) }).waitFor();
    seen += await page.getByRole('option').count();
    expect(await ran()).toBeUndefined();
  }
  expect(seen).toBe(injections.length);
  await page.keyboard.press('Escape');
  for (const path of [
    'history',
    'memory?q=Harmless',
    'memory?q=onerror&mode=KEYWORD',
    'memory?q=javascript',
  ]) {
    await page.goto(`${product.url}/p/harbour/${path}`);
    await page.locator('html[data-alive]').waitFor();
    expect(await ran(), path).toBeUndefined();
  }
  await page.goto(`${product.url}/p/harbour/history`);
  await page.getByRole('link', { name: /^#\d+ main/ }).click();
  await page.getByRole('heading', { name: /^Changes \d/ }).waitFor();
  expect(await ran()).toBeUndefined();
});

test('no content security policy was violated', () => {
  expect(product.complaints).toEqual([]);
});
