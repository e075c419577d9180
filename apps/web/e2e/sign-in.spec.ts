import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passkeyDevice } from './passkey-device.ts';
import { Product } from './product.ts';

let github: Server;
let product: Product;

/** The OAuth part of GitHub, for an account that the product does not know and that always agrees. */
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address instanceof Object ? address.port : 0;
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
  // Browsers bind passkeys to names, never to numeric addresses.
  const port = await freePort();
  product = new Product({
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
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

const password = 'nine berths by dawn';
let email = '';

test('a user who came by the link sets a password, signs out, and signs in with it', async () => {
  const { page } = product;
  await page.getByRole('link', { name: 'Account' }).click();
  const said = (await page.getByText('You are signed in as').textContent()) ?? '';
  email = /as (\S+)\.$/.exec(said)?.[1] ?? '';
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Set a password' }).click();
  await page.getByRole('button', { name: 'Change the password' }).waitFor();
  await page.getByText('The password is saved.').waitFor();
  await page.getByLabel('Current password').fill(`${password}!`);
  await page.getByLabel('New password').fill(`${password}?`);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('alert').getByText('That is not your current password.').waitFor();
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill('nine berths by dawn '.repeat(10));
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('alert').getByText('That password is too long.').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(`${password}!`);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('email and password do not match').waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: 'Account' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
});

test('an owner gives the account a name and an address', async () => {
  const { page } = product;
  await page.goto(`${product.url}/account`);
  await page.getByLabel('Your name').fill('Harbour master');
  await page.getByLabel('Email').fill('harbour@example.org');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('You are signed in as harbour@example.org.').waitFor();
  await page.getByRole('status').getByText('Saved.').waitFor();
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`You are signed in as ${email}.`).waitFor();
});

test('a passkey is added, signs its user in where the device checks them, and is removed', async () => {
  const { page } = product;
  const device = await passkeyDevice(page);
  const leave = async () => {
    await page.goto(`${product.url}/account`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
  };
  const tryPasskey = () => page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.goto(`${product.url}/account`);
  await page.getByLabel('Name', { exact: true }).fill('Harbour laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('Harbour laptop').waitFor();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('alert').getByText('has a passkey for you already').waitFor();

  await leave();
  await device.verifies(false);
  await tryPasskey();
  await page.getByRole('alert').getByText('No passkey was chosen').waitFor();
  await device.verifies(true);
  await tryPasskey();
  await page.getByRole('link', { name: 'Account' }).waitFor();

  await page.goto(`${product.url}/account`);
  await page.getByRole('button', { name: 'Remove the passkey Harbour laptop' }).click();
  await page.getByText('Harbour laptop').waitFor({ state: 'detached' });
  await leave();
  await tryPasskey();
  await page.getByRole('alert').getByText('does not sign in here').waitFor();
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: 'Account' }).waitFor();
  await device.remove();
});

test('the account page’s forms answer as plain requests, and only to this site', async () => {
  const { context, url } = product;
  const post = (query: string, form: Record<string, string>, origin = url) =>
    context.request.post(`${url}/account${query}`, {
      form,
      headers: { origin, accept: 'text/html' },
      maxRedirects: 0,
    });
  const short = await post('?/password', { current: 'nine berths by dawn', wanted: 'short' });
  expect([short.status(), short.headers()['cache-control']]).toEqual([400, 'no-store']);
  expect(await short.text()).toContain('at least 12');
  const changed = await post('?/password', { current: 'nine berths by dawn', wanted: 'ten cranes at dusk' });
  expect(changed.status()).toBe(303);
  expect((await post('?/signOut', {}, 'https://elsewhere.example')).status()).toBe(403);
  const connect = await post('?/connectGitHub', {});
  expect([connect.status(), connect.headers()['location']]).toEqual([
    303,
    expect.stringContaining('/login/oauth/authorize?'),
  ]);
  const out = await post('?/signOut', {});
  expect([out.status(), out.headers()['location']]).toEqual([303, '/sign-in']);
  const signedOut = await context.request.get(`${url}/account`, { maxRedirects: 0 });
  expect([signedOut.status(), signedOut.headers()['location']]).toEqual([303, '/sign-in?next=/account']);
});

test('GitHub is offered, and tells an unknown account what to do', async () => {
  const { page } = product;
  await page.goto(`${product.url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with GitHub' }).click();
  await page.getByText('Ask for an invitation').waitFor();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  expect(product.complaints).toEqual([]);
});
