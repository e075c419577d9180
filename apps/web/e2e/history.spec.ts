import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

const product = new Product();

beforeAll(async () => {
  product.commit(
    { 'README.md': '# Harbour\n', 'src/berth.ts': 'export function allocateBerth() {\n  return 1;\n}\n' },
    { message: 'First' },
  );
  product.commit({ 'own.md': '# Own\n' }, { branch: 'work', message: 'Own work' });
  product.commit({}, { branch: 'main' });
  await product.start();
  expect(await product.firstSync()).toBe('COMPLETED');
  const { page } = product;
  await page.goto(`${product.url}/p/harbour?branch=work`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
});
afterAll(() => product.stop());

/** Starts many syncs at the API, each of which finds nothing new and takes a few milliseconds. */
async function manySyncs(count: number): Promise<void> {
  await product.page.evaluate(async (wanted) => {
    const ask = async (query: string, variables: object = {}) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()).data;
    };
    const { project } = await ask('{ project(slug: "harbour") { repositories(first: 1) { nodes { id } } } }');
    const repositoryId = project.repositories.nodes[0].id;
    for (let done = 0; done < wanted; done++) {
      const { startSync } = await ask(
        'mutation ($r: ID!) { startSync(input: { repositoryId: $r, branch: "main" }) { ... on StartSyncSuccess { sync { id } } } }',
        { r: repositoryId },
      );
      for (let ended = false; !ended;) {
        const { node } = await ask(
          'query ($s: ID!) { node(id: $s) { ... on ProjectSync { completedAt } } }',
          {
            s: startSync.sync.id,
          },
        );
        ended = node.completedAt !== null;
        // One question after the other would keep the database from the sync.
        if (!ended) await new Promise((resolve) => setTimeout(resolve, 25));
      }
    }
  }, count);
}

test('more syncs are added below, by a link that keeps the focus and can be copied', async () => {
  const { page } = product;
  await manySyncs(52);
  await page.goto(`${product.url}/p/harbour/history?of=all`);
  await page.locator('html[data-alive]').waitFor();
  const rows = page.getByRole('link', { name: /^#\d+ (?:main|work)/ });
  expect(await rows.count()).toBe(50);
  const first = await rows.first().textContent();
  const more = page.getByRole('link', { name: 'Show more' });
  await more.focus();
  await page.keyboard.press('Enter');
  await page.getByText('54 in all').waitFor();
  expect(await rows.count()).toBe(54);
  expect(await rows.first().textContent()).toBe(first);
  expect(new URL(page.url()).searchParams.get('rows')).toBe('100');
  await page.reload();
  await page.getByText('54 in all').waitFor();
  expect(await rows.count()).toBe(54);
});

test('filters live in the address, and the plots show what the list shows', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history?of=all`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('Failed');
  await page.waitForURL(/status=FAILED/);
  await page.getByText('No sync matches these filters.').waitFor();
  const filters = page.getByRole('group', { name: 'Filters' });
  await filters.getByRole('link', { name: 'Clear filters' }).click();
  await page.waitForURL((url) => !url.searchParams.has('status') && url.searchParams.get('of') === 'all');
  await page.getByRole('slider', { name: /^Tokens/ }).waitFor();
  const plot = page.getByRole('slider', { name: /^Changed files/ });
  await plot.focus();
  await page.keyboard.press('Home');
  expect(await plot.getAttribute('aria-valuetext')).toMatch(/^#1 main.*: 2$/);
  await page.keyboard.press('ArrowRight');
  expect(await plot.getAttribute('aria-valuetext')).toMatch(/^#2 work/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/history\/2/);
  await page.getByRole('heading', { name: '#2 work' }).waitFor();
  await page.getByText('Finalize').first().waitFor();
});

test('a paused queue keeps a sync waiting on the page of jobs, until it is resumed', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/jobs`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('pause').click();
  await page.getByText('The queue is paused').waitFor();
  await page.goto(`${product.url}/p/harbour?branch=main`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  await page.goto(`${product.url}/p/harbour/jobs`);
  await page.getByText('Number 1 in the queue').waitFor({ state: 'attached' });
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('pause').click();
  await page.getByText('Number 1 in the queue').waitFor({ state: 'detached' });
  await page.getByText('The queue is paused').waitFor({ state: 'detached' });
});

test('the palette finds files, symbols, syncs and branches, and hands other words to the search', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history?branch=work`);
  await page.locator('html[data-alive]').waitFor();
  const found = page.getByRole('dialog').getByRole('option');
  const type = async (words: string, wanted: RegExp) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill(words);
    await found.filter({ hasText: wanted }).first().waitFor();
  };
  await type('allocateBerth', /src\/berth\.ts/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/files\/src\/berth\.ts\?branch=work#L1/);
  await type('own.md', /^own\.md/);
  await found.filter({ hasText: /^own\.md/ }).click();
  await page.waitForURL(/files\/own\.md\?branch=work/);
  await type('#1', /#1 main/);
  await found.filter({ hasText: '#1 main' }).click();
  await page.waitForURL(/history\/1/);
  await type('zzzqqq', /Search for/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/memory\?.*q=zzzqqq/);
});

test('the settings rename the project, preview rules, take an invitation back, and list all of it', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/settings`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByLabel('Project name').fill('Harbour works');
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByText('Saved.').first().waitFor();
  await page.getByLabel('Rules', { exact: true }).fill('src/\n/\n');
  await page.getByText(/^1 file would no longer be searched \(\d+ B\)$/).waitFor();
  await page.getByText('Line 2 / has no name in it').waitFor();
  const rules = page.getByRole('button', { name: 'Save' }).nth(1);
  await rules.click();
  await page.getByText('In effect from the next sync of each branch on.').waitFor();
  await page.getByText('This server sends no mail.').waitFor();
  await page.getByLabel('Email').fill('guest@example.invalid');
  await page.getByRole('button', { name: 'Invite' }).click();
  const back = page.getByRole('button', { name: 'Take back: guest@example.invalid' });
  await back.click();
  await back.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Test the source' }).click();
  await page.getByText('The source answers: 2 branches.').waitFor();
  await page.getByLabel('Default branch').selectOption('work');
  await page.getByText('Saved.', { exact: true }).nth(1).waitFor();
  const answered = page.waitForResponse(
    (answer) => answer.request().postData()?.includes('"pollMinutes":15') ?? false,
  );
  await page.getByLabel('Look for new commits').selectOption('Every 15 minutes');
  await answered;
  await page.reload();
  await page.locator('html[data-alive]').waitFor();
  expect(await page.getByLabel('Look for new commits').inputValue()).toBe('15');
  await page.getByText('Show the log').click();
  await page.getByText('revokeInvitation').waitFor();
  await page.goto(product.url);
  await page.getByRole('link', { name: 'Harbour works' }).waitFor();
  await page.goto(`${product.url}/account`);
  await page.getByText('this browser', { exact: true }).waitFor();
});

test('syncs of two branches are compared by their numbers, and an old address leads to the number', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history/compare?from=1&to=2`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('button', { name: /own\.md/ }).click();
  await page.getByText('# Own').waitFor();
  await page.getByRole('link', { name: 'Swap the sides' }).click();
  await page.waitForURL(/from=2&to=1/);
  await page.getByText('own.md').waitFor();
  const id = await page.evaluate(async () => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1' },
      body: JSON.stringify({ query: '{ project(slug: "harbour") { sync(number: 2) { id } } }' }),
    });
    return String((await response.json()).data.project.sync.id);
  });
  await page.goto(`${product.url}/p/harbour/history/${encodeURIComponent(id)}`);
  await page.waitForURL(/history\/2\?branch=work/);
  await page.goto(`${product.url}/p/harbour/history/compare?from=1&to=999`);
  await page.getByText('There is no such sync in this project.').waitFor();
  expect(product.complaints).toEqual([]);
});
