import { localEmbedder, readQuestionOrThrow } from '@project-sync/knowledge';
import { projectScopedSql } from '../src/reads/project-scoped-sql.ts';
import { findCandidates } from '../src/search/find-candidates.ts';
import { searchMemory, type MemoryQuery } from '../src/search/search-memory.ts';
import type { Sql } from '../src/database/database.ts';
import { openPassageWorld, type PlacedPassage } from './passage-world.ts';

// How many of the true ten nearest the scan of vectors finds, before anything else orders them, and how long each mode takes, in the whole project, in a
// branch with a thousandth of its vectors, as of an old sync, and under row-level security.
// `node packages/db/bench/search-recall.ts [--passages 20000] [--queries 100]`; TEST_DATABASE_URL chooses a server.
const number = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const world = await openPassageWorld(number('passages', 20_000), { embedded: true });
const { database, projectId, passages } = world;
const wall = projectScopedSql(database.system, projectId);
const asMember = <T>(read: (sql: Sql) => Promise<T>) =>
  database.asTenant({ userId: world.userId, projectId: null }, read);
const onWall = <T>(read: (sql: Sql) => Promise<T>) => read(wall);
const scopes = [
  {
    name: 'the newest sync',
    branchId: world.large,
    number: 2,
    read: onWall,
    holds: ({ superseded }: PlacedPassage) => superseded === null,
  },
  {
    name: 'a branch with 0.1 % of the vectors',
    branchId: world.tiny,
    number: 1,
    read: onWall,
    holds: ({ tiny }: PlacedPassage) => tiny,
  },
  {
    name: 'as of an old sync',
    branchId: world.large,
    number: 1,
    read: onWall,
    holds: ({ added }: PlacedPassage) => added === 1,
  },
  {
    name: 'the newest sync, in a transaction under row-level security',
    branchId: world.large,
    number: 2,
    read: asMember,
    holds: ({ superseded }: PlacedPassage) => superseded === null,
  },
];

const questions: { text: string; vector: Float32Array }[] = [];
const step = Math.floor(passages.length / number('queries', 100));
for (let at = 7; at < passages.length && questions.length < number('queries', 100); at += step) {
  // Some words of one passage, as a user remembers them.
  const words = passages[at]?.text.match(/[A-Za-z]{3,}/g) ?? [];
  const text = words
    .filter((_, index) => index % 3 === 0)
    .slice(0, 10)
    .join(' ');
  const options = { signal: AbortSignal.timeout(10_000), purpose: 'query' } as const;
  for await (const [one] of localEmbedder().embed([text], options))
    if (one !== undefined) questions.push({ text, vector: one.vector });
}

console.log(`${database.kind}, ${passages.length} passages of the project, ${questions.length} queries\n`);
console.log(
  '| scope | passages in it | recall@10 | SEMANTIC p50, p95 ms | KEYWORD | HYBRID |\n| --- | ---: | ---: | ---: | ---: | ---: |',
);
for (const { name, branchId, number: at, read, holds } of scopes) {
  const inside = passages.filter(holds);
  const scope = { projectId, snapshot: { branchId, number: at }, kinds: null, pathPrefix: null };
  const vectors = new Map(inside.map(({ path, vector }) => [path, vector]));
  let found = 0;
  let wanted = 0;
  const times = { SEMANTIC: [] as number[], KEYWORD: [] as number[], HYBRID: [] as number[] };
  for (const [turn, { text, vector }] of questions.entries()) {
    // The product reads past the policies, behind a wall of its own: under them no index serves words, and three
    // questions tell as much.
    const modes: readonly MemoryQuery['mode'][] =
      read === asMember && turn >= 3 ? ['SEMANTIC'] : ['SEMANTIC', 'KEYWORD', 'HYBRID'];
    const likeness = inside
      .map((passage) => dot(passage.vector, vector))
      .filter((one) => one > 0.001)
      .sort((a, b) => b - a)
      .slice(0, 10);
    // What is as near as the tenth is as right as the tenth.
    const tenth = (likeness.at(-1) ?? 0) - 1e-6;
    for (const mode of modes) {
      const query: MemoryQuery = {
        question: readQuestionOrThrow(text),
        vector,
        model: 'local',
        mode,
        first: 10,
        offset: 0,
      };
      const begun = performance.now();
      await read((sql) => searchMemory(sql, scope, query));
      times[mode].push(performance.now() - begun);
      if (mode !== 'SEMANTIC') continue;
      // Ranking also goes by names and by the kind of a file; the candidates show what the scan itself finds.
      const ways = { words: false, names: false, meaning: true, filters: false };
      const { candidates } = await read((sql) =>
        findCandidates(sql, scope, { question: query.question, ways, vector, model: query.model }),
      );
      const nearest = candidates
        .filter((one) => (one.likeness ?? 0) > 0.001)
        .sort((a, b) => (b.likeness ?? 0) - (a.likeness ?? 0))
        .slice(0, 10);
      wanted += likeness.length;
      found += nearest.filter(
        ({ path }) => dot(vectors.get(path ?? '') ?? new Float32Array(1536), vector) >= tenth,
      ).length;
    }
  }
  const shown = (all: number[]) => {
    const sorted = [...all].sort((a, b) => a - b);
    return `${Math.round(sorted[sorted.length >> 1] ?? 0)}, ${Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)}`;
  };
  console.log(
    `| ${name} | ${inside.length} | ${(found / wanted).toFixed(3)} | ${shown(times.SEMANTIC)} | ${shown(times.KEYWORD)} | ${shown(times.HYBRID)} |`,
  );
}
await world.opened.close();

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
