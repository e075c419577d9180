import {
  decodeAs,
  redact,
  ruleFileOf,
  RULE_PATH,
  ruleTitle,
  type Authority,
  type NamedPath,
} from '@project-sync/knowledge';
import { pathFromBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';

/** The snapshot whose documents are brought up to date. */
interface RuledSnapshot {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly branchId: string;
  readonly number: number;
  /** The sync that is noted as the cause; null where a person's decision is. */
  readonly syncId: string | null;
}

/** How many documents came and went. */
interface RuleChanges {
  readonly added: number;
  readonly superseded: number;
}

/** More files than this are no rules that anybody reads; the first ones in byte order are taken. */
const MOST_RULES = 2000;
/** A title stands at the start. */
const READ_BYTES = 65_536;

/** Held while documents of a branch change, so that a decision and a sync see each other's result. */
const lock = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

const decided = `
  SELECT path, authority FROM rule_path
   WHERE project_id = $1 AND branch_id = $2 AND superseded_at IS NULL ORDER BY path`;

/** $3 number. A path looks alike here and in the listing unless its bytes are no text, and such a file never rules. */
const inSnapshot = `
  f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)`;

/** Documents whose file has gone or has other bytes now. */
const supersede = `
  UPDATE document d SET superseded = $3
   WHERE d.project_id = $1 AND d.branch_id = $2 AND d.kind = 'REPOSITORY' AND d.superseded IS NULL AND d.added < $3
     AND NOT EXISTS (SELECT FROM repository_file f
                      WHERE ${inSnapshot} AND sha256(f.path) = sha256(convert_to(d.path, 'UTF8')) AND f.oid = d.oid)`;

const inForce = `
  SELECT id, path, authority FROM document
   WHERE project_id = $1 AND branch_id = $2 AND kind = 'REPOSITORY' AND superseded IS NULL ORDER BY path`;

/** $4 documents and $5 their authorities; null for one that no longer rules, which stays until a later sync can end it. */
const judge = `
  UPDATE document d
     SET authority = coalesce(j.authority, 'INFORMATIONAL')::authority,
         superseded = CASE WHEN j.authority IS NULL AND d.added < $3 THEN $3 END
    FROM unnest($4::uuid[], $5::text[]) AS j (id, authority)
   WHERE d.project_id = $1 AND d.branch_id = $2 AND d.id = j.id AND d.superseded IS NULL
     AND (j.authority IS NULL OR d.authority IS DISTINCT FROM j.authority::authority)`;

/** Files that came since sync $4 and may rule: $5 the conventions, $6 what people named. */
const candidates = `
  SELECT f.path, f.oid, substring(b.content from 1 for ${READ_BYTES}) AS content, b.encoding
    FROM repository_file f
    JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
   WHERE ${inSnapshot} AND f.added > $4 AND f.ignored IS NULL AND f.mode <> 40960
     AND (encode(f.path, 'escape') ~* $5
          OR EXISTS (SELECT FROM unnest($6::text[]) AS n (path)
                      WHERE f.path = convert_to(n.path, 'UTF8')
                         OR substring(f.path from 1 for octet_length(n.path) + 1) = convert_to(n.path || '/', 'UTF8')))
     AND NOT b.is_binary AND b.content IS NOT NULL AND b.encoding IS NOT NULL
   ORDER BY f.path LIMIT ${MOST_RULES}`;

const insert = `
  INSERT INTO document (project_id, id, kind, title, path, scope, oid, authority, sources, repository_id, branch_id, added, sync_id)
  SELECT $1, gen_random_uuid(), 'REPOSITORY', r.title, r.path,
         CASE WHEN r.folder = '' THEN '{}'::text[] ELSE ARRAY[r.folder] END, r.oid, r.authority::authority, ARRAY[r.path], $3, $2, $4, $5
    FROM unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) AS r (path, title, folder, oid, authority)
  ON CONFLICT DO NOTHING`;

interface CandidateRow extends Record<string, unknown> {
  readonly path: Uint8Array;
  readonly oid: string;
  readonly content: Uint8Array;
  readonly encoding: string;
}

/** Brings the documents of a branch up to a snapshot, from the files that came after sync `since`. In one transaction. */
export async function publishRules(sql: Sql, place: RuledSnapshot, since: number): Promise<RuleChanges> {
  const { projectId, branchId, number } = place;
  await sql.query(lock, [`rules ${projectId} ${branchId}`]);
  const named = await namedPaths(sql, place);
  const superseded = await sql.execute(supersede, [projectId, branchId, number]);
  await judgeInForce(sql, place, named);
  const rows = await sql.query<CandidateRow>(candidates, [
    projectId,
    branchId,
    number,
    since,
    RULE_PATH,
    named.map(({ path }) => path),
  ]);
  return { superseded, added: await insertDocuments(sql, place, { rows, named }) };
}

/** The decisions of people on paths of a branch. */
function namedPaths(
  sql: Sql,
  { projectId, branchId }: Pick<RuledSnapshot, 'projectId' | 'branchId'>,
): Promise<(NamedPath & Record<string, unknown>)[]> {
  return sql.query<NamedPath & { authority: Authority } & Record<string, unknown>>(decided, [
    projectId,
    branchId,
  ]);
}

/** Decisions may have come or gone since the documents were made. */
async function judgeInForce(
  sql: Sql,
  { projectId, branchId, number }: RuledSnapshot,
  named: readonly NamedPath[],
): Promise<void> {
  const documents = await sql.query<{ id: string; path: string; authority: Authority }>(inForce, [
    projectId,
    branchId,
  ]);
  const judged = documents
    .map(({ id, path, authority }) => ({ id, authority, now: ruleFileOf(path, named)?.authority ?? null }))
    .filter(({ authority, now }) => authority !== now);
  if (judged.length === 0) return;
  const params = [projectId, branchId, number, judged.map(({ id }) => id), judged.map(({ now }) => now)];
  await sql.execute(judge, params);
}

async function insertDocuments(
  sql: Sql,
  { projectId, repositoryId, branchId, number, syncId }: RuledSnapshot,
  { rows, named }: { readonly rows: readonly CandidateRow[]; readonly named: readonly NamedPath[] },
): Promise<number> {
  const documents = rows.flatMap(({ path: bytes, oid, content, encoding }) => {
    const path = showPath(pathFromBytes(bytes));
    const rule = ruleFileOf(path, named);
    if (rule === null || !Buffer.from(path).equals(Buffer.from(bytes))) return [];
    const title = redact(ruleTitle(decodeAs(content, encoding), path)).text;
    return [{ path, title, folder: rule.scope[0] ?? '', oid, authority: rule.authority }];
  });
  if (documents.length === 0) return 0;
  return sql.execute(insert, [
    projectId,
    branchId,
    repositoryId,
    number,
    syncId,
    documents.map(({ path }) => path),
    documents.map(({ title }) => title.replaceAll('\0', '')),
    documents.map(({ folder }) => folder),
    documents.map(({ oid }) => oid),
    documents.map(({ authority }) => authority),
  ]);
}
