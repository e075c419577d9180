import { renameSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

const product = new Product();

beforeAll(async () => {
  product.commit(
    {
      'README.md': '# Harbour\n\nShips wait at the **quay** for a berth. See [the tide](src/tide/tide.ts).\n',
      'package.json': '{ "name": "harbour" }\n',
      'src/main.ts':
        "import { allocateBerth } from './quay/berth.ts';\n\nexport const start = () => allocateBerth(3);\n",
      'src/quay/berth.ts':
        "import { tide } from '../tide/tide.ts';\n\n/** A place for a ship. */\nexport function allocateBerth(length: number): number {\n  return length * tide();\n}\n",
      'src/quay/crane.ts': "import { winch } from './winch.ts';\n\nexport const crane = () => winch;\n",
      'src/quay/winch.ts': "import { crane } from './crane.ts';\n\nexport const winch = () => crane;\n",
      'src/tide/tide.ts': 'export function tide(): number {\n  return 1;\n}\n',
      '.memory/letter_2026-03-01.md': '# Letter\n\nUse Redis for sessions.\n',
    },
    { message: 'The harbour opens\n\nWith one quay.' },
  );
  await product.start();
});

afterAll(() => product.stop());

test('an overview without a stored state shows what the first sync would do', async () => {
  const { page } = product;
  await page.goto(`${product.url}/connect`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByLabel('Repository address').fill(product.repository);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('button', { name: 'Sync this branch' }).waitFor();
  await page.goto(`${product.url}/p/harbour`);
  await page.getByText('What the first sync would do').waitFor();
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
});

test('the overview shows the README, the commit, the languages, the branches and the map', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour`);
  await page.getByText('The harbour opens').first().waitFor();
  const readme = page.getByRole('region', { name: 'README.md' });
  await readme.getByRole('heading', { name: 'Harbour' }).waitFor();
  expect(await readme.getByRole('link', { name: 'the tide' }).getAttribute('href')).toContain(
    '/p/harbour/files/src/tide/tide.ts',
  );
  await page.getByRole('row', { name: /^TypeScript/ }).waitFor();
  const branches = page.getByRole('region', { name: /^Stored branches/ });
  await branches.getByRole('link', { name: 'main' }).waitFor();
  await branches.getByText('Up to date').waitFor();
  await page
    .getByRole('region', { name: 'Module map' })
    .getByRole('link', { name: /^src\/quay/ })
    .waitFor();
});

test('a state says how far meaning is while not all of it has a vector, and asks for that once a page', async () => {
  const { page } = product;
  let asked = 0;
  await product.context.route('**/graphql', async (route) => {
    if (!(route.request().postData() ?? '').includes('query Meaning')) return route.continue();
    asked++;
    const answer = await route.fetch();
    const body = await answer.json();
    const { meaning } = body.data.node.snapshot;
    expect(meaning.embedded).toBe(meaning.passages);
    // As in the middle of EMBED.
    meaning.embedded = Math.floor(meaning.passages / 2);
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto(`${product.url}/p/harbour`);
  const note = page.getByTestId('meaning');
  await note.waitFor();
  const [, done, all] =
    /^\s*Meaning is at \d+\s?%: (\d+) of (\d+) passages/.exec((await note.textContent()) ?? '') ?? [];
  expect(Number(done)).toBe(Math.floor(Number(all) / 2));
  expect(asked).toBe(1);
  await page.goto(`${product.url}/p/harbour/memory?q=berth&branch=main`);
  await note.waitFor();
  expect(asked).toBe(2);
  await product.context.unroute('**/graphql');
  await page.reload();
  await page.locator('[data-hit]').first().waitFor();
  expect(await note.count()).toBe(0);
});

test('a second sync is a second point of the growth', async () => {
  const { page } = product;
  product.commit({ 'src/quay/bollard.ts': 'export const bollard = 1;\n' }, { message: 'A bollard' });
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await page.getByText('+1 in 2 syncs').first().waitFor();
  await page.getByText('Growth as a table').click();
  expect(await page.getByRole('group', { name: 'Growth of the branch' }).getByRole('row').count()).toBe(3);
});

test('the map is zoomed from a folder to a file, with the keyboard, and leads to the code', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/knowledge/map`);
  const map = page.getByRole('group', { name: 'Module map' }).last();
  await map.getByRole('link', { name: /^src\/tide\// }).waitFor();
  await map.getByRole('link', { name: /^src\/quay\// }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/map\?path=src%2Fquay/);
  await page.getByText('src/quay/crane.ts').waitFor();
  expect(await page.locator('.link.files').count()).toBe(2);
  const table = page.getByRole('region', { name: /^The modules as a table/ });
  await table.getByRole('row', { name: /^crane\.ts/ }).waitFor();
  await map.getByRole('link', { name: /^winch\.ts/ }).click();
  await page.waitForURL(/files\/src\/quay\/winch\.ts/);
  await page.locator('.line').getByText('winch').first().waitFor();
});

test('a pattern is dismissed with a reason, which is there after a reload, and the decision is taken back', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/knowledge/patterns`);
  await page.locator('html[data-alive]').waitFor();
  const cycle = page
    .getByRole('region', { name: /^import-cycle/ })
    .locator('details')
    .first();
  await cycle.locator('summary').click();
  await cycle
    .getByRole('link', { name: /^src\/quay\/(crane|winch)\.ts:1$/ })
    .first()
    .waitFor();
  await cycle.getByRole('button', { name: 'Dismiss' }).click();
  await cycle.getByRole('textbox').fill('They turn together.');
  await cycle.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('status').getByText('Dismissed:').waitFor();
  await page.getByRole('region', { name: /^import-cycle/ }).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('link', { name: /^Dismissed 1/ }).click();
  await page.waitForURL(/state=dismissed/);
  await cycle.locator('summary').click();
  await cycle.getByText('They turn together.').waitFor();
  await cycle.getByRole('button', { name: 'Open again' }).click();
  await page.getByText('Nothing was dismissed.').waitFor();
  await page.goto(`${product.url}/p/harbour/knowledge/patterns`);
  await page.getByRole('region', { name: /^import-cycle/ }).waitFor();
});

test('a citation of a page opens its line, and the history shows what a sync changed in it', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/knowledge?page=modules/src/quay`);
  const contents = page.getByRole('navigation', { name: 'Contents' });
  await contents.getByRole('link', { name: 'quay', exact: true }).waitFor();
  await page.getByText(/^History: 2 versions/).click();
  await page.locator('.diff .added').getByText('bollard').first().waitFor();
  await page.getByRole('link', { name: 'berth.ts:4' }).first().click();
  await page.waitForURL(/files\/src\/quay\/berth\.ts#L4$/);
  await page.locator('.line.marked').getByText('allocateBerth').waitFor();
});

test('an addition to a page is written, corrected and removed', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/knowledge?page=modules/src/quay`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByRole('button', { name: 'Add to this page' }).click();
  await page.getByRole('dialog').getByLabel('Text (Markdown)').fill('Mind `allocateBerth` at low tide.');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const additions = page.getByRole('region', { name: 'Additions by people' });
  await additions.getByText('at low tide').waitFor();
  await additions.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByLabel('Text (Markdown)').fill('Mind `allocateBerth` at high tide.');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await additions.getByText('at high tide').waitFor();
  await page.reload();
  await additions.getByText('at high tide').waitFor();
  await additions.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await additions.waitFor({ state: 'detached' });
});

test('an insight shows the sentence it rests on', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/knowledge/insights`);
  await page.getByRole('main').getByText('Use Redis for sessions').first().waitFor();
});

test('the page of a sync shows what it changed in knowledge', async () => {
  const { page } = product;
  await page.goto(`${product.url}/p/harbour/history`);
  await page.getByRole('link', { name: /^#2 main/ }).click();
  const changes = page.getByRole('region', { name: 'Changes of knowledge' });
  await changes.getByRole('link', { name: 'bollard' }).waitFor();
  await changes.getByText('modules/src/quay').waitFor();
});

test('a branch whose sync fails says so, and that it still serves the last state', async () => {
  const { page } = product;
  const away = `${product.repository}-away`;
  renameSync(product.repository, away);
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  await page.getByTestId('start-sync').click();
  expect(await outcomeOf(page)).toBe('FAILED');
  await page.reload();
  await page.getByText(/This page still serves the last state that was synced: 9 files/).waitFor();
  renameSync(away, product.repository);
  expect(product.complaints).toEqual([]);
});
