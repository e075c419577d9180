import type { MigrationSql } from './connection.ts';
import { findVectorColumns, quoted, type VectorColumn } from './vector-columns.ts';

/** The number of vectors in a column, and a hash of all of them that does not depend on their order. */
export interface VectorCount {
  readonly column: string;
  readonly count: number;
  readonly hash: string;
}

/** A column that lost vectors or whose vectors changed. */
export interface VectorLoss {
  readonly column: string;
  readonly lost: number;
}

/** All vectors at one moment of a transaction. */
export interface Census {
  readonly columns: readonly VectorColumn[];
  readonly counts: readonly VectorCount[];
}

/** Counts and hashes every vector together with its row's key, and stores the hashes until the transaction ends. */
export async function takeCensus(sql: MigrationSql): Promise<Census> {
  await sql.script(`create temp table project_sync_census
    (after boolean not null, relation int8 not null, attribute int4 not null, digest uuid not null) on commit drop`);
  const columns = await findVectorColumns(sql);
  const counts: VectorCount[] = [];
  for (const column of columns) {
    await digest(sql, { columns, column, keyOf: column, after: false });
    counts.push(await count(sql, column, false));
  }
  return { columns, counts };
}

/** Counts again and returns the vectors that disappeared or changed. */
export async function compareCensus(
  sql: MigrationSql,
  before: Census,
): Promise<{ counts: readonly VectorCount[]; losses: readonly VectorLoss[] }> {
  const columns = await findVectorColumns(sql);
  const counts: VectorCount[] = [];
  const losses: VectorLoss[] = [];
  for (const now of columns) {
    const was = before.columns.find((column) => isSame(column, now));
    await digest(sql, { columns, column: now, keyOf: was ?? now, after: true });
    counts.push(await count(sql, now, true));
  }
  for (const was of before.columns) {
    const [row] = await sql.query<{ lost: string }>(
      `select count(*)::text as lost from (
           select digest from project_sync_census where not after and relation = $1 and attribute = $2
           except all
           select digest from project_sync_census where after and relation = $1 and attribute = $2) gone`,
      [was.relation, was.attribute],
    );
    const lost = Number(row?.lost);
    if (lost > 0) losses.push({ column: nameOf(was), lost });
  }
  return { counts, losses };
}

interface Digest {
  readonly columns: readonly VectorColumn[];
  readonly column: VectorColumn;
  /** The column whose primary key is hashed with the vector. */
  readonly keyOf: VectorColumn;
  readonly after: boolean;
}

/**
 * Stores a digest of each vector together with its key. The key is the one from before the migration, by column
 * number, so that a rename does not change it.
 */
async function digest(sql: MigrationSql, { columns, column, keyOf, after }: Digest): Promise<void> {
  const known = columns.find((other) => isSame(other, column)) ?? column;
  const names = await sql.query<{ name: string }>(
    `select attname::text as name from pg_catalog.pg_attribute
      where attrelid::int8 = $1 and not attisdropped and attnum in (${[0, ...keyOf.key].join(', ')}) order by attnum`,
    [column.relation],
  );
  const value = quoted(known.column);
  const bytes =
    known.send === 'pg_catalog.textsend' ? `${known.send}(${value}::text)` : `${known.send}(${value})`;
  const key = names.map((row) => `${quoted(row.name)}::text`).join(', ');
  await sql.query(
    `insert into project_sync_census
     select $1, $2, $3, md5(concat_ws(chr(31), ${key === '' ? `''` : key}) || md5(${bytes}))::uuid
       from only ${quoted(known.schema, known.table)} where ${value} is not null`,
    [after, column.relation, column.attribute],
  );
}

async function count(sql: MigrationSql, column: VectorColumn, after: boolean): Promise<VectorCount> {
  const [row] = await sql.query<{ count: string; sum: string }>(
    `select count(*)::text as count,
            coalesce(sum(('x' || substr(replace(digest::text, '-', ''), 1, 16))::bit(64)::int8::numeric), 0)::text as sum
       from project_sync_census where after = $1 and relation = $2 and attribute = $3`,
    [after, column.relation, column.attribute],
  );
  const hash = BigInt.asUintN(64, BigInt(row?.sum ?? '0'))
    .toString(16)
    .padStart(16, '0');
  return { column: nameOf(column), count: Number(row?.count), hash };
}

function isSame(a: VectorColumn, b: VectorColumn): boolean {
  return a.relation === b.relation && a.attribute === b.attribute;
}

function nameOf(column: VectorColumn): string {
  return `${column.schema}.${column.table}.${column.column}`;
}
