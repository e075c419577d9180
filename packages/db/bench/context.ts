// Measures how many of the files that a fix changed stand early in the order of the context for it, and how many stand in a context of
// a budget beside what search returns for as many tokens:
//   node packages/db/bench/context.ts --clones <folder of bare clones> --data <folder> [--unseen | --all] [--only a,b] [--misses] [--budget 8000] [--budget-alone]
import { execFileSync } from 'node:child_process';
import { openTokenCounter, readTask, searchWords, staticEmbedder } from '@project-sync/knowledge';
import { rankedPassages, taskContext } from '../src/context/task-context.ts';
import { projectScopedSql } from '../src/reads/project-scoped-sql.ts';
import { searchMemory } from '../src/search/search-memory.ts';
import { readFixes, type Fix } from './context-questions.ts';
import { openContextWorld } from './context-world.ts';

type Order = (fix: Fix) => Promise<readonly string[]>;
const args = process.argv.slice(2);
const budget = Number(args.includes('--budget') ? args[args.indexOf('--budget') + 1] : 8000);
const option = (name: string): string => args[args.indexOf(`--${name}`) + 1] ?? '.';
const flag = (name: string): boolean => args.includes(`--${name}`);

const all = readFixes(option('clones'), flag('only') ? option('only').split(',') : null);
const fixes = all.filter(({ unseen }) => flag('all') || unseen === flag('unseen'));
const embedder = staticEmbedder();
const world = await openContextWorld(option('data'), all, embedder);
const count = await openTokenCounter();
const reads = {
  inProject: <T>(projectId: string, read: (sql: ReturnType<typeof projectScopedSql>) => Promise<T>) =>
    read(projectScopedSql(world.database.system, projectId)),
};

async function questionOf({ text }: Fix) {
  const question = readTask(text);
  if ('code' in question) throw new Error(question.message);
  const asked = { signal: AbortSignal.timeout(60_000), purpose: 'query' } as const;
  for await (const [one] of embedder.embed([question.text], asked))
    return { question, vector: one?.vector ?? null, model: embedder.model };
  return { question, vector: null, model: null };
}

const distinct = (paths: readonly (string | null | undefined)[]): string[] => [
  ...new Set(paths.flatMap((path) => path ?? [])),
];

const context: Order = async (fix) => {
  const ranked = await rankedPassages(reads, world.snapshotOf(fix), await questionOf(fix));
  return distinct(ranked.map(({ candidate }) => candidate.path));
};

const search =
  (mode: 'HYBRID' | 'KEYWORD'): Order =>
  async (fix) => {
    const snapshot = world.snapshotOf(fix);
    const scope = { projectId: snapshot.projectId, snapshot, kinds: null, pathPrefix: null };
    const query = { ...(await questionOf(fix)), mode, first: 400, offset: 0 };
    const hits = await searchMemory(sqlOf(snapshot.projectId), scope, query);
    return distinct(hits.map(({ entry }) => entry.path));
  };

/** The files that stand in a context of the budget, and the tokens of its text. */
async function contextWithin(fix: Fix): Promise<InBudget> {
  const task = { ...(await questionOf(fix)), paths: [], maxTokens: budget };
  const made = await taskContext(reads, world.snapshotOf(fix), task);
  if (made.kind === 'too-small') throw new Error('The budget is too small for any context.');
  return { paths: distinct(made.hits.map(({ entry }) => entry.path)), tokens: made.tokens };
}

interface InBudget {
  readonly paths: readonly string[];
  readonly tokens: number;
}

/** The passages that search returns, each with its path, as long as there is room for them; `most` of them where it is given. */
const searchWithin =
  (most: number) =>
  async (fix: Fix): Promise<InBudget> => {
    const snapshot = world.snapshotOf(fix);
    const scope = { projectId: snapshot.projectId, snapshot, kinds: null, pathPrefix: null };
    const query = {
      ...(await questionOf(fix)),
      mode: 'HYBRID',
      first: Math.min(most, 100),
      offset: 0,
    } as const;
    const hits = await searchMemory(sqlOf(snapshot.projectId), scope, query);
    let tokens = 0;
    const fitting = hits.slice(0, most).filter(({ entry }) => {
      const needed = count(`### ${entry.path ?? entry.title}\n\n${entry.content}\n\n`);
      if (tokens + needed > budget) return false;
      tokens += needed;
      return true;
    });
    return { paths: distinct(fitting.map(({ entry }) => entry.path)), tokens };
  };

const sqlOf = (projectId: string) => projectScopedSql(world.database.system, projectId);

/** BM25 with the usual parameters over the whole text of every file that the product has indexed. */
const wholeFiles: Order = async (fix) => {
  const { projectId, branchId, number } = world.snapshotOf(fix);
  const files = await world.database.system.query<{ path: string; oid: string }>(
    `SELECT convert_from(f.path, 'UTF8') AS path, f.oid FROM repository_file f
      WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)
        AND EXISTS (SELECT FROM memory_entry m WHERE m.project_id = f.project_id AND m.oid = f.oid AND m.dialect = f.dialect)`,
    [projectId, branchId, number],
  );
  const read = files.map(({ path, oid }) => ({ path, ...countsOf(fix.clone, oid) }));
  const mean = read.reduce((sum, { length }) => sum + length, 0) / read.length;
  const asked = [...new Set(searchWords(fix.text).split(' '))];
  const held = new Map(asked.map((word) => [word, read.filter(({ counts }) => counts.has(word)).length]));
  const scored = read.map(({ path, counts, length }) => ({
    path,
    score: asked.reduce((sum, word) => {
      const [count, files] = [counts.get(word) ?? 0, held.get(word) ?? 0];
      const weight = Math.log(1 + (read.length - files + 0.5) / (files + 0.5));
      return sum + (weight * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / mean));
    }, 0),
  }));
  return scored.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1)).map(({ path }) => path);
};

const known = new Map<string, { counts: ReadonlyMap<string, number>; length: number }>();

function countsOf(clone: string, oid: string): { counts: ReadonlyMap<string, number>; length: number } {
  const found = known.get(oid);
  if (found !== undefined) return found;
  const text = execFileSync('git', ['-C', clone, 'cat-file', 'blob', oid], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const counts = new Map<string, number>();
  const words = searchWords(text).split(' ');
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const made = { counts, length: words.length };
  known.set(oid, made);
  return made;
}

const within = (order: readonly string[], files: readonly string[], depth: number): number =>
  files.filter((file) => order.slice(0, depth).includes(file)).length / files.length;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const orders: Record<string, Order> = {
  context,
  'search, HYBRID': search('HYBRID'),
  'search, KEYWORD': search('KEYWORD'),
  'BM25, whole files': wholeFiles,
};
const repositories = [...new Set(fixes.map(({ repository }) => repository))];
console.log(`${fixes.length} fixes\n\n| order | within 8 | within 19 | ${repositories.join(' | ')} |`);
console.log(`| --- | --: | --: | ${repositories.map(() => '--:').join(' | ')} |`);
for (const [name, order] of Object.entries(flag('budget-alone') ? {} : orders)) {
  const rows: { readonly fix: Fix; readonly paths: readonly string[] }[] = [];
  for (const fix of fixes) rows.push({ fix, paths: await order(fix) });
  const share = (depth: number, some: typeof rows): string =>
    mean(some.map(({ fix, paths }) => within(paths, fix.files, depth))).toFixed(3);
  const each = repositories.map((one) =>
    share(
      8,
      rows.filter(({ fix }) => fix.repository === one),
    ),
  );
  console.log(`| ${name} | ${share(8, rows)} | ${share(19, rows)} | ${each.join(' | ')} |`);
  if (flag('misses') && name === 'context')
    for (const { fix, paths } of rows)
      if (within(paths, fix.files, 8) < 1)
        console.error(
          `${fix.repository} ${fix.commit.slice(0, 8)}: ${fix.files.map((file) => `${file} at ${paths.indexOf(file) + 1}`).join(', ')}`,
        );
}
const budgets: Record<string, (fix: Fix) => Promise<InBudget>> = {
  context: contextWithin,
  'search, the first 10': searchWithin(10),
  'search, as many as fit': searchWithin(100),
};
console.log(
  `\n| within ${budget} tokens | right files in it | all of them in it | tokens, mean | files, mean |`,
);
console.log('| --- | --: | --: | --: | --: |');
for (const [name, order] of Object.entries(budgets)) {
  const rows = [];
  for (const fix of fixes) rows.push({ fix, ...(await order(fix)) });
  const shares = rows.map(({ fix, paths }) => within(paths, fix.files, paths.length));
  const cells = [
    mean(shares).toFixed(3),
    mean(shares.map((share) => (share === 1 ? 1 : 0))).toFixed(3),
    mean(rows.map(({ tokens }) => tokens)).toFixed(0),
    mean(rows.map(({ paths }) => paths.length)).toFixed(1),
  ];
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
await world.close();
