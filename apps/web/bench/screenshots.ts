import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright';
import { repositoryOf, widenBerths } from '../e2e/day-repositories.ts';
import { passkeyDevice } from '../e2e/passkey-device.ts';
import { Product, root } from '../e2e/product.ts';
import { Photographer, quiet } from './photographer.ts';
import { picturedPages } from './pictured-pages.ts';
import { describedProvider, OwnHistory, writePictureRepositories } from './picture-world.ts';

// Takes every page and state of the built app, over this repository and small ones in three languages: light, dark and
// on a phone, the main ones on a large screen and enlarged as well. For people who look; no test reads the pictures.
// `node apps/web/bench/screenshots.ts [--to folder] [--only pattern] [--data folder] [--docs]`, after `node scripts/build.ts`.
// With `--docs` the twelve of the documentation are renewed. With `--data` the synced repositories stay for the next run, which takes the pictures that need no first sync.
const { values } = parseArgs({
  options: {
    to: { type: 'string', default: '.tmp/screenshots' },
    only: { type: 'string', default: '.' },
    data: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
});
const { server: provider, issuer } = await describedProvider();
const folder = values.data === undefined ? undefined : resolve(values.data);
if (folder !== undefined) mkdirSync(folder, { recursive: true });
const product = new Product(
  {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'project-sync',
    OIDC_CLIENT_SECRET: 's'.repeat(24),
    OIDC_NAME: 'Acme',
    OIDC_DOMAINS: 'example.org',
    // Browsers bind passkeys to names, never to numeric addresses.
    HOST: 'localhost',
  },
  folder,
);
const photographer = new Photographer(
  values.to,
  new RegExp(values.only),
  values.docs ? join(root, 'docs/images') : null,
);
const cookies = join(product.folder, 'cookies.json');
const isFirst = !existsSync(cookies);

try {
  await product.start();
  if (isFirst) {
    await takeBeginnings(product.page);
    await growTheRest();
    await product.context.storageState({ path: cookies });
  } else await comeBack();
  await takeSignIn();
  await takePasskey();
  for (const one of picturedPages) {
    if (!photographer.wants(one.name)) continue;
    await open(one.path);
    try {
      await one.act?.(product.page);
    } catch (error) {
      console.error(`${one.name}: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`);
    }
    await photographer.take(product.page, one.name, {
      wide: one.wide === true,
      whole: one.screen !== true,
    });
  }
  await open('/p/project-sync/knowledge?page=architecture');
  await photographer.print(product.page, 'document');
  await takeGraphiql();
  await takeServerAway();
  for (const line of photographer.overflowing) console.error(`scrolls sideways: ${line}`);
  for (const line of product.complaints) console.error(`complaint: ${line}`);
} finally {
  await product.stop();
  provider.close();
}

async function open(path: string): Promise<void> {
  await product.page.goto(product.url + path);
  // The page of an invitation stands outside of the app, whose keys the mark speaks of.
  if (!path.startsWith('/invitation')) await product.page.locator('html[data-alive]').waitFor();
  await quiet(product.page);
}

async function comeBack(): Promise<void> {
  await product.context.addCookies(JSON.parse(readFileSync(cookies, 'utf8')).cookies);
}

/** An empty instance, a repository that is connected, and a first sync while it runs. */
async function takeBeginnings(page: Page): Promise<void> {
  const history = new OwnHistory(product);
  await photographer.take(page, 'first-start', { wide: true });
  await open('/connect');
  await page.getByLabel('Repository address').fill(join(product.folder, 'repositories', 'nowhere'));
  await photographer.take(page, 'connect-known');
  await page.getByLabel('Repository address').fill(history.folder);
  await page.getByText('It answers.').waitFor();
  await photographer.take(page, 'connect-checked');
  await page.getByLabel('Repository address').fill(join(product.folder, 'repositories', 'nowhere'));
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await photographer.take(page, 'connect-failed');
  await page.getByLabel('Repository address').fill(history.folder);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByTestId('plan').getByText('tokens to embed').waitFor();
  await photographer.take(page, 'connect-plan');
  await page.getByRole('button', { name: 'Sync this branch' }).click();
  await page.locator('[data-testid="sync-banner"][data-status="RUNNING"]').waitFor({ timeout: 60_000 });
  await photographer.take(page, 'first-sync');
  await page.goto(`${product.url}/p/project-sync/jobs`);
  await photographer.take(page, 'jobs-running');
  await page.locator('[aria-current="step"]').getByText('Embed').waitFor({ timeout: 240_000 });
  await page.goto(`${product.url}/p/project-sync`);
  await photographer.take(page, 'first-sync-readable');
  await page.locator('[data-testid="sync-banner"][data-status="COMPLETED"]').waitFor({ timeout: 600_000 });
  await photographer.take(page, 'sync-completed', { whole: false });
  for (const before of [20, 0]) {
    history.moveTo('main', before);
    await sync('/p/project-sync?branch=main');
  }
  history.moveTo('next', 10);
  await sync('/p/project-sync?branch=next');
  await page.goto(`${product.url}/p/project-sync/history?of=all`);
  await page.getByRole('link', { name: /next/ }).first().click();
  await page.getByRole('button', { name: 'Restore this state' }).click();
  await page.getByLabel('Reason').fill('1.8 broke the import');
  await ended(() => page.getByRole('button', { name: 'Restore', exact: true }).click());
}

async function sync(path: string): Promise<void> {
  const { page } = product;
  await page.goto(product.url + path);
  await page.locator('html[data-alive]').waitFor();
  await ended(() => page.getByTestId('start-sync').click());
  console.log(`synced ${path}`);
}

async function connect(repository: string, project?: string): Promise<void> {
  const { page } = product;
  await page.goto(`${product.url}/connect${project === undefined ? '' : `?project=${project}`}`);
  await page.getByLabel('Repository address').fill(repository);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByTestId('plan').getByText('tokens to embed').waitFor();
}

/** Waits for the end of what a click starts. A small sync is over before a page shows its banner, so the API is asked. */
async function ended(click: () => Promise<void>): Promise<void> {
  const asked = product.page.waitForResponse((answer) =>
    /mutation (StartSync|RestoreMemory)/.test(answer.request().postData() ?? ''),
  );
  await click();
  await asked;
  const query =
    '{ projects(first: 20) { nodes { syncs(status: [QUEUED, RUNNING], first: 0) { totalCount } } } }';
  for (let active = 1; active > 0;) {
    const { projects } = await product.ask<{ projects: { nodes: { syncs: { totalCount: number } }[] } }>(
      query,
    );
    active = projects.nodes.reduce((sum, { syncs }) => sum + syncs.totalCount, 0);
    if (active > 0) await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** The small repositories: three in one project, one whose folder moves away, one that is never synced. */
async function growTheRest(): Promise<void> {
  const { page } = product;
  writePictureRepositories(product);
  const button = page.getByRole('button', { name: 'Sync this branch' });
  for (const name of ['harbour', 'weather', 'winch', 'lost']) {
    const project = name === 'weather' || name === 'winch' ? 'harbour' : undefined;
    await connect(repositoryOf(product, name), project);
    await ended(() => button.click());
  }
  widenBerths(product);
  product.branch(['old']);
  for (const branch of ['main', 'work', 'old']) await sync(`/p/harbour?branch=${branch}`);
  execFileSync('git', ['branch', '--quiet', '-D', 'old'], { cwd: product.repository });
  const lost = repositoryOf(product, 'lost');
  renameSync(lost, `${lost}-elsewhere`);
  await sync('/p/lost');
  await photographer.take(page, 'sync-fails');
  await connect(repositoryOf(product, 'quiet'));
  await invite();
}

/** A member who is asked, and the page that the link leads to. */
async function invite(): Promise<void> {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByLabel('Email').first().fill('guest@example.org');
  await page.getByRole('button', { name: 'Invite' }).click();
  const link = (await page.locator('code', { hasText: 'token=' }).textContent()) ?? '';
  const guests = await product.browser.newContext();
  const guest = await guests.newPage();
  await guest.goto(link);
  await photographer.take(guest, 'invitation');
  await guest.getByRole('button', { name: 'Join' }).click();
  await guest.waitForURL(({ pathname }) => pathname !== '/invitation');
  for (const [name, path] of [
    ['member-overview', '/p/harbour'],
    ['member-settings', '/p/harbour/settings'],
    ['member-stranger', '/p/project-sync'],
    ['member-denied', '/instance'],
  ] as const) {
    await guest.goto(product.url + path);
    await guest.locator('html[data-alive]').waitFor();
    await photographer.take(guest, name);
  }
  await guests.close();
}

async function takeSignIn(): Promise<void> {
  if (!photographer.wants('sign-in')) return;
  const strangers = await product.browser.newContext();
  const page = await strangers.newPage();
  await page.goto(`${product.url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with Acme' }).waitFor();
  await photographer.take(page, 'sign-in');
  await page.getByLabel('Email').fill('guest@example.org');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await photographer.take(page, 'sign-in-wrong');
  await strangers.close();
}

/** The account of a user whose browser holds a passkey. */
async function takePasskey(): Promise<void> {
  const { page } = product;
  if (!photographer.wants('account-passkey')) return;
  const device = await passkeyDevice(page);
  await open('/account');
  if ((await page.getByRole('button', { name: /^Remove the passkey/ }).count()) === 0) {
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: /^Remove the passkey/ }).waitFor();
  }
  await photographer.take(page, 'account-passkey');
  await device.remove();
}

async function takeGraphiql(): Promise<void> {
  if (!photographer.wants('graphiql')) return;
  await product.page.goto(`${product.url}/graphql`);
  await product.page.locator('.graphiql-container').first().waitFor();
  await photographer.take(product.page, 'graphiql', { whole: false, reloads: true });
}

/** A page that is asked for while the server is away, in the app that is open. */
async function takeServerAway(): Promise<void> {
  if (!photographer.wants('server-away')) return;
  await open('/p/project-sync');
  await product.halt();
  await product.page.getByRole('link', { name: 'History' }).first().click();
  await product.page.getByRole('alert').first().waitFor();
  await photographer.take(product.page, 'server-away');
}
