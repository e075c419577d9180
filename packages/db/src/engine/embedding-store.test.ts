import { randomUUID } from 'node:crypto';
import { readQuestionOrThrow } from '@project-sync/knowledge';
import { embedPassages, type PassageEmbedder } from '@project-sync/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchMemory } from '../search/search-memory.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import { embeddingStore } from './embedding-store.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const vectorOf = (text: string): Float32Array => {
  const vector = new Float32Array(1536).fill(0.001);
  for (let at = 0; at < text.length; at += 1) vector[(text.charCodeAt(at) * 31 + at) % 1536] = 1;
  return vector;
};
const embedder = (
  model: string,
  failAfter = Number.POSITIVE_INFINITY,
): PassageEmbedder & { calls: number } => ({
  model,
  calls: 0,
  async *embed(texts) {
    for (let at = 0; at < texts.length; at += 50) {
      const some = texts.slice(at, at + 50);
      this.calls += some.length;
      if (this.calls > failAfter) throw new Error('the embedder is down');
      yield await Promise.resolve(some.map((text, index) => ({ index: at + index, vector: vectorOf(text) })));
    }
  },
});

async function projectWithNotes(count: number): Promise<string> {
  const projectId = randomUUID();
  await opened.database.transaction(async (sql) => {
    await sql.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
      projectId,
      projectId.slice(0, 20),
    ]);
    for (let index = 0; index < count; index += 1) {
      const hash = randomUUID();
      await sql.execute(
        `INSERT INTO passage (project_id, hash, text, tokens, words) VALUES ($1, $2, $3, 10, to_tsvector('simple', $3))`,
        [projectId, hash, `note number${index}`],
      );
      await sql.execute(
        `INSERT INTO memory_entry (project_id, kind, title, parents, hash, tags) VALUES ($1, 'NOTE', $2, '{}', $3, '{}')`,
        [projectId, `note ${index}`, hash],
      );
    }
  });
  return projectId;
}

async function embedAll(projectId: string, with_: PassageEmbedder): Promise<number> {
  let last = 0;
  const scope = { projectId, after: 0n, notOf: [] };
  for await (const { done } of embedPassages(
    { store: embeddingStore(opened.database), embedder: with_ },
    scope,
    {
      maxTokens: null,
      signal: new AbortController().signal,
    },
  ))
    last = done;
  await embeddingStore(opened.database).putInForce(projectId, with_.model, []);
  return last;
}

test('embeds each text once per model, and resumes after a failure', async () => {
  const projectId = await projectWithNotes(300);
  const failing = embedder('first', 200);
  await expect(embedAll(projectId, failing)).rejects.toThrow('the embedder is down');
  expect((await embeddingStore(opened.database).due(projectId, null, 'first')).inForce).toBe(false);
  const working = embedder('first');
  expect(await embedAll(projectId, working)).toBe(300 - 200);
  expect((await embeddingStore(opened.database).due(projectId, null, 'first')).inForce).toBe(true);
  expect(await embedAll(projectId, embedder('first'))).toBe(0);
});

test('keeps the old model in force until the new one is complete, and returns to the old one without embedding', async () => {
  const projectId = await projectWithNotes(150);
  const store = embeddingStore(opened.database);
  await embedAll(projectId, embedder('old'));
  await expect(embedAll(projectId, embedder('new', 130))).rejects.toThrow();
  expect((await store.due(projectId, null, 'old')).inForce).toBe(true);
  await embedAll(projectId, embedder('new'));
  expect((await store.due(projectId, null, 'new')).inForce).toBe(true);
  expect(await embedAll(projectId, embedder('old'))).toBe(0);
  expect((await store.due(projectId, null, 'old')).inForce).toBe(true);
});

test('finds by words, by meaning, and by both', async () => {
  const projectId = await projectWithNotes(40);
  await embedAll(projectId, embedder('m'));
  const scope = { projectId, snapshot: null, kinds: null, pathPrefix: null };
  for (const mode of ['KEYWORD', 'SEMANTIC', 'HYBRID'] as const) {
    const hits = await searchMemory(opened.database.system, scope, {
      question: readQuestionOrThrow('number7'),
      vector: vectorOf('note number7'),
      model: 'm',
      mode,
      first: 5,
      offset: 0,
    });
    expect(hits[0]?.entry.content, mode).toBe('note number7');
  }
  expect(
    await searchMemory(opened.database.system, scope, {
      question: readQuestionOrThrow("it's \\ ' :*"),
      vector: null,
      model: null,
      mode: 'HYBRID',
      first: 5,
      offset: 0,
    }),
  ).toEqual([]);
});
