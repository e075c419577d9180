import type { Sql } from '../database/database.ts';
import type { TenantReads } from './tenant-reads.ts';

/** Anything that says which rows are wanted: an id, or an object of plain values. */
export type Page = string | number | bigint | object;

/** Reads one value for each page, in the order of the pages, in one statement. */
export type LoadPages<P extends Page, V> = (
  sql: Sql,
  projectId: string,
  pages: readonly P[],
) => Promise<readonly V[]>;

/**
 * Turns a reader of many pages of one project into a reader of a single page. The fields of a list call it row by row;
 * the calls of one tick share a statement, and equal pages are read once.
 */
export function batchedInProject<P extends Page, V>(
  load: LoadPages<P, V>,
): (reads: Pick<TenantReads, 'inProject'>, projectId: string, page: P) => Promise<V> {
  const join = openBatches<P, V>();
  return (reads, projectId, page) =>
    join({
      reader: reads,
      group: projectId,
      page,
      load: (pages) => reads.inProject(projectId, (sql) => load(sql, projectId, pages())),
    });
}

/** Does the same across every project the tenant may see; the page itself names the project. */
export function batchedInAll<P extends Page, V>(
  load: (sql: Sql, pages: readonly P[]) => Promise<readonly V[]>,
): (reads: Pick<TenantReads, 'inAll'>, page: P) => Promise<V> {
  const join = openBatches<P, V>();
  return (reads, page) =>
    join({
      reader: reads,
      group: '',
      page,
      load: (pages) => reads.inAll((sql) => load(sql, pages())),
    });
}

interface Batch<P, V> {
  readonly pages: P[];
  /** Where each page stands in `pages`, by its structural hash. */
  readonly places: Map<string, number>;
  readonly values: Promise<readonly V[]>;
}

interface Call<P, V> {
  readonly reader: object;
  readonly group: string;
  readonly page: P;
  /** Reads the pages that have joined by the time it calls its argument, which closes the batch. */
  readonly load: (pages: () => readonly P[]) => Promise<readonly V[]>;
}

function openBatches<P extends Page, V>(): (call: Call<P, V>) => Promise<V> {
  const open = new WeakMap<object, Map<string, Batch<P, V>>>();
  return async ({ reader, group, page, load }) => {
    const batches = open.get(reader) ?? new Map<string, Batch<P, V>>();
    open.set(reader, batches);
    const batch = batches.get(group) ?? startBatch(batches, group, load);
    const hash = hashOf(page);
    let place = batch.places.get(hash);
    if (place === undefined) {
      place = batch.pages.push(page) - 1;
      batch.places.set(hash, place);
    }
    const values = await batch.values;
    if (place >= values.length) throw new Error('A batched reader returned fewer values than pages.');
    return values[place] as V;
  };
}

function startBatch<P extends Page, V>(
  batches: Map<string, Batch<P, V>>,
  group: string,
  load: Call<P, V>['load'],
): Batch<P, V> {
  const pages: P[] = [];
  // A reader may ask for its pages at once, before the first one has joined; the next microtask is soon enough.
  const values = Promise.resolve().then(() =>
    load(() => {
      // A tick that failed is read again, when another batch may be open already.
      if (batches.get(group) === batch) batches.delete(group);
      return pages;
    }),
  );
  const batch: Batch<P, V> = { pages, places: new Map(), values };
  batches.set(group, batch);
  return batch;
}

/** The same text for pages with equal values, whatever the order of their properties. */
function hashOf(page: Page): string {
  return JSON.stringify(page, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (!(value instanceof Object) || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
