import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';

/** A way to look at a page. */
interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

const LOOKS: readonly Look[] = [
  { name: 'light', width: 1280, height: 800, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 800, colorScheme: 'dark' },
  { name: 'phone', width: 360, height: 740, colorScheme: 'light' },
];
/** A large screen, and a window of 1280 points at twice its size. */
const WIDE: readonly Look[] = [
  { name: 'wide', width: 1920, height: 1080, colorScheme: 'light' },
  { name: 'zoomed', width: 640, height: 400, colorScheme: 'light' },
];
/** A page of a sync that runs is never still. */
const PATIENCE_MS = 4000;
/** A picture of more than this is not looked at. */
const TALLEST = 2600;

/** The pictures of the documentation: the state, the look it is shown in, and its name there. */
const DOCUMENTED: Readonly<Record<string, readonly [look: string, as: string]>> = {
  overview: ['light', 'overview'],
  'first-sync-readable': ['light', 'sync-running'],
  file: ['dark', 'file'],
  'search-hits': ['light', 'search'],
  'map-folder': ['light', 'module-map'],
  document: ['light', 'document'],
  pattern: ['light', 'patterns'],
  history: ['light', 'history'],
  'diff-split': ['light', 'diff'],
  restore: ['light', 'restore'],
  'palette-words': ['dark', 'palette'],
  'overview-many': ['phone', 'phone'],
};

/** Takes pictures of a page in every look, and finds what reaches beyond a screen. */
export class Photographer {
  readonly #folder: string;
  readonly #only: RegExp;
  readonly #docs: string | null;
  /** Pages that scroll sideways, with the elements that are to blame. */
  readonly overflowing: string[] = [];

  /** `docs` is the folder of the documentation's pictures, to be renewed; null for none. */
  constructor(folder: string, only: RegExp, docs: string | null = null) {
    this.#folder = folder;
    this.#only = only;
    this.#docs = docs;
    mkdirSync(folder, { recursive: true });
  }

  /** Whether a picture is asked for: its page need not be opened where it is not. */
  wants(name: string): boolean {
    return this.#only.test(name);
  }

  /** Takes a page in each look; `whole` is the page to its end, else what a screen shows of it. See `turn` for `reloads`. */
  async take(page: Page, name: string, { wide = false, whole = true, reloads = false } = {}): Promise<void> {
    if (!this.wants(name)) return;
    for (const look of wide ? [...LOOKS, ...WIDE] : LOOKS) {
      await turn(page, look, reloads);
      await quiet(page);
      const path = join(this.#folder, `${name}-${look.name}.png`);
      const fullPage = whole && look.name !== 'wide';
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.screenshot({
        path,
        fullPage,
        ...(fullPage && height > TALLEST ? { clip: { x: 0, y: 0, width: look.width, height: TALLEST } } : {}),
      });
      await this.#document(page, name, look);
      const blamed = await page.evaluate(beyondTheScreen);
      if (blamed.length > 0) this.overflowing.push(`${name} ${look.name}: ${blamed.join(', ')}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: 'light' });
    // The same page as a screen reader has it.
    if (wide) writeFileSync(join(this.#folder, `${name}.txt`), await page.locator('body').ariaSnapshot());
    console.log(name);
  }

  /** Writes the picture of a screen, small enough for a repository. */
  async #document(page: Page, name: string, look: Look): Promise<void> {
    const [wanted, as] = DOCUMENTED[name] ?? [];
    if (this.#docs === null || wanted !== look.name) return;
    const wire = await page.context().newCDPSession(page);
    const { data } = await wire.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
    await wire.detach();
    writeFileSync(join(this.#docs, `${as}.webp`), Buffer.from(data, 'base64'));
  }

  /** Takes a page as it comes out of a printer. */
  async print(page: Page, name: string): Promise<void> {
    if (!this.wants(name)) return;
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await page.pdf({ path: join(this.#folder, `${name}.pdf`), format: 'A4' });
    await page.setViewportSize({ width: 794, height: 1123 });
    await page.screenshot({ path: join(this.#folder, `${name}-print.png`), fullPage: true });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ media: 'screen' });
    console.log(`${name}, printed`);
  }
}

/** Shows a page in a look. One that `reloads` begins anew in another theme. */
async function turn(page: Page, look: Look, reloads: boolean): Promise<void> {
  await page.setViewportSize({ width: look.width, height: look.height });
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const changes = isDark !== (look.colorScheme === 'dark');
  const reloaded = reloads && changes ? page.waitForEvent('load') : null;
  await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' });
  await reloaded;
}

/** Waits until nothing of a page has changed for a moment. */
export async function quiet(page: Page): Promise<void> {
  await page.evaluate(async (patience) => {
    await document.fonts.ready;
    const images = [...document.querySelectorAll('img')];
    for (const image of images) image.loading = 'eager';
    const drawn = Promise.all(images.map((image) => image.decode().catch(() => {})));
    await Promise.race([drawn, new Promise((resolve) => setTimeout(resolve, patience))]);
    await new Promise<void>((resolve) => {
      let still = setTimeout(resolve, 350);
      const watch = new MutationObserver(() => {
        clearTimeout(still);
        still = setTimeout(resolve, 350);
      });
      watch.observe(document.body, { subtree: true, childList: true, characterData: true });
      setTimeout(resolve, patience);
    });
  }, PATIENCE_MS);
}

/** Runs in the page: the elements that make it scroll sideways. */
function beyondTheScreen(): string[] {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 4)
    .map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
}
