import type { KeptBlob, ObjectId, ProgressNote, SyncStore } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { allowRepair, type FencedWrites } from './fenced-writes.ts';
import { hex } from './hex.ts';
import { writeAnalyses } from './write-analyses.ts';
import { passagePieces, writePassages } from './write-passages.ts';

/** Contents of one question: few enough that readers of an embedded database hardly wait. */
const QUESTIONS = 500;
/** Bytes of contents that one transaction writes beside others. */
const BYTES = 256 * 1024;
/** Entries of contents that one transaction writes beside others. */
const ENTRIES = 250;
/** Contents of one page that is split again. */
const STALE = 200;

/** $2 oids, $3 dialects, $4 split version, $5 redaction version */
const missing = `
  SELECT f.oid, f.dialect, b.oid IS NOT NULL AS stored,
         f.dialect = 'none' OR coalesce(a.split_version >= $4 AND a.redaction_version >= $5, false) AS read
    FROM (SELECT DISTINCT oid, dialect FROM unnest($2::text[], $3::text[]) AS t (oid, dialect)) f
    LEFT JOIN blob b ON b.project_id = $1 AND b.oid = f.oid
    LEFT JOIN blob_analysis a ON a.project_id = $1 AND a.oid = f.oid AND a.dialect = f.dialect`;

/** $2 split version, $3 redaction version */
const stale = `
  SELECT oid, dialect FROM blob_analysis
   WHERE project_id = $1 AND (split_version < $2 OR redaction_version < $3) ORDER BY oid, dialect LIMIT ${STALE}`;
const markRead = `
  UPDATE project SET read_split = greatest(read_split, $2), read_redaction = greatest(read_redaction, $3) WHERE id = $1`;

const load = `
  SELECT oid, size, is_binary, encoding, content, skip_reason FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])`;

/** $2 oids, $3 sizes, $4 binary, $5 encodings, $6 contents as hex, $7 reasons */
const insert = `
  INSERT INTO blob (project_id, oid, size, is_binary, encoding, content, skip_reason)
  SELECT $1, t.oid, t.size, t.is_binary, t.encoding, decode(t.content, 'hex'), t.skip_reason
    FROM unnest($2::text[], $3::int8[], $4::bool[], $5::text[], $6::text[], $7::text[])
      AS t (oid, size, is_binary, encoding, content, skip_reason)`;
const save = `${insert}
  ON CONFLICT DO NOTHING`;
const overwrite = `${insert}
  ON CONFLICT (project_id, oid) DO UPDATE
    SET size = excluded.size, is_binary = excluded.is_binary, encoding = excluded.encoding, content = excluded.content,
        skip_reason = excluded.skip_reason`;
/** $2 oids, $3 contents as hex, $4 sizes */
const countDiffering = `
  SELECT count(*) FROM unnest($2::text[], $3::text[], $4::int8[]) AS t (oid, content, size)
    JOIN blob b ON b.project_id = $1 AND b.oid = t.oid
     AND (b.content IS DISTINCT FROM decode(t.content, 'hex') OR b.size <> t.size)`;

interface BlobRow extends Record<string, unknown> {
  readonly oid: string;
  readonly size: bigint;
  readonly is_binary: boolean;
  readonly encoding: string | null;
  readonly content: Uint8Array | null;
  readonly skip_reason: 'TOO_LARGE' | 'BINARY' | null;
}

/** The stored contents of a sync's project, and what was read from them. */
export class ContentRows {
  readonly #writes: FencedWrites;

  constructor(writes: FencedWrites) {
    this.#writes = writes;
  }

  readonly missing: SyncStore['missing'] = async (files) => {
    const { database, sync, version } = this.#writes;
    const blobs = new Set<ObjectId>();
    const analyses = new Set<string>();
    for (let at = 0; at < files.length; at += QUESTIONS) {
      const slice = files.slice(at, at + QUESTIONS);
      const rows = await database.system.query<{
        oid: string;
        dialect: string;
        stored: boolean;
        read: boolean;
      }>(missing, [
        sync.projectId,
        slice.map(({ oid }) => oid),
        slice.map(({ dialect }) => dialect),
        version.split,
        version.redaction,
      ]);
      for (const { oid, dialect, stored, read } of rows) {
        if (!stored) blobs.add(oid);
        if (!read) analyses.add(`${oid} ${dialect}`);
      }
    }
    return { blobs, analyses };
  };

  stale(): Promise<{ oid: ObjectId; dialect: string }[]> {
    const { database, sync, version } = this.#writes;
    return database.system.query(stale, [sync.projectId, version.split, version.redaction]);
  }

  async markRead(): Promise<void> {
    const { sync, version } = this.#writes;
    await this.#writes.write(null, (sql) =>
      sql.execute(markRead, [sync.projectId, version.split, version.redaction]),
    );
  }

  async load(oids: readonly ObjectId[]): Promise<Map<ObjectId, KeptBlob>> {
    const { database, sync } = this.#writes;
    const rows = await database.system.query<BlobRow>(load, [sync.projectId, [...oids]]);
    return new Map(
      rows.map(({ size, is_binary: isBinary, skip_reason: skipReason, oid, encoding, content }) => [
        oid,
        { oid, size: Number(size), isBinary, encoding, content, skipReason },
      ]),
    );
  }

  /**
   * Contents and passages that are large or many are written before, in short transactions: an embedded database does nothing else
   * meanwhile. Nothing refers to these passages until the entries and the analysis of their content, which one transaction writes whole.
   */
  async save(
    { blobs, analyses, overwrite: repair }: Parameters<SyncStore['saveContents']>[0],
    note: ProgressNote | null,
  ): Promise<void> {
    const { sync, version } = this.#writes;
    // What was read before is replaced, and masked, in one transaction.
    const isNew = blobs.length > 0 && !repair;
    const slices = isNew ? slicesBy(BYTES, blobs, ({ content }) => content?.byteLength ?? 0) : [];
    const pieces = passagePieces(analyses);
    const parts = isNew ? slicesBy(ENTRIES, analyses, ({ entries }) => entries.length) : [];
    for (const slice of slices) await this.#writes.write(null, (sql) => this.#saveBlobs(sql, slice, false));
    for (const rows of pieces ?? []) await this.#writes.write(null, (sql) => writePassages(sql, sync, rows));
    const read = { version, havePassages: pieces !== null };
    const last = parts.pop() ?? analyses;
    for (const part of parts)
      await this.#writes.write(null, (sql) => writeAnalyses(sql, sync, { ...read, analyses: part }));
    await this.#writes.write(note, async (sql) => {
      if (slices.length === 0 && blobs.length > 0) await this.#saveBlobs(sql, blobs, repair);
      await writeAnalyses(sql, sync, { ...read, analyses: last });
    });
  }

  async #saveBlobs(sql: Sql, blobs: readonly KeptBlob[], repair: boolean): Promise<void> {
    const { sync } = this.#writes;
    const oids = blobs.map(({ oid }) => oid);
    const sizes = blobs.map(({ size }) => size);
    const contents = blobs.map(({ content }) => (content === null ? null : hex(content)));
    const differing = { text: countDiffering, params: [sync.projectId, oids, contents, sizes] };
    const wrong = repair ? await allowRepair(sql, sync, differing) : 0;
    await sql.execute(wrong > 0 ? overwrite : save, [
      sync.projectId,
      oids,
      sizes,
      blobs.map(({ isBinary }) => isBinary),
      blobs.map(({ encoding }) => encoding),
      contents,
      blobs.map(({ skipReason }) => skipReason),
    ]);
  }
}

/** Slices for transactions of their own, each up to a size or of one item; none where one transaction can hold all. */
function slicesBy<Item>(most: number, items: readonly Item[], sizeOf: (item: Item) => number): Item[][] {
  const slices: Item[][] = [[]];
  let size = 0;
  let total = 0;
  for (const item of items) {
    const own = sizeOf(item);
    if (size > 0 && size + own > most) {
      slices.push([]);
      size = 0;
    }
    size += own;
    total += own;
    slices.at(-1)?.push(item);
  }
  return total > most ? slices : [];
}
