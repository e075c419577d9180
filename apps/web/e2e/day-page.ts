import type { Locator } from 'playwright';
import type { PlaceWatch, Where } from './place-watch.ts';
import type { Product } from './product.ts';

/** The day of one reader: the page they have open, and what they do on it again and again. */
export type DayPage = ReturnType<typeof dayPage>;

/** The gestures of a reader on the page of a product that has started. */
export function dayPage(product: Product, watch: PlaceWatch, slug: string) {
  const { page } = product;
  const tab = (name: string) => page.getByRole('navigation', { name: slug }).getByRole('link', { name });
  const line = (text: string) => page.locator('.line', { hasText: text }).first().waitFor();
  const panel = () => page.getByRole('complementary', { name: 'Outline' });
  const tree = () => page.getByRole('complementary', { name: 'Folders and files' });
  const alive = () => page.locator('html[data-alive]').waitFor();
  /** A page that is opened by its address, as from a bookmark. */
  const open = async (path: string) => {
    await page.goto(product.url + path);
    await alive();
  };
  const step = (path: RegExp, where: Where, act: () => Promise<unknown>) =>
    watch.step({ page, path, where }, act);

  async function pickBranch(name: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Branch' }).fill(name);
    await page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
  }

  async function pickMoment(name: RegExp): Promise<void> {
    await page.getByRole('group', { name: 'Repository, branch and moment' }).locator('.moment').click();
    await page.getByRole('group', { name: 'Moment', exact: true }).getByRole('button', { name }).click();
  }

  async function search(words: string): Promise<void> {
    await page.getByRole('searchbox', { name: 'Search the memory' }).fill(words);
    await page.waitForURL((url) => url.searchParams.get('q') === words);
    await page.locator('[data-hit]').first().waitFor();
  }

  /** Clicks on a name in a line of code, wherever its colours begin and end. */
  async function lookUp(lineText: string, name: string): Promise<void> {
    const at = await pointOf(page.locator('.line', { hasText: lineText }).first(), name);
    await page.mouse.click(at.x, at.y);
    await panel().getByRole('heading', { name }).waitFor();
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
    alive,
    open,
    step,
    pickBranch,
    pickMoment,
    search,
    lookUp,
  };
}

/** The middle of a word in an element, whose letters may stand in several elements. */
async function pointOf(line: Locator, word: string): Promise<{ x: number; y: number }> {
  await line.scrollIntoViewIfNeeded();
  return line.evaluate((element, wanted) => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const found = new RegExp(`\\b${wanted}\\b`).exec(node.textContent ?? '');
      if (found === null) continue;
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + wanted.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    throw new Error(`${wanted} is not in the line.`);
  }, word);
}
