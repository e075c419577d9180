import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { outcomeOf, Product, root } from '../e2e/product.ts';
import { FeltSpeed, middle, worst } from './felt-keys.ts';

// How reading feels in a real Chromium: the longest task while a file of 5,000 lines opens and takes its colours, and
// the frames while a difference of 300 files is scrolled, beside those of an empty page: what the machine itself misses.
// The texts are this repository's own.
// `node apps/web/bench/reading-speed.ts`, after `node scripts/build.ts`.
const LINES = 5000;
const FILES = 300;
/** Points a second: a reader who looks for a file, not one who reads. */
const SPEED = 2400;
const product = new Product();
const line = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);

try {
  writeWorld();
  await product.start();
  await product.firstSync();
  changeHalf();
  await product.page.goto(`${product.url}/p/harbour`);
  await product.page.getByTestId('start-sync').click();
  await outcomeOf(product.page);
  await product.page.setViewportSize({ width: 1280, height: 800 });
  line('what', 'frames', 'median ms', 'worst ms', 'frames over 17 ms', 'longest task ms');
  line('---', '---:', '---:', '---:', '---:', '---:');
  await openLongFile(product.page);
  await scrollDifferences(product.page);
} finally {
  await product.stop();
}

function sources(): string[] {
  return globSync('{packages,apps}/*/src/**/*.ts', {
    cwd: root,
    exclude: (name) => name === 'generated',
  })
    .sort()
    .map((path) => readFileSync(join(root, path), 'utf8'));
}

function writeWorld(): void {
  const all = sources();
  const long = all.join('\n').split('\n').slice(0, LINES).join('\n');
  product.commit({ 'src/long.ts': long, 'src/short.ts': 'export const short = 1;\n', ...many(all) });
}

function many(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.slice(0, FILES).map((text, index) => [`many/${String(index).padStart(3, '0')}.ts`, text]),
  );
}

/** Changes some lines of every file, in places apart from each other. */
function changeHalf(): void {
  const changed = sources().map((text) =>
    text
      .split('\n')
      .map((one, index) => (index % 25 === 7 ? `${one} // changed` : one))
      .join('\n'),
  );
  product.commit(many(changed), { message: 'Every file' });
}

async function openLongFile(page: Page): Promise<void> {
  await page.goto(`${product.url}/p/harbour/files/src/short.ts`);
  await page.locator('html[data-alive]').waitFor();
  await page.locator('.tree button[title="src/long.ts"]').waitFor();
  const felt = await FeltSpeed.over(page, '#found');
  await felt.longestTask();
  const coloured = () =>
    page.waitForFunction(() => document.querySelectorAll('.line code span[style*="color"]').length > 40);
  // By a plain selector: a search by roles is itself a task of the page.
  await page.locator('.tree button[title="src/long.ts"]').click();
  await page.waitForURL(/long\.ts/);
  await coloured();
  line(
    'opening a file of 5,000 lines from the tree, with its colours',
    '',
    '',
    '',
    '',
    await felt.longestTask(),
  );
  const frames = await felt.framesDuring(() => scroll(page, '.lines .box', 20_000));
  report('scrolling through it', frames, await felt.longestTask());
  await page.goto(`${product.url}/p/harbour/files/src/long.ts`);
  const visited = await FeltSpeed.over(page, '#found');
  await coloured();
  line('opening it by its address', '', '', '', '', await visited.longestTask());
}

async function scrollDifferences(page: Page): Promise<void> {
  await page.goto(`${product.url}/p/harbour/history/compare?from=1&to=2&open=all`);
  await page.locator('html[data-alive]').waitFor();
  for (let rows = 100; rows < FILES; rows += 100) {
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.locator('.files .file').nth(rows).waitFor();
  }
  await page.locator('.diff .line').first().waitFor();
  const felt = await FeltSpeed.over(page, '#found');
  await felt.longestTask();
  const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), 120_000);
  const frames = await felt.framesDuring(() => scroll(page, 'html', height));
  report(`scrolling a difference of ${FILES} files, all of them open`, frames, await felt.longestTask());
  await page.goto('about:blank');
  await page.setContent(`<!doctype html><body style="height: ${height}px"></body>`);
  const empty = await FeltSpeed.over(page, 'body');
  const floor = await empty.framesDuring(() => scroll(page, 'html', height));
  report('scrolling an empty page as high', floor, await empty.longestTask());
}

/** One even movement, as of a finger; the wheel of a test comes in jumps. */
async function scroll(page: Page, selector: string, distance: number): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  const wire = await product.context.newCDPSession(page);
  await wire.send('Input.synthesizeScrollGesture', {
    x: (box?.x ?? 0) + Math.min(400, (box?.width ?? 800) / 2),
    y: selector === 'html' ? 400 : (box?.y ?? 0) + 100,
    yDistance: -distance,
    speed: SPEED,
    gestureSourceType: 'mouse',
  });
  await wire.detach();
}

function report(what: string, frames: readonly number[], task: string): void {
  const late = frames.filter((frame) => frame > 17.5).length;
  line(what, frames.length, middle(frames).toFixed(1), Math.round(worst(frames)), late, task);
}
