import type { MigrationSql } from './connection.ts';
import { shortestVectorBits, vectorTypes } from './kept-tables.ts';

/** A vector column of an ordinary table, as it is in the catalogue now. */
export interface VectorColumn extends Record<string, unknown> {
  readonly relation: number;
  readonly attribute: number;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** The SQL function that turns a value into bytes. */
  readonly send: string;
  /** Attribute numbers of the primary key. */
  readonly key: readonly number[];
}

/**
 * Finds the vector types by name, then domains and arrays of them. Quoting is left to format(), because pgvector may
 * be installed in any schema.
 */
export const vectorTypesQuery = `
  with recursive vector_type (oid, send) as (
    select t.oid, format('%I.%I', n.nspname, t.typname || '_send')
      from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
     where t.typtype = 'b' and t.typname in (${vectorTypes.map((name) => `'${name}'`).join(', ')})
    union all
    select t.oid, 'pg_catalog.textsend'
      from pg_catalog.pg_type t join vector_type v
        on (t.typtype = 'd' and t.typbasetype = v.oid) or (t.typcategory = 'A' and t.typelem = v.oid)
  )`;

/** Finds the vector columns of all ordinary tables and partitions that are not temporary. */
const vectorColumnsQuery = `${vectorTypesQuery}
  select a.attrelid::int8::text as relation, a.attnum::int4 as attribute, n.nspname::text as schema,
         c.relname::text as table, a.attname::text as column,
         coalesce(v.send, 'pg_catalog.bit_send') as send,
         coalesce((select i.indkey::int2[]::text from pg_catalog.pg_index i
                    where i.indrelid = c.oid and i.indisprimary), '{}') as key
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join vector_type v on v.oid = a.atttypid
   where c.relkind = 'r' and c.relpersistence <> 't' and a.attnum > 0 and not a.attisdropped
     and (v.oid is not null
          or (a.atttypid in ('bit'::regtype, 'varbit'::regtype) and a.atttypmod >= ${shortestVectorBits}))
   order by 3, 4, 2`;

/** Returns the columns that hold vectors. */
export async function findVectorColumns(sql: MigrationSql): Promise<VectorColumn[]> {
  const rows = await sql.query<{
    relation: string;
    attribute: number;
    schema: string;
    table: string;
    column: string;
    send: string;
    key: string;
  }>(vectorColumnsQuery);
  return rows.map((row) => ({ ...row, relation: Number(row.relation), key: numbersOf(row.key) }));
}

/** Parses the numbers of an array as PostgreSQL prints it. */
function numbersOf(printed: string): number[] {
  return (printed.match(/\d+(?=[,}])/g) ?? []).map(Number);
}

/** Quotes a possibly qualified name for SQL. */
export function quoted(...names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}
