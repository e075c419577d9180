import type { ListPage } from './more-pages.svelte.ts';

/** The most rows that the API returns at once. */
const PAGE = 100;

/**
 * Loads the first `rows` rows of a list, page after page. An address that asks for more rows than one page has is a
 * link to exactly those, also for another reader and after a reload.
 */
export async function loadRows<Page extends ListPage<unknown>>(
  rows: number,
  ask: (first: number, after: string | null) => Promise<Page>,
): Promise<Page> {
  let page = await ask(Math.min(PAGE, rows), null);
  const nodes = [...page.nodes];
  while (page.pageInfo.hasNextPage && nodes.length < rows) {
    page = await ask(Math.min(PAGE, rows - nodes.length), page.pageInfo.endCursor);
    nodes.push(...page.nodes);
  }
  return { ...page, nodes };
}
