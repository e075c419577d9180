import { gunzipSync, gzipSync } from 'node:zlib';
import type { FileDigest } from '@project-sync/knowledge';
import { SyncError } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import type { PatternsBase } from './patterns-base.ts';

/** Parts of a branch's digests: a sync writes those again that hold a file it changed. */
const SHARDS = 64;

const read = `
  SELECT files FROM pattern_input
   WHERE project_id = $1 AND branch_id = $2 AND ($3::int4[] IS NULL OR shard = ANY ($3::int4[]))`;
const write = `
  INSERT INTO pattern_input (project_id, branch_id, shard, files)
  SELECT $1, $2, t.shard, decode(t.hex, 'hex') FROM unnest($3::int4[], $4::text[]) AS t (shard, hex)
  ON CONFLICT (project_id, branch_id, shard) DO UPDATE SET files = excluded.files`;
const clear = 'DELETE FROM pattern_input WHERE project_id = $1 AND branch_id = $2';
// $3 the branch that has them
const copied = `
  INSERT INTO pattern_input (project_id, branch_id, shard, files)
  SELECT $1, $2, shard, files FROM pattern_input WHERE project_id = $1 AND branch_id = $3`;
// $3 the number of the snapshot that the digests were read from
const movedOn = `
  SELECT FROM project_sync WHERE project_id = $1 AND branch_id = $2 AND number > $3 AND patterns_at IS NOT NULL LIMIT 1`;

/** The part that a path belongs to (FNV-1a). */
function shardOf(path: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % SHARDS;
}

/** Reads the digests of a branch in byte order of the path: all of them, or the parts that hold some paths. */
export async function readDigests(
  sql: Sql,
  { projectId, branchId }: { readonly projectId: string; readonly branchId: string },
  paths: ReadonlySet<string> | null,
): Promise<Map<string, FileDigest>> {
  const shards = paths === null ? null : [...new Set([...paths].map(shardOf))];
  const rows = await sql.query<{ files: Uint8Array }>(read, [projectId, branchId, shards]);
  const files = rows.flatMap(
    ({ files: packed }) =>
      // This file wrote it in this very form.
      JSON.parse(gunzipSync(packed).toString('utf8')) as readonly [string, FileDigest][],
  );
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The digests that a snapshot has now: those of changed files, beside what the snapshot to start from has. */
interface WrittenDigests {
  /** At least the files of the parts that hold a changed path; all of them where there is nothing to start from. */
  readonly files: ReadonlyMap<string, FileDigest>;
  readonly changed: ReadonlySet<string>;
  readonly base: PatternsBase | null;
}

/** Writes the parts that hold a changed path; all of them where there is no base. */
export async function writeDigests(
  sql: Sql,
  place: { readonly projectId: string; readonly branchId: string },
  { files, changed, base }: WrittenDigests,
): Promise<void> {
  const { projectId, branchId } = place;
  if (base?.isOwn !== true) await sql.execute(clear, [projectId, branchId]);
  if (base?.isOwn === false) await copyDigests(sql, place, base);
  const wanted = base === null ? null : new Set([...changed].map(shardOf));
  if (wanted?.size === 0) return;
  const shards = new Map<number, [string, FileDigest][]>(
    (wanted === null ? [] : [...wanted]).map((shard) => [shard, []]),
  );
  for (const [path, digest] of files) {
    const shard = shardOf(path);
    if (wanted?.has(shard) === false) continue;
    const own = shards.get(shard);
    if (own === undefined) shards.set(shard, [[path, digest]]);
    else own.push([path, digest]);
  }
  const rows = [...shards];
  await sql.execute(write, [
    projectId,
    branchId,
    rows.map(([shard]) => shard),
    rows.map(([, own]) => gzipSync(Buffer.from(JSON.stringify(own)), { level: 1 }).toString('hex')),
  ]);
}

/** Takes over the digests of another branch. A branch keeps those of its last snapshot alone, which may be another one by now. */
async function copyDigests(
  sql: Sql,
  { projectId, branchId }: { readonly projectId: string; readonly branchId: string },
  base: PatternsBase,
): Promise<void> {
  await sql.execute(copied, [projectId, branchId, base.branchId]);
  const later = await sql.query(movedOn, [projectId, base.branchId, base.number]);
  if (later.length > 0)
    throw new SyncError('INTERNAL', 'The branch that this one starts from was analysed again meanwhile.', {
      retryable: true,
    });
}
