import { createHash } from 'node:crypto';
import {
  parsePath,
  pathFromBytes,
  pathToBytes,
  showPath,
  type AnalysedFile,
  type LinkedFile,
  type PublishedFile,
} from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { fileTarget, linkKey, symbolTarget } from './keys.ts';

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

/** $4 keys: files of the branch as it was last published whose links asked one of them */
const dependents = `
  SELECT f.path, f.oid, f.dialect FROM link_set l
    JOIN file_link f ON f.project_id = $1 AND f.branch_id = $2 AND f.link_set_id = l.id AND f.superseded IS NULL
   WHERE l.project_id = $1 AND l.reads && $3::int8[]`;

/** $4 paths that get other links, or none */
const superseded = `
  UPDATE file_link f SET superseded = $3 FROM unnest($4::text[]) AS t (hex)
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.superseded IS NULL AND sha256(f.path) = sha256(decode(t.hex, 'hex'))
     AND f.added < $3`;
/** Rows of an earlier attempt at this very number. */
const dropped = `
  DELETE FROM file_link f USING unnest($4::text[]) AS t (hex)
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.superseded IS NULL AND sha256(f.path) = sha256(decode(t.hex, 'hex'))
     AND f.added = $3`;
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
  const found = await sql.query<{ id: bigint; hash: string }>(saved, [
    projectId,
    rows.map(({ hash }) => hash),
    rows.map(({ imports }) => imports),
    rows.map(({ references }) => references),
    rows.map(({ targets }) => targets),
    rows.map(({ importTargets }) => importTargets),
    rows.map(({ reads }) => reads),
  ]);
  const idOf = new Map(found.map(({ id, hash }) => [hash, id]));
  return files.map(({ path, oid, dialect }, index) => ({
    path,
    oid,
    dialect,
    linkSetId: idOf.get(rows[index]?.hash ?? '') ?? 0n,
  }));
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

/** Files of a branch whose links depend on one of these questions. */
export async function dependentFiles(
  sql: Sql,
  { projectId, branchId }: { projectId: string; branchId: string },
  questions: readonly string[],
): Promise<AnalysedFile[]> {
  if (questions.length === 0) return [];
  const rows = await sql.query<{ path: Uint8Array; oid: string; dialect: string }>(dependents, [
    projectId,
    branchId,
    questions.map((question) => linkKey(projectId, question)),
  ]);
  return rows.map(({ path, oid, dialect }) => ({ path: showPath(pathFromBytes(path)), oid, dialect }));
}

/** Gives files of a branch their links from a snapshot on. */
export async function publishLinks(
  sql: Sql,
  at: { projectId: string; branchId: string; number: number },
  { linked, gone }: { linked: readonly PublishedFile[]; gone: readonly string[] },
): Promise<void> {
  const place = [at.projectId, at.branchId, at.number];
  const changed = [...linked.map(({ path }) => path), ...gone].map(hexOf);
  await sql.execute(dropped, [...place, changed]);
  await sql.execute(superseded, [...place, changed]);
  await sql.execute(added, [
    ...place,
    linked.map(({ path }) => hexOf(path)),
    linked.map(({ oid }) => oid),
    linked.map(({ dialect }) => dialect),
    linked.map(({ linkSetId }) => linkSetId),
  ]);
}
