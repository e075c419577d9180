import { createHash } from 'node:crypto';
import {
  parsePath,
  pathFromBytes,
  pathToBytes,
  showPath,
  type AnalysedFile,
  type AnalysisStore,
  type LinkedFile,
  type PublishedFile,
} from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import type { AnalysisBase } from './analysis-base.ts';
import { fileTarget, linkKey, symbolTarget } from './keys.ts';
import { inPlace } from './snapshot-sql.ts';

type PublishedLinks = Parameters<AnalysisStore['publish']>[0];

const saved = `
  WITH given AS (
    SELECT DISTINCT ON (t.hash) t.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      AS t (hash, imports, refs, targets, import_targets, reads)
  ), added AS (
    INSERT INTO link_set (project_id, hash, imports, "references", targets, import_targets, reads)
    SELECT $1, hash, imports::jsonb, refs::jsonb, targets::int8[], import_targets::int8[], reads::int8[] FROM given
    ON CONFLICT (project_id, hash) DO NOTHING
    RETURNING id, hash
  )
  SELECT id, hash FROM added
  UNION ALL
  SELECT l.id, l.hash FROM link_set l JOIN given g ON g.hash = l.hash WHERE l.project_id = $1`;

/** $2 keys, $3 branch, $4 number: files of an analysed snapshot whose links depend on one of them */
//
// The few sets of links come first, by their index. Left to choose, the planner reads every file of the branch instead.
const dependents = `
  WITH asking AS MATERIALIZED (SELECT l.id FROM link_set l WHERE l.project_id = $1 AND l.reads && $2::int8[])
  SELECT f.path, f.oid, f.dialect FROM asking
   CROSS JOIN LATERAL (
     SELECT f.path, f.oid, f.dialect FROM file_link f
      WHERE f.project_id = $1 AND f.branch_id = $3 AND f.link_set_id = asking.id
        AND f.added <= $4 AND (f.superseded IS NULL OR f.superseded > $4)
     OFFSET 0) f`;

/** Rows that an earlier attempt at this number published. */
const undone =
  'UPDATE file_link SET superseded = NULL WHERE project_id = $1 AND branch_id = $2 AND superseded = $3';
const dropped = 'DELETE FROM file_link WHERE project_id = $1 AND branch_id = $2 AND added = $3';

/** $4 paths that get other links, or none: looked up one by one by the index, where a join reads every file of the branch */
const superseded = `
  UPDATE file_link SET superseded = $3
   WHERE project_id = $1 AND id = ANY (ARRAY(
     SELECT f.id FROM (SELECT DISTINCT sha256(decode(hex, 'hex')) AS hash FROM unnest($4::text[]) AS t (hex)) t
      CROSS JOIN LATERAL (
        SELECT f.id FROM file_link f
         WHERE f.project_id = $1 AND f.branch_id = $2 AND f.superseded IS NULL AND sha256(f.path) = t.hash
        OFFSET 0) f))`;
const allSuperseded = `
  UPDATE file_link SET superseded = $3 WHERE project_id = $1 AND branch_id = $2 AND superseded IS NULL`;
/** $4 base branch, $5 base number, $6 paths that are not copied */
const copied = `
  INSERT INTO file_link (project_id, branch_id, path, oid, dialect, link_set_id, added)
  SELECT $1, $2, f.path, f.oid, f.dialect, f.link_set_id, $3 FROM file_link f
   WHERE ${inPlace('f')}
     AND f.path NOT IN (SELECT decode(t.hex, 'hex') FROM unnest($6::text[]) AS t (hex))`;
const added = `
  INSERT INTO file_link (project_id, branch_id, path, oid, dialect, link_set_id, added)
  SELECT $1, $2, decode(t.hex, 'hex'), t.oid, t.dialect, t.link_set_id, $3
    FROM unnest($4::text[], $5::text[], $6::text[], $7::int8[]) AS t (hex, oid, dialect, link_set_id)`;

const hexOf = (path: string): string => pathToBytes(parsePath(path)).toString('hex');

/** Stores sets of links once per what they say, and returns which file has which. */
export async function saveLinkSets(
  sql: Sql,
  projectId: string,
  files: readonly LinkedFile[],
): Promise<PublishedFile[]> {
  if (files.length === 0) return [];
  const rows = files.map((file) => rowOf(projectId, file));
  const params = [
    projectId,
    rows.map(({ hash }) => hash),
    rows.map(({ imports }) => imports),
    rows.map(({ references }) => references),
    rows.map(({ targets }) => targets),
    rows.map(({ importTargets }) => importTargets),
    rows.map(({ reads }) => reads),
  ];
  const ids = new Map<string, bigint>();
  // A row that another sync stores at this instant is visible to the next statement only.
  for (let attempt = 0; attempt < 3 && rows.some(({ hash }) => !ids.has(hash)); attempt += 1)
    for (const { id, hash } of await sql.query<{ id: bigint; hash: string }>(saved, params))
      ids.set(hash, id);
  return files.map(({ path, oid, dialect }, index) => {
    const linkSetId = ids.get(rows[index]?.hash ?? '');
    if (linkSetId === undefined) throw new Error('Links were stored, and then not found.');
    return { path, oid, dialect, linkSetId };
  });
}

function rowOf(projectId: string, { links, reads }: LinkedFile) {
  const keys = (texts: Iterable<string>): string =>
    `{${[...new Set(texts)].map((text) => linkKey(projectId, text)).join(',')}}`;
  const imports = JSON.stringify(links.imports);
  const references = JSON.stringify(links.references);
  const asked = keys(reads);
  return {
    hash: createHash('sha256')
      .update(imports)
      .update('\0')
      .update(references)
      .update('\0')
      .update(asked)
      .digest('hex'),
    imports,
    references,
    targets: keys(links.references.map(({ path, key }) => symbolTarget(path, key))),
    importTargets: keys(links.imports.flatMap(({ path }) => (path === null ? [] : [fileTarget(path)]))),
    reads: asked,
  };
}

/** Files of an analysed snapshot whose links depend on one of these questions. */
export async function dependentFiles(
  sql: Sql,
  projectId: string,
  { base, keys }: { base: AnalysisBase; keys: readonly string[] },
): Promise<AnalysedFile[]> {
  if (keys.length === 0) return [];
  const rows = await sql.query<{ path: Uint8Array; oid: string; dialect: string }>(dependents, [
    projectId,
    keys.map((key) => linkKey(projectId, key)),
    base.branchId,
    base.number,
  ]);
  return rows.map(({ path, oid, dialect }) => ({ path: showPath(pathFromBytes(path)), oid, dialect }));
}

/** Gives the files of a snapshot their links. Files that are neither linked nor gone keep those of the base. Returns the number of new rows. */
export async function publishLinks(
  sql: Sql,
  at: { projectId: string; branchId: string; number: number },
  { base, linked, gone }: { base: AnalysisBase | null } & Pick<PublishedLinks, 'linked' | 'gone'>,
): Promise<number> {
  const place = [at.projectId, at.branchId, at.number];
  let rows = linked.length;
  const changed = [...linked.map(({ path }) => path), ...gone].map(hexOf);
  if (base?.isOwn !== true) {
    await sql.execute(dropped, place);
    await sql.execute(undone, place);
    await sql.execute(allSuperseded, place);
    if (base !== null) rows += await sql.execute(copied, [...place, base.branchId, base.number, changed]);
  } else if (changed.length > 0) {
    await sql.execute(superseded, [...place, changed]);
  }
  if (linked.length === 0) return rows;
  await sql.execute(added, [
    ...place,
    linked.map(({ path }) => hexOf(path)),
    linked.map(({ oid }) => oid),
    linked.map(({ dialect }) => dialect),
    linked.map(({ linkSetId }) => linkSetId),
  ]);
  return rows;
}
