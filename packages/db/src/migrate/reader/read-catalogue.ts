import type { MigrationSql } from '../connection.ts';
import { vectorTypesQuery } from '../vector-columns.ts';
import { shortestVectorBits } from '../kept-tables.ts';
import { Catalogue, type KnownColumn, type Reach } from './catalogue.ts';

const ours = `n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg\\_temp\\_%'`;

const tablesQuery = `${vectorTypesQuery}
  select n.nspname::text as schema, c.relname::text as name, greatest(c.reltuples, 0)::float8 as rows,
         coalesce((select json_agg(json_build_object('name', a.attname,
             'isVector', a.atttypid in (select oid from vector_type)
                or (a.atttypid in ('bit'::regtype, 'varbit'::regtype) and a.atttypmod >= ${shortestVectorBits}),
             'isKey', exists (select from pg_catalog.pg_index i
                               where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey))))
           from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]')::text as columns
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and ${ours}`;

const reachesQuery = `
  with edge (source, target, by) as (
    select confrelid, conrelid, 'foreign key' from pg_catalog.pg_constraint where contype = 'f' and confdeltype in ('c', 'n', 'd')
    union
    select inhparent, inhrelid, 'parent' from pg_catalog.pg_inherits
    union
    select r.ev_class, d.refobjid, 'view' from pg_catalog.pg_rewrite r
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
     where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> r.ev_class
  )
  select sn.nspname::text as source_schema, s.relname::text as source,
         tn.nspname::text as target_schema, t.relname::text as target, e.by
    from edge e
    join pg_catalog.pg_class s on s.oid = e.source join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
    join pg_catalog.pg_class t on t.oid = e.target join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
   where sn.nspname not in ('pg_catalog', 'information_schema') and tn.nspname not in ('pg_catalog', 'information_schema')`;

const functionsQuery = `
  select p.proname::text as name, pg_catalog.pg_get_functiondef(p.oid) as definition
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_language l on l.oid = p.prolang
   where ${ours} and n.nspname <> 'project_sync_guard' and l.lanname in ('sql', 'plpgsql') and p.prokind in ('f', 'p')
     and not exists (select from pg_catalog.pg_depend d
                      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`;

interface TableRow extends Record<string, unknown> {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  readonly columns: string;
}

interface ReachRow extends Record<string, unknown> {
  readonly source_schema: string;
  readonly source: string;
  readonly target_schema: string;
  readonly target: string;
  readonly by: Reach['by'];
}

/** Reads the state of the database before the pending migrations, as a function that builds a fresh catalogue of it. */
export async function readCatalogue(sql: MigrationSql): Promise<() => Catalogue> {
  const tables = await sql.query<TableRow>(tablesQuery);
  const reaches = await sql.query<ReachRow>(reachesQuery);
  const functions = await sql.query<{ name: string; definition: string }>(functionsQuery);
  return () => {
    const catalogue = new Catalogue();
    for (const { schema, name, rows, columns } of tables)
      catalogue.add({ schema, name, rows, columns: JSON.parse(columns) as KnownColumn[] });
    for (const row of reaches)
      catalogue.link({
        from: [row.source_schema, row.source],
        to: [row.target_schema, row.target],
        by: row.by,
      });
    catalogue.functions.push(...functions);
    return catalogue;
  };
}
