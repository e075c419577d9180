import { localEmbedder, searchWords } from '@project-sync/knowledge';
import { embedPassages, type PassageEmbedder } from '@project-sync/sync';
import { projectScopedSql } from '../src/reads/project-scoped-sql.ts';
import { searchMemory } from '../src/search/search-memory.ts';
import { embeddingStore } from '../src/engine/embedding-store.ts';
import { openPassageWorld } from './passage-world.ts';

// A change of model while questions keep coming: how many go without an answer, whether a vector is lost, and how long
// the switch and the way back take. `node packages/db/bench/model-change.ts [--passages 50000]`; TEST_DATABASE_URL
// chooses a server.
const at = process.argv.indexOf('--passages');
const count = at < 0 ? 50_000 : Number(process.argv[at + 1]);
const world = await openPassageWorld(count, { embedded: true });
const { database, projectId, passages } = world;
const store = embeddingStore(database);
const wall = projectScopedSql(database.system, projectId);
const local = localEmbedder();
/** The same vectors turned about: another model as far as anybody can tell. */
const other: PassageEmbedder = {
  model: 'other',
  async *embed(texts, options) {
    for await (const batch of local.embed(texts, options))
      yield batch.map(({ index, vector }) => ({ index, vector: vector.toReversed() }));
  },
};
const scope = { projectId, snapshot: { branchId: world.large, number: 2 }, kinds: null, pathPrefix: null };
const visible = passages.filter(({ superseded }) => superseded === null);
const answered = { SEMANTIC: 0, HYBRID: 0 };
const empty = { SEMANTIC: 0, HYBRID: 0 };
const times: number[] = [];
const models: string[] = [];
let running = true;

async function modelInForce(): Promise<string> {
  const [row] = await wall.query<{ embedding_model: string }>(
    'SELECT p.embedding_model FROM project p JOIN branch b ON b.project_id = p.id WHERE b.project_id = $1 LIMIT 1',
    [projectId],
  );
  return row?.embedding_model ?? '';
}
async function ask(): Promise<void> {
  for (let turn = 0; running; turn += 1) {
    const passage = visible[(turn * 7919) % visible.length];
    const text = (passage?.text.match(/[A-Za-z]{3,}/g) ?? []).slice(0, 8).join(' ');
    const model = await modelInForce();
    if (models.at(-1) !== model) models.push(model);
    let vector: Float32Array | null = null;
    const options = { signal: AbortSignal.timeout(60_000), purpose: 'query' } as const;
    for await (const [one] of (model === 'other' ? other : local).embed([text], options))
      vector = one?.vector ?? null;
    const words = [...new Set(searchWords(text).split(' '))].filter((word) => word !== '').slice(0, 40);
    const mode = turn % 2 === 0 ? 'SEMANTIC' : 'HYBRID';
    const begun = performance.now();
    const hits = await searchMemory(wall, scope, { words, vector, model, mode, first: 10, offset: 0 });
    times.push(performance.now() - begun);
    if (hits.length === 0) empty[mode] += 1;
    else answered[mode] += 1;
  }
}
async function hashOfVectors(model: string): Promise<string> {
  const [row] = await database.system.query<{ hash: string }>(
    `SELECT count(*) || ' ' || coalesce(sum(hashtext(hash::text || vector::text)::int8), 0) AS hash FROM embedding WHERE project_id = $1 AND model = $2`,
    [projectId, model],
  );
  return row?.hash ?? '';
}
async function build(
  embedder: PassageEmbedder,
): Promise<{ done: number; milliseconds: number; switched: number }> {
  const begun = performance.now();
  let last = 0;
  const options = { maxTokens: null, signal: new AbortController().signal };
  for await (const { done } of embedPassages(
    { store, embedder },
    { projectId, after: 0n, notOf: [] },
    options,
  ))
    last = done;
  const built = performance.now();
  if (!(await store.putInForce(projectId, embedder.model, [])))
    throw new Error(`${embedder.model} is not complete.`);
  return {
    done: last,
    milliseconds: Math.round(built - begun),
    switched: Math.round(performance.now() - built),
  };
}

const first: PassageEmbedder = { model: 'local', embed: (texts, options) => local.embed(texts, options) };
await build(first);
const before = await hashOfVectors('local');
const asking = ask();
const changed = await build(other);
const back = await build(first);
const again = await build(other);
running = false;
await asking;
const kept = (await hashOfVectors('local')) === before;
times.sort((a, b) => a - b);
console.log(
  `${database.kind}, ${passages.length} passages, ${visible.length} of them in the snapshot that is searched\n`,
);
console.log('| what | figure |\n| --- | --- |');
console.log(
  `| computed for the new model | ${changed.done} vectors in ${(changed.milliseconds / 1000).toFixed(1)} s |`,
);
console.log(`| the switch itself | ${changed.switched} ms |`);
console.log(
  `| back to the old model | ${back.done} vectors computed, ${back.milliseconds + back.switched} ms |`,
);
console.log(
  `| and to the new one again | ${again.done} vectors computed, ${again.milliseconds + again.switched} ms |`,
);
console.log(
  `| questions meanwhile | ${answered.SEMANTIC + empty.SEMANTIC} SEMANTIC, ${answered.HYBRID + empty.HYBRID} HYBRID |`,
);
console.log(`| of them without a hit | ${empty.SEMANTIC} and ${empty.HYBRID} |`);
console.log(
  `| time of an answer | p50 ${Math.round(times[times.length >> 1] ?? 0)} ms, p95 ${Math.round(times[Math.floor(times.length * 0.95)] ?? 0)} ms, most ${Math.round(times.at(-1) ?? 0)} ms |`,
);
console.log(`| models that answered, in their order | ${models.join(', ')} |`);
console.log(`| vectors of the old model afterwards | ${kept ? 'all there, bit for bit' : 'CHANGED'} |`);
await world.opened.close();
if (!kept || empty.SEMANTIC + empty.HYBRID > 0) process.exitCode = 1;
