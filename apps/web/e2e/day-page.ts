import type { Locator } from 'playwright';
import { expect } from 'vitest';
import type { PlaceWatch, Where } from './place-watch.ts';
import type { Product } from './product.ts';

/** The day of one reader: the page they have open, and what they do on it again and again. */
export type DayPage = ReturnType<typeof dayPage>;

/** The gestures of a reader without a mouse, on the page of a product that has started. */
export function dayPage(product: Product, watch: PlaceWatch, slug: string) {
  const { page } = product;
  const tab = (name: string) => page.getByRole('navigation', { name: slug }).getByRole('link', { name });
  const line = (text: string) => page.locator('.line', { hasText: text }).first().waitFor();
  const panel = () => page.getByRole('complementary', { name: 'Outline' });
  const tree = () => page.getByRole('complementary', { name: 'Folders and files' });
  const dialog = () => page.getByRole('dialog');
  const hit = () => page.locator('[data-hit]').first();
  const alive = () => page.locator('html[data-alive]').waitFor();
  /** A page that is opened by its address, as from a bookmark. */
  const open = async (path: string) => {
    await page.goto(product.url + path);
    await alive();
  };
  const step = (path: RegExp, where: Where, act: () => Promise<unknown>) =>
    watch.step({ page, path, where }, act);

  /** Fills a field of the open dialog, and presses a button of it. */
  async function fillAndPress(fields: Readonly<Record<string, string>>, button: string): Promise<void> {
    for (const [label, text] of Object.entries(fields)) await dialog().getByLabel(label).fill(text);
    await press(dialog().getByRole('button', { name: button, exact: true }));
  }

  async function pickBranch(name: string): Promise<void> {
    const field = page.getByRole('combobox', { name: 'Branch' });
    await field.press('Control+a');
    await field.pressSequentially(name);
    await page.locator(`.menu[data-asked="${name}"]`).waitFor();
    const wanted = page.locator('.menu [data-highlighted]').filter({ hasText: new RegExp(`^\\s*${name}`) });
    for (let pressed = 0; (await wanted.count()) === 0 && pressed < 5; pressed++)
      await field.press('ArrowDown');
    await field.press('Enter');
  }

  /** The letters of a name choose it in a closed list, one after another. In a field the keys of the app are letters: it is left. */
  async function pickRepository(name: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Repository', exact: true }).focus();
    await page.keyboard.type(name);
    await page.keyboard.press('Shift+Tab');
  }

  async function pickMoment(name: RegExp): Promise<void> {
    await press(page.getByRole('group', { name: 'Repository, branch and moment' }).locator('.moment'));
    await press(page.getByRole('group', { name: 'Moment', exact: true }).getByRole('button', { name }));
  }

  async function search(words: string): Promise<void> {
    await page.getByRole('searchbox', { name: 'Search the memory' }).fill(words);
    await page.waitForURL((url) => url.searchParams.get('q') === words);
    await hit().waitFor();
  }

  /** Waits until the sync of the banner has completed, and dismisses the banner. */
  async function syncEnds(): Promise<void> {
    const banner = page.locator('[data-testid="sync-banner"][data-status="COMPLETED"]');
    await banner.waitFor({ timeout: 120_000 });
    await press(banner.getByRole('button', { name: 'Dismiss' }));
  }

  /** Opens the finder by its key, and the first file that it finds. */
  async function findFile(words: string): Promise<void> {
    await alive();
    await page.keyboard.press('t');
    await dialog().getByRole('combobox').fill(words);
    await dialog().getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
  }

  /** Opens the palette, and the entry of it that has a text. */
  async function goTo(words: string, wanted: RegExp): Promise<void> {
    await alive();
    await page.keyboard.press('Control+k');
    await dialog().getByRole('combobox').fill(words);
    const options = dialog().getByRole('option');
    await options.filter({ hasText: wanted }).first().waitFor();
    const chosen = dialog().locator('[aria-selected="true"]').filter({ hasText: wanted });
    for (let pressed = 0; (await chosen.count()) === 0 && pressed < 12; pressed++)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  }
  return {
    product,
    watch,
    page,
    slug,
    tab,
    line,
    panel,
    tree,
    dialog,
    hit,
    alive,
    open,
    step,
    press,
    fillAndPress,
    pickBranch,
    pickRepository,
    pickMoment,
    search,
    syncEnds,
    findFile,
    goTo,
  };
}

/** Presses a control by a key, once it may be pressed. Tab must come to it, and it must show that it has the focus. */
async function press(control: Locator, key = 'Enter'): Promise<void> {
  const focus = () =>
    control.evaluate((one) => {
      if (!(one instanceof HTMLElement || one instanceof SVGElement)) return null;
      one.focus();
      const isReached = one.tabIndex >= 0 && document.activeElement === one;
      return { isReached, isSeen: one.matches(':focus-visible') };
    });
  await expect
    .poll(focus, { timeout: 15_000, message: `The focus of ${control}` })
    .toEqual({ isReached: true, isSeen: true });
  await control.press(key);
}
