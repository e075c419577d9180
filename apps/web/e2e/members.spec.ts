import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

const product = new Product();
let guests: BrowserContext;
let guest: Page;

beforeAll(async () => {
  product.commit({ 'README.md': '# Harbour\n' });
  await product.start();
  expect(await product.firstSync()).toBe('COMPLETED');
  // A context of its own has its own cookies: another user at another machine.
  guests = await product.browser.newContext();
  guest = await guests.newPage();
});

afterAll(() => product.stop());

test('an invitation is a link that works once, and signs the invited person in', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByLabel('Email').fill('guest@example.org');
  await page.getByRole('combobox', { name: 'Role', exact: true }).selectOption('VIEWER');
  await page.getByRole('button', { name: 'Invite' }).click();
  const link = (await page.locator('code', { hasText: 'token=' }).textContent()) ?? '';
  await guest.goto(link);
  await guest.getByText('guest@example.org').waitFor();
  await guest.getByRole('button', { name: 'Join' }).click();
  await guest.getByRole('heading', { name: /^Current state/ }).waitFor();
  expect(new URL(guest.url()).pathname).toBe('/p/harbour');
  await guest.goto(link);
  await guest.getByText('This invitation was used or has expired').waitFor();
});

test('a viewer reads, and sees no action that would be refused', async () => {
  await guest.goto(`${product.url}/p/harbour/files/README.md`);
  await guest.getByRole('heading', { name: 'Harbour' }).waitFor();
  await guest.goto(`${product.url}/p/harbour/settings`);
  await guest.getByText('Only an owner may change this.').waitFor();
  expect(await guest.getByRole('button', { name: 'Invite' }).count()).toBe(0);
  await guest.getByText('Branches kept here').click();
  await guest.getByText('1 sync').waitFor();
  expect(await guest.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
  await guest.goto(`${product.url}/p/harbour`);
  await guest.getByRole('heading', { name: 'Recent syncs' }).waitFor();
  const start = guest.getByTestId('start-sync');
  expect((await start.count()) === 0 || (await start.isDisabled())).toBe(true);
});

test('the page on the server is for its operator, and says to others whose it is', async () => {
  const { page } = product;
  await page.goto(`${product.url}/account`);
  await page.getByRole('link', { name: 'The state of this server' }).click();
  await page.getByRole('heading', { name: 'This server' }).waitFor();
  await page.getByRole('row', { name: 'Projects 1' }).waitFor();
  await page.getByRole('link', { name: 'GitHub App' }).click();
  const form = page.locator('form[action*="/settings/apps/new"]');
  expect(await form.getAttribute('action')).toMatch(/^https:\/\/github\.com\/settings\/apps\/new\?state=/);
  await page.getByLabel('Organization').fill('acme');
  await page.getByRole('button', { name: 'Use this owner' }).click();
  await page.locator('form[action^="https://github.com/organizations/acme/"]').waitFor();
  for (const path of ['/instance', '/instance/github-app']) {
    await guest.goto(product.url + path);
    await guest.getByText('This page is for operators').waitFor();
  }
  await guest.goto(`${product.url}/account`);
  await guest.getByRole('heading', { name: 'Account' }).waitFor();
  expect(await guest.getByRole('link', { name: 'The state of this server' }).count()).toBe(0);
});

test('a changed role takes effect on the next page', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  const role = page.getByRole('combobox', { name: /^Role: / });
  expect(await role.inputValue()).toBe('VIEWER');
  const answered = page.waitForResponse((answer) => answer.url().endsWith('/graphql'));
  await role.selectOption('EDITOR');
  await answered;
  await guest.goto(`${product.url}/p/harbour`);
  await guest.locator('html[data-alive]').waitFor();
  await guest.getByTestId('start-sync').click();
  expect(await outcomeOf(guest)).toBe('COMPLETED');
});

test('a removed member finds nothing there', async () => {
  const { page } = product;
  await page.getByRole('button', { name: /^Remove member: / }).click();
  await page.getByRole('button', { name: /^Remove member: / }).waitFor({ state: 'detached' });
  await guest.goto(`${product.url}/p/harbour`);
  await guest.getByRole('alert').getByText('There is nothing here').waitFor();
  await guest.goto(product.url);
  await guest.getByRole('heading', { name: 'Projects' }).waitFor();
  expect(await guest.getByRole('link', { name: 'harbour' }).count()).toBe(0);
});
