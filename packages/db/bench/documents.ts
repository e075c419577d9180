import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  checkPage,
  classifyPath,
  decodeContent,
  factsOfText,
  hasFacts,
  parseIgnoreRules,
} from '@project-sync/knowledge';
import { analyzePhase, documentPhase, Launcher, type ContentReader } from '@project-sync/sync';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { putDocument } from '../src/projects/put-document.ts';
import { insertRepository, openSyncWorld, type SyncRow, type SyncWorld } from '../src/testing/index.ts';
import { checkedSnapshot, storedPages, type StoredPage } from '../src/testing/stored-pages.ts';

// The generated pages over the commits of a real history: the pages that a sync writes must be those whose text changed,
// everything that a page names must be in its snapshot, and every so often a fresh sync must give the same pages.
// `node packages/db/bench/documents.ts --from <git folder> [--commits 200] [--fresh 25] [--show <folder>]`;
// TEST_DATABASE_URL chooses a server.
function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
const from = option('from');
if (from === undefined) throw new Error('--from names a Git folder.');
const commits = Number(option('commits') ?? 200);
const freshEvery = Number(option('fresh') ?? 25);
const show = option('show');

/** Passages take no part in what is measured. */
const reader: ContentReader = {
  version: { split: 1, redaction: 1 },
  classifier: (files) => {
    const rules = parseIgnoreRules(files);
    return (path) => classifyPath(path, rules);
  },
  decode: decodeContent,
  split: () => Promise.resolve([]),
};

let phaseStarted = 0;
const phaseTimes: number[] = [];
const document = documentPhase();
const launcher = new Launcher();
const world = await openSyncWorld({
  reader,
  // The repository that is made here borrows from the one that was named.
  source: { launch: launcher.launch, localRoots: [tmpdir(), from] },
  enrichments: [
    analyzePhase({ readFacts: factsOfText, hasFacts }),
    {
      phase: 'DOCUMENT',
      async *run(run, snapshot) {
        phaseStarted = performance.now();
        yield* document.run(run, snapshot);
        phaseTimes.push(performance.now() - phaseStarted);
      },
    },
  ],
});
const at = await createRepository();
// Borrowed, not fetched: a stored copy of a long history may lack a few of its oldest contents.
writeFileSync(join(at.path, 'objects/info/alternates'), `${join(from, 'objects')}\n`);
at.git(
  'update-ref',
  'refs/heads/all',
  at.git('--git-dir', from, 'rev-parse', 'HEAD').toString('utf8').trim(),
);
const history = at
  .git('log', '--first-parent', '--reverse', '--format=%H', 'refs/heads/all')
  .toString('utf8')
  .trim()
  .split('\n')
  .slice(-commits);
const id = await insertRepository(world.database, world.projectId, at.path);
world.adopt(id, at);

const counts = {
  syncs: 0,
  withoutPages: 0,
  written: 0,
  reused: 0,
  wrong: 0,
  named: 0,
  fresh: 0,
  differing: 0,
  lost: 0,
};
await putDocument(world.database.system, {
  projectId: world.projectId,
  id: crypto.randomUUID(),
  title: 'An addition',
  content: 'Written by a person.',
  authority: 'INFORMATIONAL',
  authorId: null,
  path: 'overview',
  scope: [],
  repositoryId: id,
  passages: [],
});

let before = new Map<string, StoredPage>();
let last: SyncRow | null = null;
for (const [index, commit] of history.entries()) {
  at.point('main', commit);
  const sync = await world.sync(id);
  last = sync;
  counts.syncs += 1;
  if (sync.status !== 'COMPLETED' || sync.warnings.some(({ code }) => code.includes('INCOMPLETE')))
    report(`${commit}: ${sync.status} ${sync.failure_message ?? ''} ${JSON.stringify(sync.warnings)}`);
  const pages = await storedPages(world, sync);
  compare(commit, sync, pages);
  const snapshot = await checkedSnapshot(world, sync);
  for (const page of pages.values())
    for (const problem of checkPage(page, snapshot)) {
      counts.named += 1;
      report(`${commit}: ${page.path}: ${problem}`);
    }
  if (index % freshEvery === freshEvery - 1) await compareFresh(world, at, pages);
  before = pages;
}
const kept = await world.database.system.query(
  `SELECT FROM document WHERE project_id = $1 AND kind = 'WRITTEN' AND path = 'overview' AND superseded_at IS NULL AND content = 'Written by a person.'`,
  [world.projectId],
);
counts.lost = 1 - kept.length;
const later = phaseTimes.slice(1).toSorted((a, b) => a - b);
console.log(
  JSON.stringify({
    ...counts,
    pages: before.size,
    firstMs: Math.round(phaseTimes[0] ?? 0),
    p50Ms: Math.round(later[Math.floor(later.length / 2)] ?? 0),
    p95Ms: Math.round(later[Math.floor(later.length * 0.95)] ?? 0),
  }),
);
if (show !== undefined && last !== null)
  for (const { path, content } of before.values()) {
    const file = join(show, `${path}.page.md`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
await world.close();
await world.removeRepositories();
await launcher.close();
process.exitCode = counts.wrong + counts.named + counts.differing + counts.lost === 0 ? 0 : 1;

function compare(commit: string, sync: SyncRow, pages: ReadonlyMap<string, StoredPage>): void {
  const written = [...pages.values()].filter(({ writtenBy }) => writtenBy === sync.id);
  const changed = [...pages.values()].filter(({ path, content }) => before.get(path)?.content !== content);
  const same = new Set(changed.map(({ path }) => path));
  counts.written += written.length;
  counts.reused += pages.size - written.length;
  if (written.length === 0) counts.withoutPages += 1;
  if (written.length === changed.length && written.every(({ path }) => same.has(path))) return;
  counts.wrong += 1;
  report(`${commit}: ${written.length} pages were written, and ${changed.length} differ`);
}

async function compareFresh(
  { database, projectId }: SyncWorld,
  repository: TestRepository,
  pages: ReadonlyMap<string, StoredPage>,
): Promise<void> {
  const other = await insertRepository(database, projectId, `${repository.path}#${crypto.randomUUID()}`);
  world.adopt(other, repository);
  const fresh = await storedPages(world, await world.sync(other));
  counts.fresh += 1;
  const paths = new Set([...pages.keys(), ...fresh.keys()]);
  for (const path of paths) {
    if (pages.get(path)?.content === fresh.get(path)?.content) continue;
    counts.differing += 1;
    const [had, has] = [pages.get(path), fresh.get(path)].map((page) => page?.content.split('\n') ?? []);
    const at = had?.findIndex((line, index) => line !== has?.[index]) ?? 0;
    report(`${path} differs from a fresh sync's: ${had?.[at] ?? ''} / ${has?.[at] ?? ''}`);
  }
}

function report(what: string): void {
  console.error(`WRONG: ${what}`);
}
