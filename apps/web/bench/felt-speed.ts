import { parseArgs } from 'node:util';
import type { Page } from 'playwright';
import { Product } from '../e2e/product.ts';
import { manyBranches, manyPaths, writeHistory } from '../e2e/write-history.ts';
import { FeltSpeed, middle, worst } from './felt-keys.ts';

// How the app feels in a real Chromium over a large repository: each key of the file finder and of the branch picker
// from the press to the painted answer, the tasks that blocked the page meanwhile, and frames while the tree scrolls.
// `node apps/web/bench/felt-speed.ts [--files 100000] [--branches 5000]`, after `node scripts/build.ts`.
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    branches: { type: 'string', default: '5000' },
  },
});
const product = new Product();
const line = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);

try {
  writeHistory(product.repository, {
    paths: manyPaths(Number(values.files)),
    branches: manyBranches(Number(values.branches)),
  });
  await product.start();
  await firstSync(product.page);
  line('what', 'keys or frames', 'median ms', 'worst ms', 'longest task ms');
  line('---', '---:', '---:', '---:', '---:');
  await typeIntoFinder(product.page);
  await scrollTree(product.page);
  await typeIntoPicker(product.page);
} finally {
  await product.stop();
}

async function firstSync(page: Page): Promise<void> {
  await page.goto(`${product.url}/connect`);
  await page.getByLabel('Repository address').fill(product.repository);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('button', { name: 'Sync this branch' }).click();
  await page.locator('[data-testid="sync-banner"][data-status="COMPLETED"]').waitFor({ timeout: 1_200_000 });
}

/** Thirty keys: three searches typed to their end, with what was typed wrong taken back. */
async function typeIntoFinder(page: Page): Promise<void> {
  await page.goto(`${product.url}/p/harbour/files`);
  await page.locator('html[data-alive]').waitFor();
  const felt = await FeltSpeed.over(page, '#found');
  await felt.longestTask();
  await felt.press('t');
  line('opening the finder', 1, '', Math.round(worst(felt.keys.splice(0))), await felt.longestTask());
  for (const key of [
    ...'harbour',
    ...Array(4).fill('Backspace'),
    ...'pilottid',
    ...Array(4).fill('Backspace'),
    ...'nch.tsx',
  ])
    await felt.press(key);
  row('a key in the file finder', felt.keys, await felt.longestTask());
  await page.keyboard.press('Escape');
}

async function scrollTree(page: Page): Promise<void> {
  const felt = await FeltSpeed.over(page, '.tree .all');
  await felt.longestTask();
  // By plain selectors: a search by roles is itself a task of the page.
  await page.locator('.tree button[title="wide"]').click();
  await page.locator('.tree [aria-level="2"]').first().waitFor({ timeout: 60_000 });
  line('unfolding the wide folder', 1, '', '', await felt.longestTask());
  const frames = await felt.framesWhileScrolling('.tree .box', 120);
  row('a frame of the scrolling tree', frames, await felt.longestTask());
  line('frames over 50 ms', frames.filter((frame) => frame > 50).length, '', '', '');
  await page.goto(`${product.url}/p/harbour/files/wide`);
  await page.locator('.entries a.path').first().waitFor({ timeout: 60_000 });
  const opened = await FeltSpeed.over(page, '.entries');
  line('opening the wide folder’s page', 1, '', '', await opened.longestTask());
}

async function typeIntoPicker(page: Page): Promise<void> {
  await page.goto(`${product.url}/p/harbour`);
  await page.locator('html[data-alive]').waitFor();
  const felt = await FeltSpeed.over(page, '.menu');
  await felt.longestTask();
  await page.getByRole('combobox', { name: 'Branch' }).click();
  await page.getByRole('option').first().waitFor();
  for (const key of [
    ...'harbour',
    ...Array(4).fill('Backspace'),
    ...'bour-tide',
    ...Array(5).fill('Backspace'),
    ...'-4987',
  ])
    await felt.press(key);
  row('a key in the branch picker', felt.keys, await felt.longestTask());
}

function row(what: string, times: readonly number[], task: string): void {
  line(what, times.length, Math.round(middle(times)), Math.round(worst(times)), task);
}
