import { decodeAs, type DigestInput, type DigestPassage, type FileFacts } from '@project-sync/knowledge';
import { MODE, pathFromBytes, showPath, type TouchedInput } from '@project-sync/sync';
import type { FileLinks } from '@project-sync/knowledge';
import type { Sql } from '../../database/database.ts';
import type { PatternsBase } from './patterns-base.ts';
import { differing, inSnapshot, ofPaths } from '../analysis-store/snapshot-sql.ts';

/** Files of one page: each comes with its facts and its text. */
const ROWS = 200;
/** Larger texts are data: their words are not read. */
const LARGEST_TEXT = 1 << 19;
/** Passages of fewer lines are alike by chance. */
const SHORTEST_PASSAGE = 8;

type Place = readonly [projectId: string, branchId: string, number: number];

// $4 base number: paths whose file or links changed since then on the same branch
const touchedOnOwn = `
  SELECT path FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND added > $4 AND added <= $3
  UNION SELECT path FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND superseded > $4 AND superseded <= $3
  UNION SELECT path FROM file_link WHERE project_id = $1 AND branch_id = $2 AND added > $4 AND added <= $3
  UNION SELECT path FROM file_link WHERE project_id = $1 AND branch_id = $2 AND superseded > $4 AND superseded <= $3`;

// Against another branch the listings are compared. $4 base branch, $5 base number
const touchedOnOther = `
  SELECT path FROM (${differing('repository_file', ['path', 'oid', 'dialect', 'ignored', 'mode'])}) files
  UNION SELECT path FROM (${differing('file_link', ['path', 'link_set_id'])}) links`;
// $4 last id
const allFiles = `
  SELECT f.id, f.path FROM repository_file f WHERE ${inSnapshot('f')} AND f.id > $4 ORDER BY f.id LIMIT ${ROWS}`;

const details = `
  SELECT f.path, f.oid, f.dialect, f.ignored, f.mode, c.body, l.imports, b.content, b.encoding
    FROM ${ofPaths('repository_file')}
    LEFT JOIN content_facts c ON c.project_id = f.project_id AND c.oid = f.oid AND c.dialect = f.dialect
    LEFT JOIN LATERAL (SELECT k.link_set_id FROM file_link k
                        WHERE k.path = f.path AND sha256(k.path) = sha256(f.path) AND ${inSnapshot('k')} OFFSET 0) k ON true
    LEFT JOIN link_set l ON l.project_id = f.project_id AND l.id = k.link_set_id
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid AND NOT b.is_binary AND b.encoding IS NOT NULL
     AND b.content IS NOT NULL AND b.size <= ${LARGEST_TEXT}`;
const passages = `
  SELECT m.oid, m.dialect, m.hash::text AS hash, m.start_line, m.end_line FROM memory_entry m
   WHERE m.project_id = $1 AND m.oid = ANY ($2::text[]) AND m.kind = 'CODE' AND NOT m.generated AND m.symbol IS NOT NULL
     AND m.end_line - m.start_line >= ${SHORTEST_PASSAGE - 1}
   ORDER BY m.oid, m.dialect, m.ordinal`;

interface FileRecord extends Record<string, unknown> {
  readonly path: Uint8Array;
  readonly oid: string;
  readonly dialect: string;
  readonly ignored: string | null;
  readonly mode: number;
  readonly body: FileFacts | null;
  readonly imports: FileLinks['imports'] | null;
  readonly content: Uint8Array | null;
  readonly encoding: string | null;
}

/** Reads the files that may have another digest than in the base, with everything that a digest is made of. */
export async function* touchedFiles(
  sql: Sql,
  place: Place,
  base: PatternsBase | null,
): AsyncGenerator<TouchedInput[]> {
  if (base === null) {
    for (let last = 0n; ;) {
      const rows = await sql.query<{ id: bigint; path: Uint8Array }>(allFiles, [...place, last]);
      if (rows.length > 0)
        yield inputsOf(
          sql,
          place,
          rows.map(({ path }) => hexOf(path)),
        );
      if (rows.length < ROWS) return;
      last = rows.at(-1)?.id ?? last;
    }
  }
  if (base.hasSameFiles) return;
  const rows = base.isOwn
    ? await sql.query<{ path: Uint8Array }>(touchedOnOwn, [...place, base.number])
    : await sql.query<{ path: Uint8Array }>(touchedOnOther, [...place, base.branchId, base.number]);
  const paths = rows.map(({ path }) => hexOf(path)).sort();
  for (let at = 0; at < paths.length; at += ROWS) yield inputsOf(sql, place, paths.slice(at, at + ROWS));
}

const hexOf = (path: Uint8Array): string => Buffer.from(path).toString('hex');
const shown = (path: Uint8Array): string => showPath(pathFromBytes(path));

async function inputsOf(sql: Sql, place: Place, paths: readonly string[]): Promise<TouchedInput[]> {
  const rows = await sql.query<FileRecord>(details, [...place, paths]);
  const found = new Map(rows.map((row) => [hexOf(row.path), row]));
  const passagesOf = await passagesByContent(
    sql,
    place[0],
    rows.filter(({ ignored, body }) => ignored === null && body !== null).map(({ oid }) => oid),
  );
  return paths.map((hex) => {
    const row = found.get(hex);
    const path = shown(Buffer.from(hex, 'hex'));
    return { path, input: row === undefined ? null : inputOf(path, row, passagesOf) };
  });
}

function inputOf(
  path: string,
  { oid, dialect, ignored, mode, body, imports, content, encoding }: FileRecord,
  passagesOf: ReadonlyMap<string, readonly DigestPassage[]>,
): DigestInput {
  const isText = content !== null && encoding !== null && mode !== MODE.symlink && mode !== MODE.submodule;
  return {
    path,
    dialect,
    ignored,
    facts: body,
    links: imports === null ? null : { imports, references: [] },
    text: isText ? decodeAs(content, encoding) : null,
    passages: passagesOf.get(`${oid} ${dialect}`) ?? [],
  };
}

async function passagesByContent(
  sql: Sql,
  projectId: string,
  oids: readonly string[],
): Promise<Map<string, DigestPassage[]>> {
  const found = new Map<string, DigestPassage[]>();
  if (oids.length === 0) return found;
  const rows = await sql.query<{
    oid: string;
    dialect: string;
    hash: string;
    start_line: number;
    end_line: number;
  }>(passages, [projectId, [...new Set(oids)]]);
  for (const { oid, dialect, hash, start_line: startLine, end_line: endLine } of rows) {
    const key = `${oid} ${dialect}`;
    const own = found.get(key);
    // Half of the hash is enough to tell passages of one repository apart.
    const passage = { hash: hash.replaceAll('-', '').slice(0, 16), startLine, endLine };
    if (own === undefined) found.set(key, [passage]);
    else own.push(passage);
  }
  return found;
}
