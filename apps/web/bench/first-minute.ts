import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser, root } from '../e2e/product.ts';

// The first minute of a newcomer: `npm start` on a fresh clone, the link, a synced repository, an answer; then a second
// start. Counts seconds, clicks and printed lines. `node apps/web/bench/first-minute.ts [--question words]`.
const { values } = parseArgs({
  options: { question: { type: 'string', default: 'how is a sync cancelled' } },
});
const folder = mkdtempSync(join(tmpdir(), 'first-minute-'));
const clone = join(folder, 'project-sync');
const row = (what: string, seconds: number, more: string | number = '') =>
  console.log(`| ${what} | ${seconds.toFixed(1)} | ${more} |`);

interface Started {
  readonly link: string;
  readonly lines: readonly string[];
  /** From the command to the link. */
  readonly seconds: number;
  stop: () => Promise<void>;
}

try {
  execFileSync('git', ['clone', '--quiet', root, clone]);
  console.log('| what | seconds | clicks, or lines |\n| --- | ---: | --- |');
  const first = await start();
  row('`npm start` on a fresh clone, to its link', first.seconds, `${first.lines.length} lines`);
  await comeToAnAnswer(first.link);
  await first.stop();
  const again = await start();
  row('`npm start` again', again.seconds, `${again.lines.length} lines`);
  await again.stop();
  for (const line of first.lines) console.log(`    ${line}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function start(): Promise<Started> {
  const begun = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let printed = '';
  const link = await new Promise<string>((resolve, reject) => {
    const read = (part: Buffer) => {
      printed += part.toString();
      const found = /^ {2}(https?:\/\/\S+)\n/m.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${printed}`)));
  });
  const seconds = (performance.now() - begun) / 1000;
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  return { link, lines: printed.split('\n').filter((one) => one.trim() !== ''), seconds, stop };
}

/** One click for the repository and one for the search; the link of the terminal is the first of three. */
async function comeToAnAnswer(link: string): Promise<void> {
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const begun = performance.now();
  const since = () => (performance.now() - begun) / 1000;
  await page.goto(link);
  await page.getByTestId('sync-example').click();
  await page.waitForURL(/\/p\/[^/]+$/);
  const { pathname } = new URL(page.url());
  await page
    .getByRole('region', { name: /^Current state/ })
    .getByText('Passages', { exact: true })
    .waitFor({ timeout: 600_000 });
  row('the files of the repository can be read', since(), '2 clicks');
  await page.getByRole('navigation').getByRole('link', { name: 'Search' }).click();
  await page.getByRole('searchbox').fill(values.question);
  await page.locator('[data-hit]').first().waitFor({ timeout: 600_000 });
  row(`“${values.question}” is answered`, since(), '3 clicks');
  const files = await page.locator('section.sheet h3').allTextContents();
  await page.goto(new URL(pathname, link).href);
  const banner = page.locator('[data-testid="sync-banner"][data-status="COMPLETED"]');
  await banner.waitFor({ timeout: 900_000 }).catch(() => console.error('The banner of the sync was gone.'));
  row('the sync is complete, with all vectors', since());
  console.log(
    `\nFirst files of the answer: ${files
      .slice(0, 3)
      .map((one) => one.trim())
      .join(', ')}\n`,
  );
  await browser.close();
}
