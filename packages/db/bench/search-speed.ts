import { loadavg } from 'node:os';
import { readFileSync, writeFileSync } from 'node:fs';
import { localEmbedder, readQuestionOrThrow } from '@project-sync/knowledge';
import { projectScopedSql } from '../src/reads/project-scoped-sql.ts';
import { searchMemory, type MemoryQuery } from '../src/search/search-memory.ts';
import { WordCounts } from '../src/search/word-counts.ts';
import type { Sql } from '../src/database/database.ts';
import { openPassageWorld } from './passage-world.ts';
import { percentile } from './question-figures.ts';

// The time and the processor time of a search by mode: in a large branch, in one with a thousandth of the passages, and as of an
// old sync. A busy machine stretches the time and hardly the processor time, so both are printed, with the load.
// `node packages/db/bench/search-speed.ts [--passages 32000] [--copies 0] [--queries 40] [--hits file]`; TEST_DATABASE_URL chooses a server.
// `--copies 3` adds each passage three times more under other paths, which is quicker than embedding as many texts.
// `--hits` writes the hits of each search to a file, so that two versions can be compared.
const option = (name: string): string | null => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};
const passagesWanted = Number(option('passages') ?? 32_000);
const copies = Number(option('copies') ?? 0);
const queriesWanted = Number(option('queries') ?? 40);
const modes: readonly MemoryQuery['mode'][] = ['KEYWORD', 'SEMANTIC', 'HYBRID'];
/** Each statement is planned and each page of the database read once before anything is measured. */
const UNMEASURED = 3;

/** The processor time of this process, its threads and the local server's sessions of this database, in milliseconds. */
async function processorTime(sql: Sql, isServer: boolean): Promise<number> {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1000;
  if (!isServer) return own;
  const sessions = await sql.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database()',
  );
  return sessions.reduce((sum, { pid }) => sum + scheduledTime(pid), own);
}

function scheduledTime(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}

/** Questions made of some words of a passage, as a user remembers them, and of one name. */
async function questionsFrom(texts: readonly string[]): Promise<{ text: string; vector: Float32Array }[]> {
  const asked = texts.map((text, index) => {
    const words = text.match(/[A-Za-z]{3,}/g) ?? [];
    if (index % 4 === 3) return [...words].sort((a, b) => b.length - a.length)[0] ?? 'name';
    return words
      .filter((_, at) => at % 3 === 0)
      .slice(0, 8)
      .join(' ');
  });
  const questions: { text: string; vector: Float32Array }[] = [];
  const options = { signal: AbortSignal.timeout(60_000), purpose: 'query' } as const;
  for await (const batch of localEmbedder().embed(asked, options))
    for (const { vector } of batch) questions.push({ text: asked[questions.length] ?? '', vector });
  return questions;
}

const world = await openPassageWorld(passagesWanted, { embedded: true, copies });
const { database, projectId, passages } = world;
const sql = projectScopedSql(database.system, projectId);
const isServer = database.kind === 'postgres';
const scopes = [
  { name: 'a large branch', branchId: world.large, number: 2 },
  { name: 'a small branch', branchId: world.tiny, number: 1 },
  { name: 'as of an old sync', branchId: world.large, number: 1 },
];
const step = Math.max(1, Math.floor(passages.length / queriesWanted));
const chosen = passages.filter((_, index) => index % step === 7 % step).slice(0, queriesWanted);
const questions = await questionsFrom(chosen.map(({ text }) => text));

const load = () =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
console.log(
  `${database.kind}, ${passages.length * (copies + 1)} passages, ${questions.length} questions, load ${load()}\n`,
);
console.log('| scope | mode | p50, p95 ms | processor p50, p95 ms |\n| --- | --- | ---: | ---: |');
const written: string[] = [];
/** The signs of the vectors are read after the second question that compares them. */
async function warmUp(): Promise<void> {
  for (const { text, vector } of questions.slice(0, UNMEASURED)) {
    const scope = {
      projectId,
      snapshot: { branchId: world.large, number: 2 },
      kinds: null,
      pathPrefix: null,
    };
    const question = readQuestionOrThrow(text);
    await searchMemory(sql, scope, {
      question,
      vector,
      model: 'local',
      mode: 'HYBRID',
      first: 10,
      offset: 0,
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 2000));
}

await warmUp();
for (const { name, branchId, number } of scopes) {
  const scope = { projectId, snapshot: { branchId, number }, kinds: null, pathPrefix: null };
  for (const mode of modes) {
    const times: number[] = [];
    const processor: number[] = [];
    // As the product remembers them, and for each row anew: only words that two of its questions share are known before.
    const counts = new WordCounts();
    for (const [turn, { text, vector }] of questions.entries()) {
      const question = readQuestionOrThrow(text);
      const query = { question, vector, model: 'local', mode, first: 10, offset: 0, counts };
      const usedBefore = await processorTime(database.system, isServer);
      const begun = performance.now();
      const hits = await searchMemory(sql, scope, query);
      const taken = performance.now() - begun;
      const used = (await processorTime(database.system, isServer)) - usedBefore;
      written.push(`${name} ${mode} ${text}: ${hits.map(({ entry }) => entry.path).join(' ')}`);
      if (turn < UNMEASURED) continue;
      times.push(taken);
      processor.push(used);
    }
    const shown = (all: number[]) =>
      `${percentile(all, 0.5).toFixed(0)}, ${percentile(all, 0.95).toFixed(0)}`;
    console.log(`| ${name} | ${mode} | ${shown(times)} | ${shown(processor)} |`);
  }
}
console.log(`\nload ${load()}`);
const file = option('hits');
if (file !== null) writeFileSync(file, `${written.join('\n')}\n`);
await world.opened.close();
