import { createHash, randomUUID } from 'node:crypto';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localEmbedder, passageOf } from '@project-sync/knowledge';
import type { Database } from '../src/database/database.ts';
import { workInWords } from '../src/database/renew-statistics.ts';
import { embeddingStore } from '../src/engine/embedding-store.ts';
import { openBenchDatabase } from './open-bench-database.ts';

const ROWS = 1000;
const LINES = 16;

/** A passage of real code, where it stands, and since when. */
export interface PlacedPassage {
  readonly hash: string;
  readonly text: string;
  readonly path: string;
  readonly vector: Float32Array;
  /** The first and, where it has gone, the last number of the large branch that has it. */
  readonly added: number;
  readonly superseded: number | null;
  readonly tiny: boolean;
}

/**
 * A project whose one large branch holds a given number of passages of installed packages, with a branch beside it
 * that holds a thousandth of them, and a member who may look at it. A second project holds a tenth as much.
 */
export async function openPassageWorld(count: number, options: { embedded: boolean; copies?: number }) {
  const opened = await openBenchDatabase();
  const { database } = opened;
  const [projectId, otherId, repositoryId, large, tiny] = Array.from({ length: 5 }, () => randomUUID());
  const userId = `reader-${projectId}`;
  const passages = await readPassages(count);
  await database.system.execute(
    `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, 'reader', $1 || '@example.invalid', now())`,
    [userId],
  );
  for (const [id = '', share] of [
    [projectId, 1],
    [otherId, 10],
  ] as const) {
    await database.system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, id]);
    await database.system.execute(
      `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $2, 'GIT', 'https://example.invalid', 'r', 'large')`,
      [id, repositoryId],
    );
    await database.system.execute(
      `INSERT INTO branch (project_id, repository_id, id, name, head) VALUES ($1, $2, $3, 'large', 2), ($1, $2, $4, 'tiny', 1)`,
      [id, repositoryId, large, tiny],
    );
    const held = passages.filter((_, index) => index % share === 0);
    for (let at = 0; at < held.length; at += ROWS) {
      const rows = held.slice(at, at + ROWS);
      await database.transaction(async (sql) => {
        for (const [statement, params] of inserts(rows, { large, tiny }))
          await sql.execute(statement, [id, ...params]);
      });
      if (options.embedded) await embeddingStore(database).save(id, 'local', rows);
    }
  }
  await database.system.execute(
    `INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'VIEWER')`,
    [projectId, userId],
  );
  const { copies = 0 } = options;
  if (copies > 0) await copyPassages(database, { projectId: projectId ?? '', large: large ?? '', copies });
  await database.system.script('ANALYZE');
  // As at the end of each sync.
  await workInWords(database);
  return {
    opened,
    database,
    projectId: projectId ?? '',
    userId,
    large: large ?? '',
    tiny: tiny ?? '',
    passages,
  };
}

/**
 * Adds every passage of the large branch again, each time under another hash and path: embedding a million texts would take longer
 * than anything that is measured with them.
 */
async function copyPassages(
  database: Database,
  { projectId, large, copies }: { projectId: string; large: string; copies: number },
): Promise<void> {
  const hash = `md5(hash::text || copy)::uuid`;
  const oid = `left(md5(oid || copy) || oid, 40)`;
  const times = 'generate_series(1, $2::int4) AS copy WHERE project_id = $1';
  for (const statement of [
    `INSERT INTO passage (project_id, hash, text, tokens, words)
     SELECT project_id, ${hash}, text, tokens, words FROM passage, ${times}`,
    `INSERT INTO memory_entry (project_id, kind, oid, dialect, ordinal, title, parents, start_line, end_line, hash, tags)
     SELECT project_id, kind, ${oid}, dialect, ordinal, title, parents, start_line, end_line, ${hash}, tags FROM memory_entry, ${times}`,
    `INSERT INTO embedding (project_id, model, hash, vector, bits)
     SELECT project_id, model, ${hash}, vector, bits FROM embedding, ${times}`,
  ])
    await database.system.execute(statement, [projectId, copies]);
  await database.system.execute(
    `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added, superseded)
     SELECT project_id, branch_id, convert_to('copy-' || copy || '/', 'UTF8') || path, mode, ${oid}, dialect, added, superseded
       FROM repository_file, ${times} AND branch_id = $3`,
    [projectId, copies, large],
  );
}

function* inserts(
  rows: readonly PlacedPassage[],
  { large, tiny }: { large: string | undefined; tiny: string | undefined },
): Generator<[string, unknown[]]> {
  const known = rows.map(({ text }) => passageOf(text));
  const oids = rows.map(({ hash }) => createHash('sha1').update(hash).digest('hex'));
  yield [
    `INSERT INTO passage (project_id, hash, text, tokens, words)
     SELECT $1, t.hash::uuid, t.text, t.tokens, to_tsvector('simple', t.words)
       FROM unnest($2::text[], $3::text[], $4::int4[], $5::text[]) AS t (hash, text, tokens, words)`,
    [
      known.map(({ hash }) => hash),
      known.map(({ text }) => text),
      known.map(({ tokens }) => tokens),
      known.map(({ words }) => words),
    ],
  ];
  yield [
    `INSERT INTO memory_entry (project_id, kind, oid, dialect, ordinal, title, parents, start_line, end_line, hash, tags)
     SELECT $1, 'CODE', t.oid, 'lines', 0, '', '{}', 1, ${LINES}, t.hash::uuid, '{}' FROM unnest($2::text[], $3::text[]) AS t (oid, hash)`,
    [oids, known.map(({ hash }) => hash)],
  ];
  const files = `
    INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added, superseded)
    SELECT $1, $2, convert_to(t.path, 'UTF8'), 33188, t.oid, 'lines', t.added, t.superseded
      FROM unnest($3::text[], $4::text[], $5::int4[], $6::int4[]) AS t (path, oid, added, superseded)`;
  yield [
    files,
    [
      large,
      rows.map(({ path }) => path),
      oids,
      rows.map(({ added }) => added),
      rows.map(({ superseded }) => superseded),
    ],
  ];
  const few = rows.flatMap((row, index) => (row.tiny ? [{ path: row.path, oid: oids[index] }] : []));
  yield [
    files,
    [tiny, few.map(({ path }) => path), few.map(({ oid }) => oid), few.map(() => 1), few.map(() => null)],
  ];
}

/** Windows of lines of real sources, each text once, each with its vector. */
async function readPassages(count: number): Promise<PlacedPassage[]> {
  const store = fileURLToPath(new URL('../../../node_modules/.pnpm', import.meta.url));
  const texts = new Map<string, { text: string; path: string }>();
  for (const folder of readdirSync(store).sort()) {
    // At most a fixed number of each package, so that many packages are represented.
    let left = Math.max(200, Math.ceil(count / 25));
    const found = globSync('node_modules/**/*.{ts,js,mjs,md}', {
      cwd: `${store}/${folder}`,
      withFileTypes: true,
    });
    for (const entry of found.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      if (/\.min\.|locale|generated/.test(path)) continue;
      const lines = readFileSync(path, 'utf8').split('\n');
      for (let at = 0; at < Math.min(lines.length, 40 * LINES) && left > 0; at += LINES) {
        const given = lines
          .slice(at, at + LINES)
          .join('\n')
          .slice(0, 4000);
        if (given.replaceAll(/\W/g, '').length < 60) continue;
        const { hash, text } = passageOf(given.replaceAll('\0', '').toWellFormed());
        if (texts.has(hash)) continue;
        texts.set(hash, { text, path: `${path.slice(store.length + 1)}/${at}` });
        left -= 1;
      }
      if (left === 0 || texts.size >= count) break;
    }
    if (texts.size >= count) break;
  }
  const chosen = [...texts].slice(0, count);
  const vectors: Float32Array[] = [];
  const signal = new AbortController().signal;
  for await (const batch of localEmbedder().embed(
    chosen.map(([, { text }]) => text),
    { signal, purpose: 'passage' },
  ))
    for (const { vector } of batch) vectors.push(vector);
  return chosen.map(([hash, place], index) => ({
    hash,
    ...place,
    vector: vectors[index] ?? new Float32Array(),
    // Of the first sync a third has gone since, and a third came with the second one.
    added: index % 3 === 2 ? 2 : 1,
    superseded: index % 3 === 1 ? 2 : null,
    tiny: index % 1000 === 500,
  }));
}
