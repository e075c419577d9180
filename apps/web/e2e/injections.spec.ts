import { afterAll, beforeAll, expect, test } from 'vitest';
import { injections } from '../src/lib/testing/injections.ts';
import { Product } from './product.ts';

const product = new Product();
/** Every fifth: each bare form appears in some wrapping. `INJECTIONS=all` takes minutes. */
const step = process.env['INJECTIONS'] === 'all' ? 1 : 5;
const ran = () => product.page.evaluate(() => Reflect.get(window, '__ran'));
/** Secrets that the product masks. No literal, which would be one in this file. */
const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
const password = ['kX9', 'tR2', 'mQ7', 'wZ4'].join('vL');
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
  files['config/keys.ts'] =
    `// The registry of the port.\nexport const registry = '${token}';\nexport const password = '${password}';\n`;
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
  const entries = page.locator('.entries a.path');
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

test('no page shows a planted secret, or leaves one or a key in the browser', async () => {
  const { page, context } = product;
  const seen: string[] = [];
  for (const path of ['files/config/keys.ts', 'memory?q=registry', 'memory?q=password', 'history']) {
    await page.goto(`${product.url}/p/harbour/${path}`);
    await page.locator('html[data-alive]').waitFor();
    seen.push(await page.content());
  }
  expect(seen.join('')).toContain('«redacted:');
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Nightly');
  await page.getByRole('button', { name: 'New key' }).click();
  const key = (await page.getByTestId('new-key').textContent())?.trim() ?? '';
  expect(key).toMatch(/^psk_/);
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  seen.push(await page.content());
  const stored = await page.evaluate(async () => {
    localStorage.setItem('probe', 'was read');
    return {
      texts: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie]),
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: await caches.keys(),
    };
  });
  expect(stored).toEqual({ texts: expect.stringContaining('was read'), databases: [], caches: [] });
  const cookies = await context.cookies();
  const session = cookies.find(({ name }) => name.endsWith('session_token'))?.value ?? '';
  expect(session.length).toBeGreaterThan(20);
  for (const secret of [token, password, key, session])
    expect([secret, `${seen.join('')}${stored.texts}`.includes(secret)]).toEqual([secret, false]);
  expect(cookies.filter(({ httpOnly, name }) => !httpOnly && name !== 'theme')).toEqual([]);
});

test('no content security policy was violated', () => {
  expect(product.complaints).toEqual([]);
});
