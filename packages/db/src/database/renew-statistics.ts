import type { Database } from './database.ts';

// Only the columns that plans depend on: ANALYZE would read the large ones in full for figures that no plan uses.
const analysed = [
  // Whole, for the statistics of sha256(path) come with its index, which a list of columns leaves out.
  ['repository_file', ''],
  ['file_link', ''],
  ['memory_entry', '(project_id, id, oid, dialect, hash, superseded_at)'],
  ['passage', '(project_id, hash, ordinal)'],
  ['embedding', '(project_id, model, hash)'],
  ['blob_analysis', '(project_id, oid, dialect)'],
  ['blob', '(project_id, oid)'],
  ['git_tree', '(project_id, oid)'],
  ['content_facts', '(project_id, oid, dialect)'],
  ['code_symbol', '(project_id, oid, dialect, name, folded)'],
  ['link_set', '(project_id, id)'],
  ['pattern', '(project_id, branch_id, added, superseded)'],
  ['document', '(project_id, branch_id, added, superseded)'],
  ['project_sync', '(project_id, id, branch_id, number, status)'],
] as const;

type Analysed = (typeof analysed)[number][0];
const all = analysed.map(([table]) => table);

/** The statistics that are kept of a column. They decide how many rows are read: three hundred times as many. */
const TARGET = 20;
/** After fewer new rows the statistics that are there plan well enough. */
const MANY_ROWS = 300;

/** The indexes of words that put new rows on a list first. */
const wordIndexes = ['known_path_words', 'passage_words', 'memory_entry_names'] as const;

/**
 * Works the lists of new rows into the indexes of words. Each look-up of a word reads the whole list beside the index, up to four
 * megabytes of it, and a search looks up some hundred words. A server has a process that does this.
 */
export async function workInWords(database: Pick<Database, 'kind' | 'system'>): Promise<void> {
  if (database.kind !== 'embedded') return;
  await wordIndexes.reduce<Promise<unknown>>(
    (before, index) =>
      before.then(() => database.system.query('SELECT gin_clean_pending_list($1::regclass)', [index])),
    Promise.resolve(),
  );
}

/**
 * Refreshes the planner's statistics after many new rows. Without those of a new branch, a look-up by path is planned to read the whole branch,
 * and a join to compare every row with every other. PGlite has no process that does this, and a server's comes by once a
 * minute. There is one short statement per table that was written, so that no reader of the embedded database waits long.
 */
export async function renewStatistics(
  database: Database,
  rows: number,
  written: readonly Analysed[] = all,
): Promise<void> {
  if (rows > 0 && written === all) await workInWords(database);
  if (rows <= MANY_ROWS) return;
  if (database.kind !== 'embedded')
    return void (await database.system.query('SELECT renew_statistics($1::text[])', [written]));
  const statements = [
    `SET default_statistics_target = ${TARGET}`,
    ...analysed.flatMap(([table, columns]) =>
      written.includes(table) ? [`ANALYZE ${table} ${columns}`] : [],
    ),
  ];
  await statements.reduce(
    (before, statement) => before.then(() => database.system.execute(statement)),
    Promise.resolve(0),
  );
}
