import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { Product } from './product.ts';

/** Where a reader is: the names that a person would say. `asOf` is the number of a sync; null is now. */
export interface Where {
  readonly repository: string;
  /** Null where the page shows all repositories at once. */
  readonly branch: string | null;
  readonly asOf: number | null;
}

/** Where a page must be after a step. */
interface Expected {
  readonly page: Page;
  /** The address behind that of the project. */
  readonly path: RegExp;
  readonly where: Where;
}

interface KnownProject {
  readonly repositories: { readonly nodes: readonly { id: string; name: string; defaultBranch: string }[] };
  readonly syncs: { readonly nodes: readonly { id: string; number: number; queuedAt: string }[] };
}

/** A control that a screen reader has no name for. */
const NAMELESS = /^\s*- (?:link|button|textbox|searchbox|combobox|checkbox|option|tab)\b(?! ")/;

/** Holds a page to the place that its address says, step by step. */
export class PlaceWatch {
  readonly #product: Product;
  readonly #slug: string;
  /** The steps so far. */
  steps = 0;
  /** The page after each step as a screen reader reads it out. */
  readonly spoken: string[] = [];
  /** The controls without a name, and the pages without a heading: a day ends with none. */
  readonly unheard: string[] = [];

  constructor(product: Product, slug: string) {
    this.#product = product;
    this.#slug = slug;
  }

  /** Does something on a page, and holds it to the place and the path that it must then be at. */
  async step({ page, path, where }: Expected, act: () => Promise<unknown>): Promise<void> {
    this.steps++;
    await act();
    const project = await this.#known();
    const at = async () => ({
      path: new URL(page.url()).pathname.slice(`/p/${this.#slug}`.length),
      said: saidBy(new URL(page.url()), project),
      shown: await shownOn(page, project),
    });
    await expect
      .poll(at, { timeout: 20_000, message: `Step ${this.steps}` })
      .toEqual({ path: expect.stringMatching(path), said: where, shown: where });
    await this.#listen(page);
  }

  /** Reads a page by its accessible names alone: each control has one, and the page has a heading. */
  async #listen(page: Page): Promise<void> {
    // On the way back the address is that of the page before it is read.
    await page.locator('main[aria-busy="false"]').waitFor();
    const read = await page.locator('body').ariaSnapshot();
    const at = `Step ${this.steps}, ${page.url().slice(this.#product.url.length)}`;
    for (const line of read.split('\n')) if (NAMELESS.test(line)) this.unheard.push(`${at}: ${line.trim()}`);
    if (!/- heading ".+" \[level=1\]/.test(read)) this.unheard.push(`${at}: no heading`);
    this.spoken.push(`# ${at}: ${await page.title()}\n${read}\n`);
  }

  async #known(): Promise<KnownProject> {
    const { project } = await this.#product.ask<{ project: KnownProject }>(
      'query ($slug: String!) { project(slug: $slug) { repositories(first: 9) { nodes { id name defaultBranch } } syncs(first: 50) { nodes { id number queuedAt } } } }',
      { slug: this.#slug },
    );
    return project;
  }
}

/** The place by the address alone; what it leaves out is the default. */
function saidBy(url: URL, { repositories, syncs }: KnownProject): Where {
  const named = url.searchParams.get('repository');
  const branch = url.searchParams.get('branch');
  const asOf = url.searchParams.get('as-of');
  const spansAll = url.pathname.endsWith('/memory') && named === null && branch === null && asOf === null;
  const repository = repositories.nodes.find(({ id }) => id === named) ?? repositories.nodes[0];
  return {
    repository: spansAll ? 'All repositories' : (repository?.name ?? ''),
    branch: spansAll ? null : (branch ?? repository?.defaultBranch ?? null),
    asOf: asOf === null ? null : (syncs.nodes.find(({ id }) => id === asOf)?.number ?? 0),
  };
}

/** The place by what the bar above the page shows. */
async function shownOn(page: Page, { syncs }: KnownProject): Promise<Where> {
  const bar = await page.evaluate(() => {
    const shown = document.querySelector('[aria-label="Repository, branch and moment"]');
    return {
      repository: shown?.querySelector('select')?.selectedOptions[0]?.textContent.trim() ?? '',
      branch: shown?.querySelector<HTMLInputElement>('input')?.value ?? null,
      at: shown?.querySelector<HTMLTimeElement>('.moment time')?.dateTime ?? null,
    };
  });
  const moment = syncs.nodes.find(({ queuedAt }) => queuedAt === bar.at);
  return {
    repository: bar.repository,
    branch: bar.branch,
    asOf: bar.at === null ? null : (moment?.number ?? 0),
  };
}
