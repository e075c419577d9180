import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { searchWords } from '@project-sync/knowledge';
import type { Database } from '../src/database/database.ts';
import type { FoundPlace } from './question-figures.ts';
import type { QuestionWorld } from './question-world.ts';
import type { RepositoryQuestions } from './question-set.ts';

/** A search to compare with: the best places for a text. */
export type Baseline = (text: string, first: number) => Promise<readonly FoundPlace[]>;

interface TextFile {
  readonly path: string;
  readonly text: string;
}

const BLOCK = 40;

/** The searches that anybody could set up in an afternoon, over the very files that the product has indexed. */
export async function openBaselines(
  { database, synced }: QuestionWorld,
  repository: RepositoryQuestions,
): Promise<Record<string, Baseline>> {
  const at = synced.get(repository.name);
  if (at === undefined) throw new Error(`${repository.name} is not synced.`);
  const rows = await database.system.query<{ path: string }>(
    `SELECT DISTINCT convert_from(f.path, 'UTF8') AS path FROM repository_file f
      WHERE f.project_id = $1 AND f.branch_id = $2 AND f.superseded IS NULL AND f.mode IN (33188, 33261)
        AND EXISTS (SELECT FROM memory_entry m WHERE m.project_id = f.project_id AND m.oid = f.oid AND m.dialect = f.dialect)`,
    [at.projectId, at.snapshot.branchId],
  );
  const files = rows.map(({ path }) => ({ path, text: readFileSync(join(repository.clone, path), 'utf8') }));
  return {
    'PostgreSQL full text, 40-line blocks with path': await fullText(database, files),
    'BM25, whole files': wholeFiles(files),
    'grep, distinct words': grep(files),
  };
}

async function fullText(database: Database, files: readonly TextFile[]): Promise<Baseline> {
  await database.system.script(`
    DROP TABLE IF EXISTS question_block;
    CREATE UNLOGGED TABLE question_block (path text, start int, "end" int, words tsvector)`);
  const blocks = files.flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, index) => ({
      path,
      start: index * BLOCK + 1,
      end: Math.min(lines.length, (index + 1) * BLOCK),
      text: lines
        .slice(index * BLOCK, (index + 1) * BLOCK)
        .join('\n')
        .replaceAll('\0', ' ')
        .slice(0, 200_000),
    }));
  });
  for (let at = 0; at < blocks.length; at += 500) {
    const some = blocks.slice(at, at + 500);
    await database.system.execute(
      `INSERT INTO question_block
       SELECT t.path, t.start, t."end", to_tsvector('english', regexp_replace(t.path, '[^A-Za-z0-9]+', ' ', 'g') || ' ' || t.text)
         FROM unnest($1::text[], $2::int4[], $3::int4[], $4::text[]) AS t (path, start, "end", text)`,
      [
        some.map((one) => one.path),
        some.map((one) => one.start),
        some.map((one) => one.end),
        some.map((one) => one.text),
      ],
    );
  }
  return (text, first) =>
    database.system.query<FoundPlace & Record<string, unknown>>(
      `SELECT path, start, "end" FROM question_block,
              (SELECT replace(plainto_tsquery('english', $1)::text, '&', '|')::tsquery AS asked) q
        WHERE words @@ asked ORDER BY ts_rank(words, asked, 1) DESC, path, start LIMIT $2`,
      [text, first],
    );
}

function wholeFiles(files: readonly TextFile[]): Baseline {
  const read = files.map(({ path, text }) => {
    const counts = new Map<string, number>();
    let length = 0;
    for (const word of searchWords(text).split(' ')) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      length += 1;
    }
    return { path, counts, length };
  });
  const mean = read.reduce((sum, { length }) => sum + length, 0) / read.length;
  return (text, first) => {
    const asked = [...new Set(searchWords(text).split(' '))].filter((word) => word !== '');
    const weight = new Map(
      asked.map((word) => {
        const held = read.filter(({ counts }) => counts.has(word)).length;
        return [word, Math.log(1 + (read.length - held + 0.5) / (held + 0.5))];
      }),
    );
    const scored = read.map(({ path, counts, length }) => ({
      path,
      start: null,
      end: null,
      score: asked.reduce((sum, word) => {
        const count = counts.get(word) ?? 0;
        return (
          sum + ((weight.get(word) ?? 0) * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / mean))
        );
      }, 0),
    }));
    return Promise.resolve(best(scored, first));
  };
}

function grep(files: readonly TextFile[]): Baseline {
  const read = files.map(({ path, text }) => ({ path, low: text.toLowerCase() }));
  return (text, first) => {
    const words = [...new Set(text.toLowerCase().match(/[\p{L}\p{N}_$]{3,}/gu) ?? [])];
    const scored = read.map(({ path, low }) => ({
      path,
      start: null,
      end: null,
      score: words.filter((word) => low.includes(word)).length,
    }));
    return Promise.resolve(best(scored, first));
  };
}

function best<T extends { readonly score: number; readonly path: string }>(
  scored: readonly T[],
  first: number,
): T[] {
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1))
    .slice(0, first);
}
