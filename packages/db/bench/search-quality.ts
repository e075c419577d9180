import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  classifyPath,
  createSplitter,
  decodeContent,
  localEmbedder,
  parseIgnoreRules,
  REDACTION_VERSION,
  readQuestionOrThrow,
  SPLIT_VERSION,
} from '@project-sync/knowledge';
import { createSyncWorker, embedPhase, gitSource } from '@project-sync/sync';
import { createRepository } from '@project-sync/sync/testing';
import { openJobs } from '../src/jobs/open-jobs.ts';
import { searchMemory } from '../src/search/search-memory.ts';
import { embeddingStore } from '../src/engine/embedding-store.ts';
import { startSync } from '../src/syncs/start-sync.ts';
import { syncEvents } from '../src/live/sync-events.ts';
import { openSyncHints } from '../src/live/sync-hints.ts';
import { syncClaims } from '../src/syncs/sync-claims.ts';
import { openTestDatabase } from '../src/testing/index.ts';
import { documentedPackage, type Question } from './documented-package.ts';

// How well search answers: questions made of documentation and of names that are taken out of what is indexed, asked of
// real packages in each mode, beside PostgreSQL's own full text search and a search by words as `git grep` does it.
// `node packages/db/bench/search-quality.ts [--most 160] [--only name]`; TEST_DATABASE_URL chooses a server.
const value = (name: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};
const most = Number(value('most') ?? 160);
const packages = [
  ['eslint', 'lib'],
  ['svelte', 'src'],
  ['better-auth', 'dist'],
  ['zod', 'src'],
  ['kysely', 'dist'],
  ['vite', 'dist'],
] as const;

const opened = await openTestDatabase();
const { database } = opened;
const mirrors = await mkdtemp(join(tmpdir(), 'project-sync-quality-'));
const splitter = createSplitter();
const embedder = localEmbedder();
const jobs = await openJobs(database, ['sync', 'embed'], (error) => console.error(error));
const hints = await openSyncHints(database);
const sources = new Map<string, string>();
const version = { split: SPLIT_VERSION, redaction: REDACTION_VERSION };
const worker = createSyncWorker({
  claims: syncClaims(database, version),
  jobs,
  reader: {
    version,
    classifier: (files) => {
      const rules = parseIgnoreRules(files);
      // What a package ships is what this benchmark reads, whatever its folders are called.
      return (path) => ({ ...classifyPath(path.replaceAll('/', '-'), rules), ignored: null });
    },
    decode: decodeContent,
    split: (input) => splitter.split(input),
  },
  enrichments: [embedPhase(embeddingStore(database), embedder, null)],
  limits: { maxTextBytes: 1 << 21, maxBinaryBytes: 1 << 19 },
  concurrency: 1,
  openSource: ({ repositoryId }) => {
    const url = sources.get(repositoryId) ?? '';
    return gitSource({
      url,
      mirror: join(mirrors, `${repositoryId}.git`),
      allowedHosts: null,
      localRoots: [dirname(url)],
    });
  },
  log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
});
await worker.start();

interface Found {
  readonly path: string | null;
  readonly start: number | null;
  readonly end: number | null;
}
type Ask = (question: string) => Promise<readonly Found[]>;
const rankOf = (found: readonly Found[], { path, line }: Question): number =>
  found.findIndex((hit) => hit.path === path && (hit.start ?? 0) <= line && line <= (hit.end ?? 0)) + 1;

const totals = new Map<string, { mrr: number; recall: number; asked: number }>();
console.log(
  `| package | questions | search | MRR@10 | recall@10 | by doc: MRR, recall | by name: MRR, recall |\n| --- | ---: | --- | ---: | ---: | --- | --- |`,
);
for (const [name, folder] of packages) {
  if (value('only') !== null && value('only') !== name) continue;
  const { files, questions } = documentedPackage(name, folder, most);
  const projectId = randomUUID();
  const repositoryId = randomUUID();
  const at = await createRepository();
  sources.set(repositoryId, at.path);
  at.commit('main', files);
  await database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
    projectId,
    name,
  ]);
  await database.system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', $3, 'r', 'main')`,
    [projectId, repositoryId, at.path],
  );
  const request = { projectId, repositoryId, branch: 'main', trigger: 'MANUAL', full: false } as const;
  const { id } = await startSync(database, jobs, { ...request, restoredFromId: null, requestedBy: null });
  const follow = { projectId, syncId: id, after: 0, signal: AbortSignal.timeout(600_000) };
  for await (const event of syncEvents(database, hints, follow)) void event;
  const [row] = await database.system.query<{
    branch_id: string;
    number: number;
    status: string;
    warnings: object;
  }>('SELECT branch_id, number, status::text AS status, warnings FROM project_sync WHERE id = $1', [id]);
  if (row?.status !== 'COMPLETED') throw new Error(`The sync of ${name} ended ${row?.status}.`);
  const snapshot = { branchId: row.branch_id, number: row.number };
  const scope = { projectId, snapshot, kinds: null, pathPrefix: null };

  const inMode =
    (mode: 'HYBRID' | 'SEMANTIC' | 'KEYWORD'): Ask =>
    async (question) => {
      let vector: Float32Array | null = null;
      const options = { signal: AbortSignal.timeout(10_000), purpose: 'query' } as const;
      for await (const [one] of embedder.embed([question], options)) vector = one?.vector ?? null;
      const query = {
        question: readQuestionOrThrow(question),
        vector,
        model: embedder.model,
        mode,
        first: 10,
        offset: 0,
      };
      const hits = await searchMemory(database.system, scope, query);
      return hits.map(({ entry }) => ({ path: entry.path, start: entry.startLine, end: entry.endLine }));
    };
  // Both see the very passages that the product sees: what differs is how they are ranked.
  const passages = `
    FROM repository_file f
    JOIN memory_entry m ON m.project_id = f.project_id AND m.oid = f.oid AND m.dialect = f.dialect AND m.superseded_at IS NULL
    JOIN passage p ON p.project_id = m.project_id AND p.hash = m.hash
   WHERE f.project_id = $1 AND f.branch_id = $2`;
  const fullText: Ask = (question) =>
    database.system.query<Found & Record<string, unknown>>(
      `SELECT convert_from(f.path, 'UTF8') AS path, m.start_line AS start, m.end_line AS "end" ${passages}
          AND to_tsvector('english', p.text) @@ replace(plainto_tsquery('english', $3)::text, '&', '|')::tsquery
        ORDER BY ts_rank(to_tsvector('english', p.text), replace(plainto_tsquery('english', $3)::text, '&', '|')::tsquery, 1) DESC, m.id
        LIMIT 10`,
      [projectId, snapshot.branchId, question],
    );
  const texts = await database.system.query<Found & { text: string } & Record<string, unknown>>(
    `SELECT convert_from(f.path, 'UTF8') AS path, m.start_line AS start, m.end_line AS "end", lower(p.text) AS text ${passages} ORDER BY m.id`,
    [projectId, snapshot.branchId],
  );
  const grep: Ask = (question) => {
    const words = [...new Set(question.toLowerCase().match(/[\p{L}\p{N}_$]{3,}/gu) ?? [])];
    const scored = texts.map((one) => ({
      one,
      hits: words.filter((word) => one.text.includes(word)).length,
    }));
    return Promise.resolve(
      scored
        .filter(({ hits }) => hits > 0)
        .sort((a, b) => b.hits - a.hits)
        .slice(0, 10)
        .map(({ one }) => one),
    );
  };
  const searches: readonly (readonly [string, Ask])[] = [
    ['HYBRID', inMode('HYBRID')],
    ['SEMANTIC', inMode('SEMANTIC')],
    ['KEYWORD', inMode('KEYWORD')],
    ['full text of PostgreSQL', fullText],
    ['words as in git grep', grep],
  ];
  for (const [search, ask] of searches) {
    const ranks: { kind: Question['kind']; rank: number }[] = [];
    for (const question of questions)
      ranks.push({ kind: question.kind, rank: rankOf(await ask(question.text), question) });
    const mean = (kind: Question['kind'] | null) => {
      const of = ranks.filter((one) => kind === null || one.kind === kind);
      const sum = (score: (rank: number) => number) =>
        of.reduce((total, { rank }) => total + (rank === 0 ? 0 : score(rank)), 0) / Math.max(1, of.length);
      return { mrr: sum((rank) => 1 / rank), recall: sum(() => 1) };
    };
    const [all, doc, byName] = [mean(null), mean('doc'), mean('name')];
    const total = totals.get(search) ?? { mrr: 0, recall: 0, asked: 0 };
    total.mrr += all.mrr * ranks.length;
    total.recall += all.recall * ranks.length;
    total.asked += ranks.length;
    totals.set(search, total);
    const shown = ({ mrr, recall }: typeof all) => `${mrr.toFixed(3)}, ${recall.toFixed(3)}`;
    console.log(
      `| ${name} (${texts.length} passages) | ${questions.length} | ${search} | ${all.mrr.toFixed(3)} | ${all.recall.toFixed(3)} | ${shown(doc)} | ${shown(byName)} |`,
    );
  }
  await at.remove();
}
for (const [search, { mrr, recall, asked }] of totals)
  console.log(
    `| **all** | ${asked} | **${search}** | **${(mrr / asked).toFixed(3)}** | **${(recall / asked).toFixed(3)}** | | |`,
  );
await worker.stop();
await splitter.close();
await hints.close();
await opened.close();
await rm(mirrors, { recursive: true, force: true });
