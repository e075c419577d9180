import type { ClaimedSync, WrittenPage } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import type { DocumentBase } from './touched-paths.ts';

/** The sources of one page that are listed; all of them stand in its citations. */
const MOST_SOURCES = 50;

/** $4 base branch, $5 base number, $6 paths that are not copied */
const copied = `
  INSERT INTO document (project_id, id, kind, title, path, scope, oid, authority, is_generated, sources, repository_id, branch_id, added,
                        sync_id, input_hash, template_version, summary, model_key, is_model_written, citations, created_at)
  SELECT $1, gen_random_uuid(), kind, title, path, scope, oid, authority, is_generated, sources, repository_id, $2, $3,
         sync_id, input_hash, template_version, summary, model_key, is_model_written, citations, created_at
    FROM document
   WHERE project_id = $1 AND branch_id = $4 AND kind = 'GENERATED' AND added <= $5 AND (superseded IS NULL OR superseded > $5)
     AND NOT path = ANY ($6::text[])`;

/** $4 paths */
const superseded = `
  UPDATE document SET superseded = $3, superseded_at = now()
   WHERE project_id = $1 AND branch_id = $2 AND kind = 'GENERATED' AND superseded IS NULL AND path = ANY ($4::text[])`;

// A page whose inputs changed and whose text came out as it was is still the work of the sync that wrote the text.
// $4 base branch, $5 base number, $6 sync, $7 repository
const added = `
  INSERT INTO document (project_id, id, kind, title, path, scope, oid, authority, is_generated, sources, repository_id, branch_id, added,
                        sync_id, input_hash, template_version, summary, citations, model_key, is_model_written, created_at)
  SELECT $1, gen_random_uuid(), 'GENERATED', t.title, t.path, string_to_array(t.scope, E'\\x1f'), t.oid, 'INFORMATIONAL', true,
         string_to_array(t.sources, E'\\x1f'), $7, $2, $3, coalesce(o.sync_id, $6), t.input_hash, t.template_version,
         t.summary::jsonb, t.citations::jsonb, t.model_key, t.is_model_written, coalesce(o.created_at, now())
    FROM unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::int4[], $15::text[], $16::text[],
                $17::text[], $18::bool[])
      AS t (title, path, scope, oid, sources, input_hash, template_version, summary, citations, model_key, is_model_written)
    LEFT JOIN document o ON o.project_id = $1 AND o.branch_id = $4 AND o.kind = 'GENERATED' AND o.path = t.path AND o.oid = t.oid
     AND o.added <= $5 AND (o.superseded IS NULL OR o.superseded > $5)`;

// Where it is not known how many pages there are, they are counted in an index, without their rows. Those whose text is this sync's
// were added by it. $3 number, $4 sync, $5 the number of pages
const finished = `
  WITH counted AS MATERIALIZED (
    SELECT coalesce($5::int4, (
             SELECT count(*) FROM document d
              WHERE d.project_id = $1 AND d.branch_id = $2 AND d.kind = 'GENERATED' AND d.superseded IS NULL)::int4) AS pages,
           (SELECT count(*) FROM document d
             WHERE d.project_id = $1 AND d.branch_id = $2 AND d.kind = 'GENERATED' AND d.added = $3 AND d.superseded IS NULL
               AND d.sync_id = $4)::int4 AS written)
  UPDATE project_sync s
     SET documented_at = now(),
         knowledge_changes = coalesce(knowledge_changes, '{}'::jsonb) || jsonb_build_object('documentsReused', c.pages - c.written)
    FROM counted c
   WHERE s.project_id = $1 AND s.id = $4
  RETURNING c.pages`;

/** The pages that change, and the snapshot whose others are carried over. */
export interface ChangedPages {
  readonly written: readonly WrittenPage[];
  readonly gone: readonly string[];
  readonly base: DocumentBase | null;
  /** The number of pages of the base, where it is known. */
  readonly standing: number | null;
}

/** Gives a snapshot its pages. Those that are neither written nor gone are the rows of before. Returns how many there are. */
export async function publishPages(
  sql: Sql,
  sync: Pick<ClaimedSync, 'projectId' | 'id' | 'repositoryId' | 'branchId' | 'number'>,
  { written, gone, base, standing }: ChangedPages,
): Promise<number> {
  const place = [sync.projectId, sync.branchId, sync.number];
  const changed = [...written.map(({ path }) => path), ...gone];
  let pages = base === null ? 0 : standing;
  if (base !== null && !base.isOwn)
    pages = await sql.execute(copied, [...place, base.branchId, base.number, changed]);
  else if (changed.length > 0) {
    const left = await sql.execute(superseded, [...place, changed]);
    pages = pages === null ? null : pages - left;
  }
  if (written.length > 0) {
    const come = await sql.execute(added, [
      ...place,
      base?.branchId ?? sync.branchId,
      base?.number ?? 0,
      sync.id,
      sync.repositoryId,
      written.map(({ title }) => title),
      written.map(({ path }) => path),
      written.map(({ summary }) => (summary === null || summary.path === '' ? '' : summary.path)),
      written.map(({ oid }) => oid),
      written.map((page) => sourcesOf(page).join('\u001f')),
      written.map(({ inputHash }) => inputHash),
      written.map(({ templateVersion }) => templateVersion),
      written.map(storedWith),
      written.map(({ citations }) => jsonOf(citations)),
      written.map(({ modelKey }) => modelKey),
      written.map(({ isModelWritten }) => isModelWritten),
    ]);
    pages = pages === null ? null : pages + come;
  }
  const [row] = await sql.query<{ pages: number }>(finished, [...place, sync.id, pages]);
  return row?.pages ?? 0;
}

/** The part of a page that later syncs take without its text. */
function storedWith({ summary, habits }: WrittenPage): string | null {
  if (summary !== null) return jsonOf(summary);
  return habits === null ? null : jsonOf({ habits });
}

function sourcesOf({ citations }: WrittenPage): string[] {
  return [...new Set(citations.map(({ path }) => path))].slice(0, MOST_SOURCES);
}

// PostgreSQL takes neither a NUL nor half of a surrogate pair in a text.
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replaceAll('\\u0000', '').toWellFormed();
