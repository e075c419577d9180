import type { DayPage } from './day-page.ts';
import type { Where } from './place-watch.ts';

const main: Where = { repository: 'harbour', branch: 'main', asOf: null };
const opened: Where = { ...main, asOf: 1 };
const weather: Where = { repository: 'weather', branch: 'main', asOf: null };
const spring: Where = { ...weather, branch: 'spring' };
const winch: Where = { repository: 'winch', branch: 'main', asOf: null };
const fast: Where = { ...winch, branch: 'fast' };
const all: Where = { repository: 'All repositories', branch: null, asOf: null };

/** The other repositories of the project, and all of them at once. */
export async function readTheOthers(day: DayPage): Promise<void> {
  const { page, tab, line, panel, hit, step, press, pickBranch, pickRepository, search, findFile, goTo } =
    day;
  await step(/^\/files$/, weather, async () => {
    // Chosen while the page is still on its way.
    await press(tab('Files'));
    await pickRepository('weather');
    await page.getByRole('heading', { name: 'Weather', exact: true }).waitFor();
  });
  await step(/forecast\.py$/, weather, async () => {
    await findFile('forecast');
    await line('GALE = 17');
  });
  await step(/station\.py$/, weather, async () => {
    await goTo('Station', /Station.*station\.py/);
    // Its definition begins with its decorator.
    await page.locator('.line.marked', { hasText: '@dataclass' }).waitFor();
  });
  await step(/station\.py$/, spring, () => pickBranch('spring'));
  await step(/forecast\.py$/, spring, async () => {
    await press(panel().getByRole('link', { name: 'weather/forecast.py' }));
    await line('GALE = 20');
  });
  await step(/^$/, winch, async () => {
    await press(tab('Overview'));
    await pickRepository('winch');
    await page.getByText('A winch').or(page.getByText('Back')).first().waitFor();
  });
  await step(/main\.go$/, winch, async () => {
    await press(tab('Files'));
    await page.waitForURL(/\/files\?/);
    await findFile('main.go');
    await line('drum.Wind');
  });
  await step(/drum\.go$/, winch, async () => {
    await goTo('Wind', /Wind.*drum\.go/);
    await page.locator('.line.marked', { hasText: 'func Wind' }).waitFor();
  });
  await step(/drum\.go$/, fast, async () => {
    await pickBranch('fast');
    await line('turnsPerMinute = 60');
  });
  await step(/^\/memory$/, all, async () => {
    await press(tab('Search'));
    await page.getByRole('searchbox', { name: 'Search the memory' }).waitFor();
    await pickRepository('All');
  });
  await step(/^\/memory$/, all, async () => {
    await search('may_enter');
  });
  await step(/forecast\.py$/, weather, () => press(hit()));
  await step(/forecast\.py$/, weather, async () => {
    // The same from every project: the hit knows its own repository and branch.
    await page.goBack();
    await press(page.getByRole('link', { name: 'Search all projects' }));
    await page.getByText('Found in 1 of 1 project').waitFor();
    await press(hit());
  });
}

/** Links that are handed on: another member sees the same place. */
export async function shareLinks(day: DayPage): Promise<void> {
  const { product, watch, page, tab, hit, alive, step, press, pickBranch, pickRepository, search } = day;
  await step(/drum\.go$/, fast, async () => {
    await press(tab('Search'));
    await page.getByRole('searchbox', { name: 'Search the memory' }).waitFor();
    await pickRepository('winch');
    await page.locator('main[aria-busy="false"]').waitFor();
    await pickBranch('fast');
    await page.waitForURL(/branch=fast/);
    await search('turnsPerMinute');
    await press(hit());
    await page.waitForURL(/#L/);
  });
  const toLines = page.url();
  await page.locator('.line.marked').first().waitFor();
  await press(page.getByRole('button', { name: 'Copy a link to this state' }));
  const lasting = await page.evaluate(() => navigator.clipboard.readText());
  const kept = Number(await syncOf(day, lasting));
  await step(/^\/settings$/, fast, async () => {
    await press(tab('Settings'));
    await alive();
    await page.getByLabel('Email').fill('guest@example.org');
    await page.getByRole('combobox', { name: 'Role', exact: true }).focus();
    await page.keyboard.type('Viewer');
    await press(page.getByRole('button', { name: 'Invite' }));
    await page.locator('code', { hasText: 'token=' }).waitFor();
  });
  const invitation = (await page.locator('code', { hasText: 'token=' }).textContent()) ?? '';
  const guests = await product.browser.newContext();
  const guest = await guests.newPage();
  await guest.goto(invitation);
  await guest.getByRole('button', { name: 'Join' }).press('Enter');
  await guest.getByRole('navigation', { name: 'harbour' }).waitFor();
  const see = (address: string, [path, where]: readonly [RegExp, Where], text: string) =>
    watch.step({ page: guest, path, where }, async () => {
      await guest.goto(address);
      await guest.getByText(text).first().waitFor();
    });
  await see(toLines, [/drum\.go$/, fast], 'turnsPerMinute');
  await see(lasting, [/drum\.go$/, { ...fast, asOf: kept }], 'turnsPerMinute');
  const compared = `${product.url}/p/harbour/history/compare?from=1&to=7&branch=main&file=src%2Fquay%2Fberth.ts`;
  await see(compared, [/compare$/, main], 'ship.length + 5');
  const past = await asOfFirst(day);
  await see(`${product.url}/p/harbour/memory?q=berth&${past}`, [/^\/memory$/, opened], 'berth');
  await see(
    `${product.url}/p/harbour/files/src/quay/berth.ts?${past}`,
    [/berth\.ts$/, opened],
    'allocateBerth',
  );
  await guests.close();
}

async function syncOf({ product }: DayPage, address: string): Promise<string> {
  const id = new URL(address).searchParams.get('as-of');
  const { node } = await product.ask<{ node: { number: number } }>(
    'query ($id: ID!) { node(id: $id) { ... on ProjectSync { number } } }',
    { id },
  );
  return String(node.number);
}

/** The place of the first sync, as an address writes it. */
async function asOfFirst({ product, slug }: DayPage): Promise<string> {
  const { project } = await product.ask<{ project: { sync: { id: string } } }>(
    'query ($slug: String!) { project(slug: $slug) { sync(number: 1) { id } } }',
    { slug },
  );
  return new URLSearchParams({ branch: 'main', 'as-of': project.sync.id }).toString();
}
