import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Product } from './product.ts';

let github: Server;
let product: Product;

/** As much of GitHub as lets somebody agree at once who is not known to the product. */
function answer(path: string, url: URL): { to: string } | { json: unknown } {
  if (path === '/login/oauth/authorize') {
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', 'agreed');
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    return { to: back.href };
  }
  if (path === '/login/oauth/access_token') return { json: { access_token: 'a', token_type: 'bearer' } };
  if (path === '/user') return { json: { id: 1, login: 'octo', name: null } };
  return { json: [{ email: 'octo@example.org', primary: true, verified: true }] };
}

beforeAll(async () => {
  github = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answered = answer(url.pathname, url);
    if ('to' in answered) response.writeHead(302, { location: answered.to }).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered.json));
  });
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
  const address = github.address();
  product = new Product({
    GITHUB_API_URL: `http://127.0.0.1:${address instanceof Object ? address.port : 0}`,
    GITHUB_CLIENT_ID: 'app',
    GITHUB_CLIENT_SECRET: 's'.repeat(20),
  });
  await product.start();
});

afterAll(async () => {
  await product.stop();
  github.close();
});

test('whoever came by the link sets a password, signs out, and comes back by it', async () => {
  const { page } = product;
  const password = 'p'.repeat(14);
  await page.getByRole('link', { name: 'Account' }).click();
  const said = (await page.getByText('You are signed in as').textContent()) ?? '';
  const email = /as (\S+)\.$/.exec(said)?.[1] ?? '';
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Set a password' }).click();
  await page.getByRole('button', { name: 'Change the password' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(`${password}!`);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('do not belong together').waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: 'Account' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
});

test('the way over GitHub is offered, and tells somebody unknown what to do', async () => {
  const { page } = product;
  await page.goto(`${product.url}/account`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in with GitHub' }).click();
  await page.getByText('Ask for an invitation').waitFor();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  expect(product.complaints).toEqual([]);
});
