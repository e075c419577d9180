import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readTheOthers, shareLinks } from './day-elsewhere.ts';
import { dayPage, type DayPage } from './day-page.ts';
import { repositoryOf, widenBerths, writeDayRepositories } from './day-repositories.ts';
import { PlaceWatch, type Where } from './place-watch.ts';
import { outcomeOf, Product } from './product.ts';

const product = new Product();
const watch = new PlaceWatch(product, 'harbour');
let day: DayPage;

const main: Where = { repository: 'harbour', branch: 'main', asOf: null };
const work: Where = { ...main, branch: 'work' };
const opened: Where = { ...main, asOf: 1 };

beforeAll(async () => {
  writeDayRepositories(product);
  await product.start();
  day = dayPage(product, watch, 'harbour');
  await product.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  expect(await product.firstSync()).toBe('COMPLETED');
  for (const name of ['weather', 'winch'])
    expect(await product.firstSync(repositoryOf(product, name), 'harbour')).toBe('COMPLETED');
  await syncOthers();
  widenBerths(product);
  await day.page.goto(`${product.url}/p/harbour?branch=main`);
  await day.page.getByTestId('start-sync').click();
  expect(await outcomeOf(day.page)).toBe('COMPLETED');
});
afterAll(() => product.stop());

/** Syncs the second branch of each repository, all at once. */
async function syncOthers(): Promise<void> {
  const { project } = await product.ask<{
    project: { repositories: { nodes: { id: string; name: string }[] } };
  }>('{ project(slug: "harbour") { repositories(first: 9) { nodes { id name } } } }');
  const branches: Record<string, string> = { harbour: 'work', weather: 'spring', winch: 'fast' };
  for (const { id, name } of project.repositories.nodes)
    await product.ask(
      'mutation ($i: StartSyncInput!) { startSync(input: $i) { ... on StartSyncSuccess { sync { id } } ... on Error { message } } }',
      { i: { repositoryId: id, branch: branches[name] } },
    );
  const completed = '{ project(slug: "harbour") { syncs(status: [COMPLETED], first: 0) { totalCount } } }';
  const count = async () =>
    (await product.ask<{ project: { syncs: { totalCount: number } } }>(completed)).project.syncs.totalCount;
  await vi.waitFor(async () => expect(await count()).toBe(6), { timeout: 120_000, interval: 200 });
}

/** Finding, reading and following, on the default branch. */
async function readTheMainLine(): Promise<void> {
  const { page, tab, line, panel, tree, alive, step, lookUp } = day;
  await step(/^$/, main, async () => {
    await page.goto(product.url);
    await page.getByRole('link', { name: 'harbour', exact: true }).click();
    await page.getByTestId('authored').getByText('Second Author').waitFor();
  });
  await step(/^\/files$/, main, async () => {
    await tab('Files').click();
    await page.getByRole('heading', { name: 'Harbour', exact: true }).waitFor();
  });
  await step(/^\/files\/src\/quay\/berth\.ts$/, main, async () => {
    await alive();
    await page.keyboard.press('t');
    await page.getByRole('dialog').getByRole('combobox').fill('berth');
    await page.getByRole('dialog').getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await line('length + 5');
  });
  await step(/berth\.ts$/, main, async () => {
    await panel().getByRole('link', { name: 'allocateBerth' }).click();
    await page.locator('.line.marked', { hasText: 'function allocateBerth' }).waitFor();
  });
  await step(/berth\.ts$/, main, () => lookUp('tideAt(hour) + 6', 'tideAt'));
  await step(/tide\/tide\.ts$/, main, async () => {
    await panel()
      .getByRole('link', { name: /^src\/tide\/tide\.ts:\d+$/ })
      .click();
    await page.locator('.line.marked', { hasText: 'function tideAt' }).waitFor();
  });
  await step(/quay\/berth\.ts$/, main, async () => {
    await panel().getByRole('link', { name: 'src/quay/berth.ts' }).click();
    await line('length + 5');
  });
  await step(/tide\/tide\.ts$/, main, async () => {
    await page.goBack();
    await line('function tideAt');
  });
  await step(/tide\/table\.ts$/, main, async () => {
    await panel().getByText('Imports', { exact: false }).first().click();
    await panel().getByRole('link', { name: './table.ts' }).click();
    await line('LOW_WATER = 0.4');
  });
  await step(/^\/files\/src\/tide$/, main, () =>
    page.getByRole('navigation', { name: 'Folders and files' }).getByRole('link', { name: 'tide' }).click(),
  );
  await step(/tide\/tide\.ts$/, main, () =>
    page.getByRole('main').getByRole('link', { name: 'tide.ts', exact: true }).last().click(),
  );
  await step(/quay\/ship\.ts$/, main, async () => {
    await page.getByRole('searchbox', { name: 'Filter by name' }).fill('ship');
    await tree().getByRole('link', { name: 'src/quay/ship.ts' }).click();
  });
  await step(/quay\/ship\.ts$/, main, async () => {
    await alive();
    await page.keyboard.press('Control+f');
    await page.getByRole('textbox', { name: 'Find in this file' }).fill('length');
    await page.getByText('1 of 2').waitFor();
  });
}

/** Another branch: files, pages, the map and the palette. */
async function readAnotherBranch(): Promise<void> {
  const { page, tab, line, panel, alive, step, pickBranch, search } = day;
  await step(/quay\/ship\.ts$/, work, () => pickBranch('work'));
  await step(/quay\/crane\.ts$/, work, async () => {
    await panel().getByRole('link', { name: 'src/quay/crane.ts' }).click();
    await line('function unload');
  });
  await step(/^\/knowledge$/, work, () => tab('Knowledge').click());
  await step(/^\/knowledge$/, work, async () => {
    const contents = page.getByRole('navigation', { name: 'Contents' });
    await contents.getByText('src', { exact: true }).click();
    await contents.getByRole('link', { name: 'quay', exact: true }).click();
    await page.getByText('unload').first().waitFor();
  });
  await step(/^\/files\/src\/quay\/crane\.ts$/, work, () =>
    page
      .getByRole('link', { name: /^crane\.ts:\d+$/ })
      .first()
      .click(),
  );
  await step(/^\/knowledge\/map$/, work, async () => {
    await tab('Knowledge').click();
    await page.getByRole('link', { name: 'Module map', exact: true }).first().click();
  });
  await step(/^\/knowledge\/map$/, work, async () => {
    await page
      .getByRole('group', { name: 'Module map' })
      .last()
      .getByRole('link', { name: /^src\/quay\// })
      .click();
    await page.waitForURL(/path=src%2Fquay/);
  });
  await step(/^\/knowledge\/patterns$/, work, () =>
    page.getByRole('link', { name: 'Patterns', exact: true }).first().click(),
  );
  await step(/^\/knowledge\/insights$/, work, () =>
    page.getByRole('link', { name: 'Insights', exact: true }).first().click(),
  );
  await step(/^\/history$/, work, async () => {
    await tab('History').click();
    await page.getByRole('link', { name: /^#\d+ work/ }).waitFor();
  });
  await step(/quay\/crane\.ts$/, work, async () => {
    await alive();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('unload');
    await page.getByRole('dialog').getByRole('option').filter({ hasText: 'crane.ts' }).first().click();
  });
  await step(/^\/memory$/, work, async () => {
    await alive();
    await page.keyboard.press('/');
    await search('allocateBerth');
  });
  await step(/quay\/berth\.ts$/, work, async () => {
    await page.locator('[data-hit]').first().click();
    await line('room > ship.length');
  });
  await step(/^\/memory$/, work, () => page.goBack());
  await step(/^\/memory$/, main, async () => {
    await page.locator('[data-hit]').first().waitFor();
    await pickBranch('main');
    await page.locator('[data-hit]').first().waitFor();
  });
}

/** An earlier moment: reading, searching, and the way back. */
async function readThePast(): Promise<void> {
  const { page, tab, line, alive, step, pickMoment, search } = day;
  await step(/^\/history$/, main, () => tab('History').click());
  await step(/^\/history\/1$/, main, async () => {
    await page.getByRole('link', { name: /^#1 main/ }).click();
    await page
      .getByTestId('authored')
      .getByText('First Author')
      .or(page.getByText('Nothing yet'))
      .first()
      .waitFor();
  });
  await step(/^\/files$/, opened, () =>
    page.getByRole('link', { name: 'Browse files as of this sync' }).click(),
  );
  await step(/quay\/berth\.ts$/, opened, async () => {
    await alive();
    await page.keyboard.press('t');
    await page.getByRole('dialog').getByRole('combobox').fill('berth');
    await page.getByRole('dialog').getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await line('room > ship.length');
  });
  await step(/^\/memory$/, opened, async () => {
    await page.keyboard.press('/');
    await search('berth');
  });
  await step(/^\/files\//, opened, () => page.locator('[data-hit]').first().click());
  await step(/^$/, opened, async () => {
    await tab('Overview').click();
    await page.getByRole('heading', { name: /^State at that time/ }).waitFor();
  });
  await step(/^\/knowledge$/, opened, () => tab('Knowledge').click());
  await step(/^\/knowledge$/, main, () => pickMoment(/^Now/));
  await step(/^\/files$/, main, () => tab('Files').click());
}

/** Two states side by side, the earlier one brought back, and the branch let free again. */
async function compareAndRestore(): Promise<void> {
  const { page, tab, line, alive, open, step } = day;
  await step(/^\/history\/compare$/, main, async () => {
    await tab('History').click();
    await alive();
    const boxes = page.getByRole('checkbox', { name: /Compare #\d+ main/ });
    await boxes.first().check();
    await boxes.last().check();
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
  });
  await step(/^\/history\/compare$/, main, async () => {
    await alive();
    await page.getByRole('button', { name: /src\/quay\/berth\.ts/ }).click();
    await page.getByText('ship.length + 5').waitFor();
  });
  await step(/^\/history\/compare$/, main, async () => {
    await page.getByRole('button', { name: 'Split' }).click();
    await page.waitForURL(/view=split/);
  });
  await step(/^\/history\/compare$/, main, async () => {
    await page.getByRole('link', { name: 'Swap the sides' }).click();
    await page.waitForURL(/to=1\b/);
  });
  await step(/^\/history\/1$/, main, () =>
    page
      .getByRole('link', { name: /^#1 main/ })
      .first()
      .click(),
  );
  await step(/^\/history\/8$/, main, async () => {
    await page.getByRole('button', { name: 'Restore this state' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('The berths were right before');
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    expect(await outcomeOf(page)).toBe('COMPLETED');
  });
  await step(/quay\/berth\.ts$/, main, async () => {
    await open('/p/harbour/files/src/quay/berth.ts?branch=main');
    await line('room > ship.length');
  });
  await step(/^$/, main, async () => {
    await tab('Overview').click();
    await page.getByTestId('pin').getByRole('button', { name: 'Release' }).click();
    await page.getByTestId('pin').waitFor({ state: 'detached' });
  });
  await step(/^$/, main, async () => {
    await page.getByTestId('start-sync').click();
    expect(await outcomeOf(page)).toBe('COMPLETED');
    await page.getByTestId('authored').getByText('Second Author').waitFor();
  });
}

/** A note, which belongs to no branch, leaves the reader where they are. */
async function writeANote(): Promise<void> {
  const { page, tab, alive, step, search } = day;
  await step(/^\/memory$/, main, () => tab('Search').click());
  await step(/^\/memory$/, main, async () => {
    await alive();
    await page.getByRole('button', { name: 'Write a note' }).click();
    await page.getByRole('dialog').getByLabel('Title').fill('Pilots');
    await page
      .getByRole('dialog')
      .getByLabel('What should be remembered')
      .fill('Pilots board at the windmill.');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('The note is saved').waitFor();
  });
  await step(/^\/memory$/, main, () => search('windmill'));
  await step(/^\/memory\/./, main, () => page.locator('[data-hit]').first().click());
  await step(/^\/memory$/, main, () => page.goBack());
}

// A command of its own, since it takes longer than all other files of its size:
// READER_DAY=1 vitest run --config .config/vitest.config.ts --project=browser apps/web/e2e/day.spec.ts
const isAsked = process.env['READER_DAY'] === '1';
test.runIf(isAsked)(
  'through a day of reading, comparing, restoring and sharing, a page is where its address says',
  async () => {
    await readTheMainLine();
    await readAnotherBranch();
    await readThePast();
    await compareAndRestore();
    await writeANote();
    await readTheOthers(day);
    await shareLinks(day);
    expect(watch.steps).toBeGreaterThanOrEqual(60);
    expect(product.complaints).toEqual([]);
  },
);
